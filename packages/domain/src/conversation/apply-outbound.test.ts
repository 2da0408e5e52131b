import type { SendOutcome } from '@trunkline/contracts/channel/outbound-message'
import { describe, expect, test } from 'vitest'
import { applyInbound } from './apply-inbound.ts'
import { applyOutbound, assign, close, type OutboundAction, writeRefusal } from './apply-outbound.ts'
import { type Applied, effectiveDelivery, type MessageState, newConversation } from './state.ts'
import { received, second } from './talk.fixture.ts'

const waiting = applyInbound({ conversation: null, message: null, event: received('a', 1), now: second(1) })
  .conversation!

function steps(...actions: OutboundAction[]): Applied {
  let state: Applied = { conversation: waiting, opens: false, message: null, facts: [] }
  actions.forEach((action, index) => {
    state = applyOutbound({
      conversation: state.conversation!,
      message: state.message,
      action,
      now: second(10 + index),
    })
  })
  return state
}
const queue: OutboundAction = { kind: 'queue', text: 'hello', attachments: [] }
const sending: OutboundAction = { kind: 'sending' }
const ended = (outcome: SendOutcome, notes: MessageState[] = []): OutboundAction => ({
  kind: 'outcome',
  outcome,
  notes,
})
const sent = ended({ status: 'sent', externalIds: ['x1', 'x2'] })

describe('a message of ours', () => {
  test('queued answers the contact and is in the conversation at once', () => {
    const { conversation, message, facts } = steps(queue)
    expect(conversation).toMatchObject({
      unansweredSince: null,
      lastOutboundAt: second(10),
      firstOutboundAt: second(10),
    })
    expect(message).toMatchObject({
      direction: 'outbound',
      origin: 'hub',
      text: 'hello',
      delivery: 'queued',
      externalIds: [],
    })
    expect(facts).toEqual([{ fact: 'message-queued' }])
  })

  test('goes to sent under the ids of the network', () => {
    const { message, facts } = steps(queue, sending, sent)
    expect(message).toMatchObject({ delivery: 'sent', externalIds: ['x1', 'x2'] })
    expect(facts).toEqual([{ fact: 'delivery-changed', from: 'sending', to: 'sent' }])
  })

  test.each<[SendOutcome, Partial<MessageState>]>([
    [
      { status: 'accepted', trackingId: 't' },
      { delivery: 'sending', externalIds: ['t'] },
    ],
    [
      { status: 'retry', afterMs: 5, scope: 'talk', code: 'slow' },
      { delivery: 'queued', deliveryReason: 'slow' },
    ],
    [
      { status: 'rejected', errorClass: 'content-refused', code: 'too-long' },
      { delivery: 'failed', deliveryReason: 'too-long' },
    ],
    [
      { status: 'uncertain', code: 'timeout' },
      { delivery: 'unknown', deliveryReason: 'timeout' },
    ],
  ])('after %j is %j', (outcome, expected) => {
    expect(steps(queue, sending, ended(outcome)).message).toMatchObject(expected)
  })

  test('refused because the contact blocked us stops further writing', () => {
    const { conversation, facts } = steps(
      queue,
      sending,
      ended({ status: 'rejected', errorClass: 'recipient-unreachable', code: 'blocked' }),
    )
    expect(writeRefusal(conversation!)).toBe('contact-blocked-us')
    expect(facts.map((one) => one.fact)).toEqual(['delivery-changed', 'writing-denied'])
  })

  test('whose mark came before the answer of the network shows the mark', () => {
    const mark = applyInbound({
      conversation: waiting,
      message: null,
      event: {
        kind: 'receipt',
        talk: 'talk',
        occurredAt: second(11),
        externalMessageId: 'x1',
        status: 'read',
        upTo: true,
      },
      now: second(11),
    })
    expect(mark.message?.known).toBe(false)
    const { message, conversation, facts } = steps(
      queue,
      sending,
      ended({ status: 'sent', externalIds: ['x1'] }, [mark.message!]),
    )
    expect(message?.delivery).toBe('read')
    expect(conversation?.readUpTo).toBe(second(10))
    expect(facts[0]).toEqual({ fact: 'delivery-changed', from: 'sending', to: 'read' })
  })

  test('can be tried again only when failed or unknown', () => {
    const failed = ended({ status: 'rejected', errorClass: 'bug', code: 'x' })
    expect(steps(queue, sending, failed, { kind: 'retry' }).message).toMatchObject({
      delivery: 'queued',
      deliveryReason: null,
    })
    expect(
      steps(queue, sending, ended({ status: 'uncertain', code: 't' }), { kind: 'retry' }).message?.delivery,
    ).toBe('queued')
    expect(steps(queue, sending, sent, { kind: 'retry' })).toMatchObject({
      message: { delivery: 'sent' },
      facts: [],
    })
  })

  test('is not set back by a step that comes late', () => {
    expect(steps(queue, sending, sent, sending)).toMatchObject({ message: { delivery: 'sent' }, facts: [] })
    expect(steps(queue, sending, sent, ended({ status: 'uncertain', code: 't' })).message?.delivery).toBe(
      'sent',
    )
    expect(steps(queue, sending, sent, queue).facts).toEqual([])
  })

  test('is shown read when a later one was', () => {
    const { message } = steps(queue, sending, sent)
    expect(effectiveDelivery(message!, { deliveredUpTo: second(20), readUpTo: null })).toBe('delivered')
    expect(effectiveDelivery(message!, { deliveredUpTo: second(20), readUpTo: second(10) })).toBe('read')
    expect(effectiveDelivery(message!, { deliveredUpTo: second(9), readUpTo: second(9) })).toBe('sent')
  })
})

describe('a conversation', () => {
  test('closes once, with its reason, and nobody waits any more', () => {
    const once = close({ conversation: waiting, reason: 'spam', by: 'u1', now: second(20) })
    expect(once.conversation).toMatchObject({
      status: 'closed',
      closeReason: 'spam',
      closedBy: 'u1',
      unansweredSince: null,
    })
    expect(once.facts).toEqual([{ fact: 'conversation-closed', at: second(20), reason: 'spam' }])
    expect(writeRefusal(once.conversation!)).toBe('conversation-closed')
    const twice = close({ conversation: once.conversation!, reason: 'resolved', by: null, now: second(30) })
    expect(twice).toEqual({ conversation: once.conversation, opens: false, message: null, facts: [] })
  })

  test('is assigned once to the same operator', () => {
    const mine = assign(newConversation(second(1)), 'u1')
    expect(mine.facts).toEqual([{ fact: 'conversation-assigned', userId: 'u1', before: null }])
    expect(assign(mine.conversation!, 'u1').facts).toEqual([])
    expect(assign(mine.conversation!, null).conversation?.assigneeId).toBeNull()
  })
})
