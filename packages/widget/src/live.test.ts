// @vitest-environment happy-dom
import type { WidgetEvent } from '@trunkline/contracts/widget/protocol'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type LiveDeps, runLive, wakeSource } from './live.ts'

/** The browser's stream, played by the test. */
class PlayedStream extends EventTarget {
  static opened: PlayedStream[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: MessageEvent) => void) | null = null
  onerror: (() => void) | null = null
  closed = false
  readonly ticket: string
  readonly after: string
  constructor(ticket: string, after: string) {
    super()
    this.ticket = ticket
    this.after = after
    PlayedStream.opened.push(this)
  }
  close() {
    this.closed = true
  }
  tell(event: WidgetEvent, id: string) {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(event), lastEventId: id }))
  }
}

const newest = () => PlayedStream.opened.at(-1)!
let ending: AbortController
let cursor: string
let heard: string[]
let states: string[]
let tickets: number

beforeEach(() => {
  vi.useFakeTimers()
  PlayedStream.opened = []
  ending = new AbortController()
  cursor = 'c0'
  heard = []
  states = []
  tickets = 0
})
afterEach(() => {
  ending.abort()
  vi.useRealTimers()
})

async function start(more: Partial<LiveDeps> = {}) {
  const awake = wakeSource()
  const signedOut = vi.fn()
  const poll = vi.fn(async () => ({ kind: 'ok' as const, value: { messages: [] } }))
  const running = runLive(
    {
      ticket: async () => ({ kind: 'ok', value: { ticket: `t${++tickets}` } }),
      open: (ticket, after) => new PlayedStream(ticket, after) as unknown as EventSource,
      poll,
      cursor: () => cursor,
      heard: (event, at) => {
        heard.push(event.kind)
        cursor = at
      },
      state: (state) => states.push(state),
      signedOut,
      random: () => 0.5,
      ...more,
    },
    ending.signal,
    awake,
  )
  await vi.advanceTimersByTimeAsync(0)
  return { awake, signedOut, poll, running }
}

describe('the stream', () => {
  test('after a break goes on from the last place, with a ticket of its own', async () => {
    await start()
    newest().onopen?.()
    newest().tell({ kind: 'typing' }, 'c7')
    newest().onerror?.()
    await vi.advanceTimersByTimeAsync(3000)
    expect(PlayedStream.opened.map(({ ticket, after }) => [ticket, after])).toEqual([
      ['t1', 'c0'],
      ['t2', 'c7'],
    ])
    expect(PlayedStream.opened[0]!.closed).toBe(true)
    expect(heard).toEqual(['typing'])
    expect(states).toEqual(['live', 'waiting'])
  })

  test('takes a long silence for a break, and a ping for a sign of life', async () => {
    await start()
    newest().onopen?.()
    for (let i = 0; i < 10; i++) {
      await vi.advanceTimersByTimeAsync(15_000)
      newest().dispatchEvent(new Event('ping'))
    }
    expect(PlayedStream.opened).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(45_000)
    expect(PlayedStream.opened.length).toBeGreaterThan(1)
  })

  test('that cannot be had is replaced by asking, and still tried', async () => {
    const { poll } = await start()
    for (let i = 0; i < 5; i++) {
      newest().onerror?.()
      await vi.advanceTimersByTimeAsync(13_000)
    }
    expect(PlayedStream.opened.length).toBe(6)
    expect(poll.mock.calls.length).toBeGreaterThanOrEqual(3)
  })

  test('comes back at once when there is reason to hope', async () => {
    const { awake } = await start()
    for (let i = 0; i < 4; i++) {
      newest().onerror?.()
      await vi.advanceTimersByTimeAsync(13_000)
    }
    const before = PlayedStream.opened.length
    newest().onerror?.()
    await vi.advanceTimersByTimeAsync(0)
    awake.wake()
    await vi.advanceTimersByTimeAsync(0)
    expect(PlayedStream.opened.length).toBe(before + 1)
  })

  test('ends when the hub does not know the visitor, and when the page goes', async () => {
    const { signedOut, running } = await start({
      ticket: async () => ({ kind: 'refused', status: 401, title: '', fields: {} }),
    })
    await running
    expect(signedOut).toHaveBeenCalledTimes(1)
    const second = await start()
    ending.abort()
    await second.running
    expect(newest().closed).toBe(true)
  })
})
