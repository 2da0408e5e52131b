import type { Message } from '@trunkline/contracts/http/conversations'
import { describe, expect, it } from 'vitest'
import {
  EMPTY_LOG,
  type MessageLog,
  newestSequence,
  type PendingMessage,
  visiblePending,
  withConfirmed,
  withEarlier,
  withLatest,
  withPending,
  withRefused,
} from './message-log.ts'

function message(sequence: number, over: Partial<Message> = {}): Message {
  return {
    id: `m${sequence}`,
    sequence,
    direction: 'inbound',
    author: null,
    text: `text ${sequence}`,
    editedAt: null,
    removedAt: null,
    at: new Date(Date.UTC(2026, 10, 20, 10, sequence)).toISOString(),
    delivery: 'none',
    deliveryReason: null,
    attachments: [],
    replyToId: null,
    ...over,
  }
}
const pending = (clientId: string, text: string, after: number): PendingMessage => ({
  clientId,
  text,
  attachments: [],
  replyToId: null,
  at: '2026-11-20T10:30:00Z',
  after,
  state: 'sending',
  error: null,
})
const sent = (sequence: number, text: string) =>
  message(sequence, { direction: 'outbound', text, delivery: 'queued' })
const page = (from: number, to: number, hasEarlier: boolean) => ({
  data: Array.from({ length: to - from + 1 }, (_, i) => message(from + i)),
  hasEarlier,
})
const loaded = (): MessageLog => withLatest(EMPTY_LOG, page(11, 20, true))

describe('loading a talk', () => {
  it('puts earlier pages before and newer messages after, each once', () => {
    const log = withLatest(withEarlier(loaded(), page(1, 11, false)), page(18, 22, true))
    expect(log.messages.map((each) => each.sequence)).toEqual(Array.from({ length: 22 }, (_, i) => i + 1))
    expect(log.hasEarlier).toBe(false)
  })

  it('takes the new state of a message already shown', () => {
    const log = withLatest(loaded(), {
      data: [message(20, { removedAt: '2026-11-20T11:00:00Z' })],
      hasEarlier: true,
    })
    expect(log.messages.at(-1)?.removedAt).not.toBeNull()
    expect(log.messages).toHaveLength(10)
  })

  it('never shows a hole after a long absence: the older part is loaded anew', () => {
    const log = withLatest(loaded(), page(41, 50, true))
    expect(log.messages[0]?.sequence).toBe(41)
    expect(log.hasEarlier).toBe(true)
  })
})

describe('sending at once', () => {
  it('a double click with one clientId is one message', () => {
    const log = withPending(withPending(loaded(), pending('a', 'hi', 20)), pending('a', 'hi', 20))
    expect(visiblePending(log)).toHaveLength(1)
    const done = withConfirmed(withConfirmed(log, 'a', sent(21, 'hi')), 'a', sent(21, 'hi'))
    expect(visiblePending(done)).toHaveLength(0)
    expect(done.messages.filter((each) => each.text === 'hi')).toHaveLength(1)
  })

  it('does not show twice a message that the stream brought before the answer', () => {
    const log = withLatest(withPending(loaded(), pending('a', 'hi', 20)), {
      data: [sent(21, 'hi')],
      hasEarlier: true,
    })
    expect(visiblePending(log)).toHaveLength(0)
    expect(newestSequence(log)).toBe(21)
  })

  it('hides a failed send whose message was stored all the same (the answer was lost)', () => {
    const log = withRefused(withPending(loaded(), pending('a', 'hi', 20)), 'a', {
      ru: 'нет сети',
      en: 'no network',
    })
    expect(visiblePending(log)).toHaveLength(1)
    expect(visiblePending(withLatest(log, { data: [sent(21, 'hi')], hasEarlier: true }))).toHaveLength(0)
  })

  it('keeps the second of two equal texts when only the first was stored', () => {
    let log = withPending(withPending(loaded(), pending('a', 'ok', 20)), pending('b', 'ok', 20))
    log = withConfirmed(log, 'a', sent(21, 'ok'))
    log = withRefused(log, 'b', { ru: 'отказ', en: 'refused' })
    expect(visiblePending(log).map((each) => each.clientId)).toEqual(['b'])
  })

  it('does not take an old message of the same text for the new one', () => {
    const log = withPending(
      withLatest(loaded(), { data: [sent(21, 'ok')], hasEarlier: true }),
      pending('a', 'ok', 21),
    )
    expect(visiblePending(log)).toHaveLength(1)
  })
})
