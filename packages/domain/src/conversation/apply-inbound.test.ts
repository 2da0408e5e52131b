import type { InboundEvent } from '@trunkline/contracts/channel/inbound-event'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyInbound } from './apply-inbound.ts'
import { applyOutbound, close } from './apply-outbound.ts'
import type { ConversationState, MessageState } from './state.ts'
import { emptyTalk, happen, received, second, seen, type Talk } from './talk.fixture.ts'

function talkOf(...events: InboundEvent[]): Talk {
  const talk = emptyTalk()
  for (const event of events) happen(talk, event)
  return talk
}
const edited = (id: string, at: number, text: string): InboundEvent => ({
  kind: 'message-edited',
  talk: 'talk',
  occurredAt: second(at),
  externalMessageId: id,
  contact: { externalId: '42' },
  text,
})
const removed = (id: string, at: number): InboundEvent => ({
  kind: 'message-removed',
  talk: 'talk',
  occurredAt: second(at),
  externalMessageId: id,
})
const receipt = (
  id: string,
  status: 'sent' | 'delivered' | 'read' | 'failed',
  upTo = false,
  reason?: string,
): InboundEvent => ({
  kind: 'receipt',
  talk: 'talk',
  occurredAt: second(30),
  externalMessageId: id,
  status,
  upTo,
  ...(reason === undefined ? {} : { reason }),
})
const contactCloses = (at: number): InboundEvent => ({
  kind: 'closed-by-contact',
  talk: 'talk',
  occurredAt: second(at),
})
const allows = (at: number, allowed: boolean): InboundEvent => ({
  kind: 'allowed',
  talk: 'talk',
  occurredAt: second(at),
  allowed,
  contact: { externalId: '42' },
})
const echo = (id: string, at: number) => received(id, at, { author: 'employee-elsewhere' })

const anyEvent: fc.Arbitrary<InboundEvent> = fc.oneof(
  fc
    .record({ n: fc.integer({ min: 1, max: 4 }), page: fc.boolean() })
    .map(({ n, page }) =>
      received(`in${n}`, n * 5, page ? { context: { pageUrl: `https://a.example/${n}` } } : {}),
    ),
  fc.integer({ min: 1, max: 3 }).map((n) => echo(`out${n}`, n * 5 + 2)),
  fc
    .record({
      n: fc.integer({ min: 1, max: 4 }),
      at: fc.integer({ min: 1, max: 29 }),
      text: fc.constantFrom('a', 'b'),
    })
    .map(({ n, at, text }) => edited(`in${n}`, at, text)),
  fc
    .record({ n: fc.integer({ min: 1, max: 4 }), at: fc.integer({ min: 1, max: 29 }) })
    .map(({ n, at }) => removed(`in${n}`, at)),
  fc
    .record({
      id: fc.constantFrom('out1', 'out2', 'out3', 'in1'),
      status: fc.constantFrom('sent' as const, 'delivered' as const, 'read' as const, 'failed' as const),
      upTo: fc.boolean(),
      reason: fc.constantFrom('blocked', 'spam', undefined),
    })
    .map(({ id, status, upTo, reason }) => receipt(id, status, upTo, reason)),
  fc.integer({ min: 1, max: 29 }).map(contactCloses),
  fc
    .record({ at: fc.integer({ min: 1, max: 29 }), allowed: fc.boolean() })
    .map(({ at, allowed }) => allows(at, allowed)),
)

