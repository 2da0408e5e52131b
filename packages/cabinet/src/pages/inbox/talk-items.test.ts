import type { Message } from '@trunkline/contracts/http/conversations'
import { describe, expect, it } from 'vitest'
import { firstUnread, type TalkItem, talkItems } from './talk-items.ts'

function message(sequence: number, at: string, over: Partial<Message> = {}): Message {
  return {
    id: `m${sequence}`,
    sequence,
    direction: 'inbound',
    author: { name: 'Anna', userId: null },
    text: `text ${sequence}`,
    editedAt: null,
    removedAt: null,
    at,
    delivery: 'none',
    deliveryReason: null,
    attachments: [],
    replyToId: null,
    ...over,
  }
}
const shape = (items: readonly TalkItem[]) =>
  items.flatMap((item) => [
    ...(item.day ? ['day'] : []),
    ...(item.unread ? ['unread'] : []),
    item.kind === 'message' ? item.message.sequence : item.kind,
  ])
const local = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).toISOString()

describe('the talk as lines', () => {
  it('separates days and marks where the unread ones begin', () => {
    const messages = [
      message(1, local(20, 23, 59)),
      message(2, local(21, 0, 1)),
      message(3, local(21, 12)),
      message(4, local(21, 12, 1)),
    ]
    expect(shape(talkItems(messages, [], firstUnread(messages, 2)))).toEqual([
      'day',
      1,
      'day',
      2,
      'unread',
      3,
      4,
    ])
    expect(shape(talkItems(messages, [], firstUnread(messages, 0)))).toEqual(['day', 1, 'day', 2, 3, 4])
  })

  it('joins messages of one author into runs, broken by another author, a pause and a day', () => {
    const operator = { direction: 'outbound' as const, author: { name: 'Oleg', userId: 'u' } }
    const messages = [
      message(1, local(20, 10, 0)),
      message(2, local(20, 10, 1)),
      message(3, local(20, 10, 2), operator),
      message(4, local(20, 10, 30), operator),
    ]
    const runs = talkItems(messages, [], null).flatMap((item) =>
      item.kind === 'message'
        ? [`${item.first ? '<' : ''}${item.message.sequence}${item.last ? '>' : ''}`]
        : [],
    )
    expect(runs).toEqual(['<1', '2>', '<3>', '<4>'])
  })

  it('keeps its keys when earlier messages are loaded in front', () => {
    const late = [message(5, local(20, 10)), message(6, local(20, 11))]
    const keys = talkItems(late, [], null).map((item) => item.key)
    const all = talkItems([message(4, local(19, 10)), ...late], [], null).map((item) => item.key)
    expect(all).toEqual(expect.arrayContaining(keys))
    expect(new Set(all).size).toBe(all.length)
  })

  it('quotes the message answered, when it is loaded', () => {
    const messages = [message(1, local(20, 10)), message(2, local(20, 10, 1), { replyToId: 'm1' })]
    const quoted = talkItems(messages, [], null).flatMap((item) =>
      item.kind === 'message' ? [item.quoted?.id ?? null] : [],
    )
    expect(quoted).toEqual([null, 'm1'])
  })
})
