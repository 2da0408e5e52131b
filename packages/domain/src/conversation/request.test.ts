import type { InboundEvent, RequestReceived } from '@trunkline/contracts/channel/inbound-event'
import { REQUEST_STATUSES } from '@trunkline/contracts/http/conversations'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyInbound } from './apply-inbound.ts'
import { writeRefusal } from './apply-outbound.ts'
import { setRequestStatus } from './request-status.ts'
import { requestOpening, requestText } from './request-text.ts'
import { type ConversationState, newConversation } from './state.ts'
import { emptyTalk, happen, received, second } from './talk.fixture.ts'

function left(id: string, at: number, change: Partial<RequestReceived> = {}): RequestReceived {
  return {
    kind: 'request-received',
    talk: 'talk',
    occurredAt: second(at),
    externalMessageId: id,
    contact: { externalId: '42', phone: '+7 900 000-00-01' },
    form: { name: 'Букет на заказ', type: 'widget' },
    fields: [
      { name: 'name', label: '', value: 'Анна' },
      { name: 'phone', label: '', value: '+7 900 000-00-01' },
      { name: 'message', label: '', value: 'Нужен букет' },
      { name: 'city', label: 'Город', value: 'Казань' },
    ],
    technical: false,
    consent: { personalData: true, mailing: false, textVersion: 'abc' },
    context: { pageUrl: 'https://shop.example/', pageTitle: 'Букеты', utm: { source: 'ya', medium: 'cpc' } },
    ...change,
  }
}

describe('a request', () => {
  test('is a conversation of its own with one message, waiting for somebody', () => {
    const talk = emptyTalk()
    const facts = happen(talk, left('r1', 1))
    expect(facts.map(({ fact }) => fact)).toEqual([
      'conversation-opened',
      'message-received',
      'contact-data-received',
    ])
    expect(talk.conversations).toMatchObject([
      {
        kind: 'request',
        status: 'open',
        unansweredSince: second(1),
        opening: { text: 'Нужен букет' },
        visit: { context: { utm: { source: 'ya' } } },
      },
    ])
    expect([...talk.messages.values()]).toMatchObject([
      { known: true, direction: 'inbound', origin: 'contact' },
    ])
  })

  test('cannot be answered, open or closed', () => {
    const open = newConversation(second(1), 'request')
    expect(writeRefusal(open)).toBe('is-a-request')
    expect(writeRefusal({ ...open, status: 'closed' })).toBe('is-a-request')
  })

  test('is not ended by the end of a talk', () => {
    const talk = emptyTalk()
    happen(talk, left('r1', 1))
    expect(happen(talk, { kind: 'closed-by-contact', talk: 'talk', occurredAt: second(2) })).toEqual([])
    expect(talk.conversations[0]?.status).toBe('open')
  })

  test('never joins a chat and no chat joins it, in any order and however often each comes', () => {
    const event = fc.oneof(
      fc
        .record({ id: fc.constantFrom('r1', 'r2', 'r3'), at: fc.integer({ min: 1, max: 50 }) })
        .map(({ id, at }): InboundEvent => left(id, at)),
      fc
        .record({ id: fc.constantFrom('m1', 'm2', 'm3'), at: fc.integer({ min: 1, max: 50 }) })
        .map(({ id, at }): InboundEvent => received(id, at)),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const talk = emptyTalk()
        for (const one of events) happen(talk, one)
        const requests = new Set(
          events.flatMap((one) => (one.kind === 'request-received' ? [one.externalMessageId] : [])),
        )
        expect(talk.conversations.filter(({ kind }) => kind === 'request')).toHaveLength(requests.size)
        for (const [id, holder] of talk.holders)
          expect(talk.conversations[holder]?.kind).toBe(id.startsWith('r') ? 'request' : 'chat')
        // One message each.
        const held = [...talk.holders].filter(([id]) => id.startsWith('r')).map(([, holder]) => holder)
        expect(new Set(held).size).toBe(held.length)
      }),
    )
  })

  test('a message after it follows the rules of chats', () => {
    const talk = emptyTalk()
    happen(talk, left('r1', 1))
    happen(talk, received('m1', 2))
    happen(talk, received('m2', 3))
    expect(talk.conversations.map(({ kind }) => kind)).toEqual(['request', 'chat'])
    expect(writeRefusal(talk.conversations[1]!)).toBeNull()
  })
})

describe('a request in words', () => {
  test('holds every field, both consents, the page and the labels (UIS-04, CHAT-66)', () => {
    expect(requestText(left('r1', 1), 'ru').split('\n')).toEqual([
      'Офлайн-заявка: Букет на заказ',
      'Имя: Анна',
      'Телефон: +7 900 000-00-01',
      'Сообщение: Нужен букет',
      'Город: Казань',
      'Согласие на обработку данных: да',
      'Согласие на рассылку: нет',
      'Страница: Букеты, https://shop.example/',
      'utm_medium: cpc',
      'utm_source: ya',
    ])
    expect(requestText(left('r1', 1), 'en')).toContain('Consent to mailing: no')
  })

  test('no value of any field is lost, whatever it holds', () => {
    const fields = fc.array(
      fc.record({
        name: fc.string({ minLength: 1 }),
        label: fc.string(),
        value: fc.string({ minLength: 1 }),
      }),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(fields, (given) => {
        const text = requestText(left('r1', 1, { fields: given }), 'en')
        for (const { value } of given) expect(text).toContain(value)
      }),
    )
  })

  test('its opening is the message, else what was filled in', () => {
    expect(requestOpening(left('r1', 1).fields)).toBe('Нужен букет')
    expect(requestOpening([{ name: 'city', label: 'Город', value: 'Казань' }])).toBe('Казань')
    expect(requestOpening([])).toBe('')
  })
})

describe('the status of a request', () => {
  const request: ConversationState = {
    ...newConversation(second(1), 'request'),
    lastInboundAt: second(1),
    unansweredSince: second(1),
  }
  const move = (conversation: ConversationState, from: string, to: string) =>
    setRequestStatus({
      conversation,
      from: from as 'processed',
      to: to as 'processed',
      by: 'u1',
      now: second(9),
    })

  test('new waits, in work does not, processed is closed by whoever did it', () => {
    expect(move(request, 'not_processed', 'processing').conversation).toMatchObject({
      status: 'open',
      unansweredSince: null,
    })
    expect(move(request, 'processing', 'processed').conversation).toMatchObject({
      status: 'closed',
      closeReason: 'resolved',
      closedBy: 'u1',
      unansweredSince: null,
    })
  })

  test('any way back to new ends as it began; the same status again and a chat change nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...REQUEST_STATUSES)), (way) => {
        let at = 'not_processed'
        let now = request
        for (const next of [...way, 'not_processed']) {
          const applied = move(now, at, next)
          expect(applied.facts.length > 0).toBe(at !== next)
          now = applied.conversation!
          at = next
        }
        expect(now).toEqual(request)
      }),
    )
    const chat = newConversation(second(1))
    expect(move(chat, 'not_processed', 'processed')).toMatchObject({ conversation: chat, facts: [] })
  })

  test('an event that came twice changes nothing', () => {
    const once = applyInbound({ conversation: null, message: null, event: left('r1', 1), now: second(9) })
    const again = applyInbound({
      conversation: once.conversation,
      message: once.message,
      event: left('r1', 1),
      now: second(9),
    })
    expect(again).toEqual({ ...once, opens: false, facts: [] })
  })
})
