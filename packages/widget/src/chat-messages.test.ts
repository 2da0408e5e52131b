import type { WidgetChatMessage } from '@trunkline/contracts/widget/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  mergeMessages,
  newestOf,
  pendingMessages,
  unreadCount,
  withAnswer,
  withRead,
} from './chat-messages.ts'
import type { OutboxEntry } from './outbox.ts'

const message = (sequence: number, more: Partial<WidgetChatMessage> = {}): WidgetChatMessage => ({
  id: `m${sequence}`,
  sequence,
  from: sequence % 2 === 0 ? 'operator' : 'visitor',
  text: `text ${sequence}`,
  edited: false,
  removed: false,
  files: [],
  at: '2026-11-20T09:00:00.000Z',
  ...more,
})
const entry = (clientId: string, failed?: string): OutboxEntry => ({
  clientId,
  text: clientId,
  fileIds: [],
  files: [],
  context: { pageUrl: '' },
  sentAt: '2026-11-20T09:00:00.000Z',
  ...(failed ? { failed } : {}),
})

describe('joining after a break', () => {
  test('however the lists overlap and repeat, the result is every message once, in the order of the talk', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer({ min: 1, max: 30 }))), (lists) => {
        const joined = lists.reduce<WidgetChatMessage[]>(
          (known, came) =>
            mergeMessages(
              known,
              came.map((sequence) => message(sequence)),
            ),
          [],
        )
        const expected = [...new Set(lists.flat())].sort((a, b) => a - b)
        expect(joined.map(({ sequence }) => sequence)).toEqual(expected)
        expect(mergeMessages(joined, joined)).toEqual(joined)
      }),
    )
  })

  test('an edited or removed message replaces itself', () => {
    const [edited] = mergeMessages([message(2)], [message(2, { text: 'new', edited: true })])
    expect(edited).toMatchObject({ text: 'new', edited: true })
    expect(mergeMessages([edited!], [message(2, { text: '', removed: true })])[0]).toMatchObject({
      removed: true,
    })
  })

  test('what was read does not become unread by an older word', () => {
    const read = withRead([message(1, { status: 'delivered' })], 1)
    expect(mergeMessages(read, [message(1, { status: 'delivered' })])[0]?.status).toBe('read')
  })

  test('an answer marks what stands before it as read, and nothing after it', () => {
    const before = [1, 3, 5].map((sequence) => message(sequence, { status: 'delivered' }))
    expect(withAnswer(before, message(4)).map(({ status }) => status)).toEqual(['read', 'read', 'delivered'])
  })
})

describe('what is shown before the hub tells it back', () => {
  test('a message is shown once: waiting, then sent, then as the hub has it', () => {
    const a = entry('a')
    expect(pendingMessages([], [], [a]).map(({ state }) => state)).toEqual(['sending'])
    expect(pendingMessages([], [a], [a]).map(({ state }) => state)).toEqual(['sent'])
    expect(pendingMessages([message(1, { clientId: 'a' })], [a], [a])).toEqual([])
  })

  test('accepted ones stand before waiting ones, refused ones say so', () => {
    const shown = pendingMessages([], [entry('b')], [entry('c'), entry('d', 'too long')])
    expect(shown.map(({ entry: { clientId }, state }) => [clientId, state])).toEqual([
      ['b', 'sent'],
      ['c', 'sending'],
      ['d', 'failed'],
    ])
  })
})

test('unread are the company’s messages after the last one seen, removed ones apart', () => {
  const messages = [message(1), message(2), message(4), message(6, { removed: true }), message(8)]
  expect(unreadCount(messages, 2)).toBe(2)
  expect(unreadCount(messages, 0)).toBe(3)
  expect(newestOf(messages, 'operator')).toBe(8)
  expect(newestOf([message(9)], 'operator')).toBe(0)
  expect(newestOf([message(9)], 'all')).toBe(9)
})
