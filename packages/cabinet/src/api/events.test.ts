import { QueryClient } from '@tanstack/vue-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { onCabinetEvent, parseEvent, staleKeys, startEvents } from './events.ts'

/** A stream of the server under the hand of the test. */
class PretendSource {
  static readonly CLOSED = 2
  static opened: PretendSource[] = []
  readyState = 1
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  onmessage: ((message: MessageEvent<string>) => void) | null = null
  readonly url: string
  constructor(url: string) {
    this.url = url
    PretendSource.opened.push(this)
  }
  /** Named frames are not used by these tests. */
  readonly addEventListener = vi.fn()
  close(): void {
    this.readyState = PretendSource.CLOSED
  }
  say(cursor: string, event: unknown): void {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(event), lastEventId: cursor }))
  }
}

/** Web Locks with one lock: the first asker holds it until its promise ends. */
function oneLock() {
  let tail: Promise<unknown> = Promise.resolve()
  return {
    request: (_name: string, options: { signal: AbortSignal }, held: () => Promise<void>) => {
      const mine = tail.then(() => (options.signal.aborted ? undefined : held()))
      tail = mine
      return mine
    },
  }
}

const stops: (() => void)[] = []
beforeEach(() => {
  vi.useFakeTimers()
  PretendSource.opened = []
  vi.stubGlobal('EventSource', PretendSource)
  Object.defineProperty(navigator, 'locks', { value: oneLock(), configurable: true })
})
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})
function tab() {
  const client = new QueryClient()
  const invalidated = vi.spyOn(client, 'invalidateQueries').mockResolvedValue()
  const stop = startEvents(client)
  stops.push(stop)
  return { invalidated, stop }
}
const settle = () => vi.advanceTimersByTimeAsync(200)

describe('stream of events', () => {
  it('is one for the whole browser: the second tab opens none until the first has gone, then resumes', async () => {
    const first = tab()
    tab()
    await settle()
    expect(PretendSource.opened).toHaveLength(1)
    PretendSource.opened[0]!.onopen?.()
    PretendSource.opened[0]!.say('41', { kind: 'ledger' })
    vi.useRealTimers()
    await new Promise((resolve) => setTimeout(resolve, 50))
    vi.useFakeTimers()
    first.stop()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(PretendSource.opened.map((source) => source.url)).toEqual(['/api/events', '/api/events?after=41'])
  })

  it('refetches what an event made stale, once for a burst', async () => {
    const { invalidated } = tab()
    await settle()
    for (let i = 0; i < 20; i++) PretendSource.opened[0]!.say(String(i), { kind: 'ledger' })
    await settle()
    expect(invalidated.mock.calls).toEqual([[{ queryKey: ['home'] }], [{ queryKey: ['journal'] }]])
  })

  it('asks for the first page every two seconds at most, however fast events come, and once more after the last', async () => {
    const { invalidated } = tab()
    await settle()
    const asked = (key: string) =>
      invalidated.mock.calls.filter(([of]) => JSON.stringify(of) === JSON.stringify({ queryKey: [key] }))
        .length
    for (let i = 0; i < 30; i++) {
      PretendSource.opened[0]!.say(String(i), { kind: 'ledger' })
      await settle()
    }
    expect(asked('journal')).toBe(30)
    expect(asked('home')).toBe(3)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(asked('home')).toBe(4)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked('home')).toBe(4)
  })

  it('asks for everything again after a break, and comes back by itself from a refusal', async () => {
    const { invalidated } = tab()
    await settle()
    const source = PretendSource.opened[0]!
    source.onopen?.()
    source.say('7', { kind: 'typing', conversationId: 'c' })
    source.readyState = PretendSource.CLOSED
    source.onerror?.()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(PretendSource.opened.at(-1)!.url).toBe('/api/events?after=7')
    expect(invalidated).not.toHaveBeenCalled()
    PretendSource.opened.at(-1)!.onopen?.()
    expect(invalidated).toHaveBeenCalledWith()
  })

  it('tells listeners of each event until they stop', async () => {
    tab()
    await settle()
    const heard = vi.fn()
    const stop = onCabinetEvent(heard)
    PretendSource.opened[0]!.say('1', { kind: 'typing', conversationId: 'c' })
    stop()
    PretendSource.opened[0]!.say('2', { kind: 'typing', conversationId: 'c' })
    expect(heard.mock.calls).toEqual([[{ kind: 'typing', conversationId: 'c' }]])
  })

  it('an unknown event or noise changes nothing', () => {
    expect(parseEvent('{"kind":"of-the-future"}')).toBeNull()
    expect(parseEvent('not json')).toBeNull()
    expect(parseEvent('null')).toBeNull()
  })

  it('a message makes the list, the counts and that conversation stale', () => {
    expect(staleKeys({ kind: 'message', conversationId: 'c', messageId: 'm' })).toEqual([
      ['conversations'],
      ['inbox-counts'],
      ['conversation', 'c'],
      ['messages', 'c'],
    ])
  })
})