describe('disorder', () => {
  test('any order of a set of events, with any repeats, ends in the same messages and status', () => {
    fc.assert(
      fc.property(
        fc
          .array(anyEvent, { maxLength: 14 })
          .chain((events) =>
            fc.tuple(
              fc.constant(events),
              fc.shuffledSubarray([...events, ...events], { minLength: 0, maxLength: events.length * 2 }),
              fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
            ),
          ),
        ([events, repeats, shuffled]) => {
          // The contact is known from an early message on: a block before any talk has nowhere to be kept.
          const begin = received('in0', 0)
          const straight = talkOf(begin, ...events)
          const disordered = talkOf(begin, ...shuffled, ...repeats)
          const plain = ({ deliveries: _, ...rest }: ReturnType<typeof seen>) => rest
          expect(plain(seen(disordered))).toEqual(plain(seen(straight)))
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('messages and status do not depend on which event opened the talk', () => {
    fc.assert(
      fc.property(
        fc
          .array(
            anyEvent.filter((event) => event.kind !== 'allowed'),
            { maxLength: 10 },
          )
          .chain((events) =>
            fc.tuple(
              fc.constant(events),
              fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
            ),
          ),
        ([events, shuffled]) => {
          const before = seen(talkOf(...events))
          const after = seen(talkOf(...shuffled))
          expect(after.messages).toEqual(before.messages)
          expect(after.status).toBe(before.status)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('shown delivery does not depend on order while the talk is one conversation', () => {
    const marks = anyEvent.filter((event) => event.kind === 'receipt' || event.kind === 'message-received')
    fc.assert(
      fc.property(
        fc
          .array(marks, { maxLength: 12 })
          .chain((events) =>
            fc.tuple(
              fc.constant(events),
              fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
            ),
          ),
        ([events, shuffled]) => {
          const begin = received('in0', 0)
          expect(seen(talkOf(begin, ...shuffled)).deliveries).toEqual(
            seen(talkOf(begin, ...events)).deliveries,
          )
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('an event that comes again states no fact and changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 10 }), (events) => {
        const talk = talkOf(...events)
        const before = JSON.stringify(seen(talk))
        for (const event of events) {
          const facts = happen(talk, event).map((one) => one.fact)
          expect(facts.filter((fact) => fact !== 'writing-allowed' && fact !== 'writing-denied')).toEqual([])
        }
        const after = JSON.parse(JSON.stringify(seen(talk)))
        expect({ ...after, cannotWrite: null }).toEqual({ ...JSON.parse(before), cannotWrite: null })
      }),
    )
  })
})

describe('a message', () => {
  test('opens a conversation and waits for an answer', () => {
    const talk = talkOf(
      received('a', 1, { contact: { externalId: '42', phone: '8 916 123-45-67' } }),
      received('b', 3),
    )
    expect(talk.conversations).toHaveLength(1)
    expect(talk.conversations[0]).toMatchObject({
      status: 'open',
      startedAt: second(1),
      unansweredSince: second(1),
      lastInboundAt: second(3),
      opening: { at: second(1), text: 'text a' },
    })
    expect(talk.facts).toEqual([
      { fact: 'conversation-opened', at: second(1) },
      { fact: 'message-received', origin: 'contact', late: false },
      { fact: 'contact-data-received', phone: '8 916 123-45-67', email: null, vouched: false },
      { fact: 'message-received', origin: 'contact', late: false },
    ])
  })

  test('written by an employee elsewhere answers the contact', () => {
    const talk = talkOf(received('a', 1), echo('b', 2))
    expect(talk.conversations[0]).toMatchObject({ unansweredSince: null, lastOutboundAt: second(2) })
    expect(talk.messages.get('b')).toMatchObject({
      direction: 'outbound',
      origin: 'elsewhere',
      delivery: 'sent',
    })
    expect(talkOf(echo('b', 2), received('a', 1)).conversations[0]?.unansweredSince).toBeNull()
    expect(talkOf(received('a', 1), received('c', 3), echo('b', 2)).conversations[0]?.unansweredSince).toBe(
      second(3),
    )
  })

  test('that arrives after the operator answered an earlier one still waits, whatever its time', () => {
    const first = applyInbound({ conversation: null, message: null, event: received('a', 1), now: second(1) })
    const answered = applyOutbound({
      conversation: first.conversation!,
      message: null,
      action: { kind: 'queue', text: 'hello', attachments: [] },
      now: second(9),
    })
    expect(answered.conversation?.unansweredSince).toBeNull()
    const slow = applyInbound({
      conversation: answered.conversation,
      message: null,
      event: received('b', 5),
      now: second(20),
    })
    expect(slow.conversation?.unansweredSince).toBe(second(5))
  })

  test('edited or removed before it came is edited or removed when it comes', () => {
    const talk = talkOf(edited('a', 5, 'mended'), removed('a', 6))
    expect(talk.conversations).toEqual([])
    expect(talk.messages.get('a')?.known).toBe(false)
    expect(talk.facts).toEqual([])
    happen(talk, received('a', 1))
    expect(talk.messages.get('a')).toMatchObject({
      known: true,
      text: 'mended',
      editedAt: second(5),
      removedAt: second(6),
      occurredAt: second(1),
    })
  })

  test('keeps the newest edit and says so once', () => {
    const talk = talkOf(received('a', 1), edited('a', 7, 'second'), edited('a', 5, 'first'))
    expect(talk.messages.get('a')).toMatchObject({ text: 'second', editedAt: second(7) })
    expect(talk.facts.filter((one) => one.fact === 'message-edited')).toHaveLength(1)
  })

  test('with an unreadable time counts as now', () => {
    const result = applyInbound({
      conversation: null,
      message: null,
      event: { ...received('a', 1), occurredAt: 'soon' },
      now: second(8),
    })
    expect(result.message?.occurredAt).toBe(second(8))
  })

  test('keeps the page of the first touch', () => {
    const page = (pageUrl: string) => ({ context: { pageUrl } })
    const talk = talkOf(
      received('b', 3, page('https://b.example')),
      received('a', 1, page('https://a.example')),
    )
    expect(talk.conversations[0]?.visit).toEqual({ at: second(1), context: { pageUrl: 'https://a.example' } })
  })
})

describe('after a close', () => {
  const closedByUs = (talk: Talk, at: string) => {
    talk.conversations[0] = close({
      conversation: talk.conversations[0]!,
      reason: 'resolved',
      by: 'u1',
      now: at,
    }).conversation!
    return talk
  }

  test('a new message begins a new conversation', () => {
    const talk = closedByUs(talkOf(received('a', 1)), second(10))
    const facts = happen(talk, received('b', 20))
    expect(facts[0]).toEqual({ fact: 'conversation-opened', at: second(20) })
    expect(talk.conversations.map((one) => one.status)).toEqual(['closed', 'open'])
    expect(talk.conversations[1]).toMatchObject({
      assigneeId: null,
      closedAt: null,
      opening: { text: 'text b' },
    })
  })

  test('a message written before the close belongs to the closed one and does not reopen it', () => {
    const talk = closedByUs(talkOf(received('a', 1)), second(10))
    expect(happen(talk, received('b', 5))).toEqual([
      { fact: 'message-received', origin: 'contact', late: true },
    ])
    expect(talk.conversations).toHaveLength(1)
    expect(talk.conversations[0]).toMatchObject({
      status: 'closed',
      lastInboundAt: second(5),
      unansweredSince: null,
    })
  })

  test('a message of the very second we closed in is not buried in the closed one', () => {
    const talk = closedByUs(talkOf(received('a', 1)), second(10).replace('.000Z', '.700Z'))
    happen(talk, received('b', 10))
    expect(talk.conversations.at(-1)?.status).toBe('open')
  })

  test('by the contact a message of the same time stays with it', () => {
    const talk = talkOf(received('a', 1), contactCloses(5), received('b', 5))
    expect(talk.conversations).toHaveLength(1)
    expect(talk.conversations[0]).toMatchObject({
      status: 'closed',
      closeReason: 'by-contact',
      closedBy: null,
    })
    happen(talk, received('c', 6))
    expect(talk.conversations).toHaveLength(2)
  })

  test('what an employee writes elsewhere does not reopen it', () => {
    const talk = closedByUs(talkOf(received('a', 1)), second(10))
    happen(talk, echo('b', 20))
    expect(talk.conversations).toHaveLength(1)
    expect(talk.conversations[0]?.status).toBe('closed')
  })

  test('that overtook the messages they fall into a closed conversation', () => {
    const talk = talkOf(contactCloses(9), received('a', 1))
    expect(talk.conversations).toHaveLength(1)
    expect(talk.conversations[0]).toMatchObject({
      status: 'closed',
      startedAt: second(1),
      closedAt: second(9),
    })
  })

  test('a contact who ends the talk after we did changes neither reason nor author', () => {
    const talk = closedByUs(talkOf(received('a', 1)), second(10))
    happen(talk, contactCloses(12))
    expect(talk.conversations[0]).toMatchObject({
      closeReason: 'resolved',
      closedBy: 'u1',
      closedAt: second(10),
    })
  })
})

describe('marks', () => {
  test('only rise; failed is final unless delivered came', () => {
    const deliveryAfter = (...statuses: ('sent' | 'delivered' | 'read' | 'failed')[]) =>
      talkOf(echo('a', 1), ...statuses.map((status) => receipt('a', status))).messages.get('a')?.delivery
    expect(deliveryAfter('read', 'delivered', 'sent')).toBe('read')
    expect(deliveryAfter('failed', 'sent')).toBe('failed')
    expect(deliveryAfter('failed', 'delivered')).toBe('delivered')
    expect(deliveryAfter('delivered', 'failed')).toBe('delivered')
  })

  test('up to a message cover the earlier ones, also when the mark came first, but not a failed one', () => {
    const marked = (events: InboundEvent[]) =>
      Object.fromEntries(seen(talkOf(received('in0', 0), ...events)).deliveries)
    const events = [
      echo('a', 1),
      echo('b', 2),
      echo('c', 3),
      receipt('a', 'failed', false, 'x'),
      receipt('b', 'read', true),
    ]
    const expected = { in0: 'none', a: 'failed', b: 'read', c: 'sent' }
    expect(marked(events)).toEqual(expected)
    expect(marked(events.toReversed())).toEqual(expected)
    expect(marked([echo('z', 1), ...events.slice(1)]).z).toBe('read')
  })

  test('of an inbound message mean nothing', () => {
    const talk = talkOf(received('a', 1))
    expect(happen(talk, receipt('a', 'read', true))).toEqual([])
    expect(talk.messages.get('a')?.delivery).toBe('none')
  })
})

describe('a contact who blocks us', () => {
  test('cannot be written to until the network or a message says otherwise', () => {
    const talk = talkOf(received('a', 1), allows(5, false))
    expect(talk.conversations[0]?.cannotWrite).toBe(true)
    expect(talk.facts.at(-1)).toEqual({ fact: 'writing-denied' })
    happen(talk, allows(3, true))
    expect(talk.conversations[0]?.cannotWrite).toBe(true)
    happen(talk, received('b', 7))
    expect(talk.conversations[0]?.cannotWrite).toBe(false)
  })

  test('stays blocked in the next conversation of the talk', () => {
    const blocked: ConversationState = { ...talkOf(received('a', 1), allows(20, false)).conversations[0]! }
    const closed = close({ conversation: blocked, reason: 'other', by: null, now: second(10) }).conversation
    const next = applyInbound({
      conversation: closed,
      message: null,
      event: received('b', 15),
      now: second(30),
    })
    expect(next).toMatchObject({ opens: true, conversation: { cannotWrite: true, writableAt: second(20) } })
  })
})

test('a form, typing and an unknown event state facts and change no state', () => {
  const talk = talkOf(received('a', 1))
  const before = { ...talk.conversations[0] }
  const form: InboundEvent = {
    kind: 'contact-shared',
    talk: 'talk',
    occurredAt: second(2),
    contact: { externalId: '42', email: ' Anna@Example.com ', vouched: true },
  }
  expect(happen(talk, form)).toEqual([
    { fact: 'contact-data-received', phone: null, email: 'Anna@Example.com', vouched: true },
  ])
  expect(happen(talk, { kind: 'typing', talk: 'talk', occurredAt: second(3) })).toEqual([
    { fact: 'contact-typing' },
  ])
  expect(happen(talk, { kind: 'unsupported', talk: 'talk', occurredAt: second(3), what: 'poll' })).toEqual([
    { fact: 'unsupported-event', what: 'poll' },
  ])
  expect(talk.conversations[0]).toEqual(before)
  expect(happen(emptyTalk(), form)).toHaveLength(1)
})

test('a note says nothing to people', () => {
  const result = applyInbound({
    conversation: null,
    message: null,
    event: receipt('x', 'read', true),
    now: second(1),
  })
  expect(result).toMatchObject({ conversation: null, opens: false, facts: [] })
  expect((result.message as MessageState).upTo).toBe('read')
})
