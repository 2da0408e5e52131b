import type { WidgetChatMessage, WidgetEvent } from '@trunkline/contracts/widget/protocol'
import type { Answer } from './hub-client.ts'

export interface LiveDeps {
  readonly ticket: () => Promise<Answer<{ ticket: string }>>
  readonly open: (ticket: string, after: string) => EventSource
  /** Messages after what is known: when no stream can be had. */
  readonly poll: () => Promise<Answer<{ messages: WidgetChatMessage[] }>>
  /** Where to go on from. */
  readonly cursor: () => string
  readonly heard: (event: WidgetEvent, cursor: string) => void
  readonly state: (state: 'live' | 'waiting') => void
  readonly signedOut: () => void
  readonly random?: () => number
}

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 12_000
/** The hub pings every 15 seconds; twice missed is a break that nobody told us of. */
const SILENCE_MS = 40_000
/** After so many streams that did not open, messages are asked for instead, and streams still tried. */
const TRIES_BEFORE_POLLING = 2

/**
 * Keeps a stream of the talk open until the signal: by a one-time ticket, from the last place heard, with pauses that
 * grow and differ, so that thousands of pages do not come back in one moment after a restart of the hub.
 *
 * Every break is mended here and not by EventSource, whose own repetition would use the ticket twice.
 */
export async function runLive(deps: LiveDeps, signal: AbortSignal, awake: WakeSource): Promise<void> {
  const random = deps.random ?? Math.random
  let failures = 0
  while (!signal.aborted) {
    const ended = await listen(deps, signal)
    if (ended === 'signed-out') return deps.signedOut()
    if (signal.aborted) return
    failures = ended === 'was-live' ? 0 : failures + 1
    deps.state('waiting')
    if (failures >= TRIES_BEFORE_POLLING) await pollOnce(deps)
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures) * (0.5 + random())
    await awake.pause(pause, signal)
  }
}

async function pollOnce(deps: LiveDeps): Promise<void> {
  const answer = await deps.poll()
  if (answer.kind === 'refused' && answer.status === 401) return deps.signedOut()
  if (answer.kind !== 'ok') return
  for (const message of answer.value.messages) deps.heard({ kind: 'message', message }, '')
}

async function listen(deps: LiveDeps, signal: AbortSignal): Promise<'was-live' | 'failed' | 'signed-out'> {
  const answer = await deps.ticket()
  if (answer.kind === 'refused' && answer.status === 401) return 'signed-out'
  if (answer.kind !== 'ok' || signal.aborted) return 'failed'
  return new Promise((resolve) => {
    let wasLive = false
    let silence: ReturnType<typeof setTimeout> | undefined
    const source = deps.open(answer.value.ticket, deps.cursor())
    const end = () => {
      clearTimeout(silence)
      signal.removeEventListener('abort', end)
      source.close()
      resolve(wasLive ? 'was-live' : 'failed')
    }
    const alive = () => {
      clearTimeout(silence)
      silence = setTimeout(end, SILENCE_MS)
    }
    source.onopen = () => {
      wasLive = true
      deps.state('live')
      alive()
    }
    source.onmessage = (message) => {
      alive()
      const event = readEvent(String(message.data))
      if (event) deps.heard(event, message.lastEventId)
    }
    source.addEventListener('ping', alive)
    source.onerror = end
    signal.addEventListener('abort', end)
    alive()
  })
}

function readEvent(text: string): WidgetEvent | undefined {
  try {
    return JSON.parse(text) as WidgetEvent
  } catch {
    return undefined
  }
}

/** Pauses that end early when there is reason to hope: the network is back, the visitor looks. */
export interface WakeSource {
  pause(ms: number, signal: AbortSignal): Promise<void>
  wake(): void
}

export function wakeSource(): WakeSource {
  const waiting = new Set<() => void>()
  return {
    wake() {
      for (const end of [...waiting]) end()
    },
    pause: (ms, signal) =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer)
          waiting.delete(end)
          signal.removeEventListener('abort', end)
          resolve()
        }
        const timer = setTimeout(end, ms)
        waiting.add(end)
        signal.addEventListener('abort', end)
        if (signal.aborted) end()
      }),
  }
}
