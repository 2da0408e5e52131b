import type { WidgetAccepted, WidgetFile, WidgetMessage } from '@trunkline/contracts/widget/protocol'
import type { Drawer } from './drawer.ts'
import type { Answer } from './hub-client.ts'

/** A message on its way to the hub. */
export interface OutboxEntry extends WidgetMessage {
  /** What stands in `fileIds`, to be shown meanwhile. */
  readonly files: readonly WidgetFile[]
  /** Why the hub refused it for good; it then waits for the visitor to decide. */
  readonly failed?: string
}

export interface Outbox {
  entries(): readonly OutboxEntry[]
  add(entry: OutboxEntry): void
  /** Sends a refused one again. */
  retry(clientId: string): void
  discard(clientId: string): void
  /** Sends what waits, oldest first, one at a time over all tabs. Called whenever there may be something to do. */
  kick(): void
  close(): void
}

const MAX_ENTRIES = 100
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000

/**
 * Messages that have not been accepted yet. They are kept in the drawer, so they survive the page and are seen by all
 * tabs; the hub takes each `clientId` once, so a message whose answer was lost may be sent again.
 */
export function createOutbox(deps: {
  readonly drawer: Drawer
  readonly post: (message: WidgetMessage) => Promise<Answer<WidgetAccepted>>
  /** Runs the work while no other tab runs it. */
  readonly alone: (work: () => Promise<void>) => Promise<void>
  readonly changed: () => void
  /** The hub has it: it leaves the outbox in the same moment. */
  readonly accepted: (entry: OutboxEntry, answer: WidgetAccepted) => void
  /** The hub does not know our token any more. */
  readonly signedOut: () => void
  readonly random?: () => number
}): Outbox {
  const { drawer } = deps
  const random = deps.random ?? Math.random
  let running = false
  let again = false
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const entries = () => drawer.get<OutboxEntry[]>('outbox') ?? []
  // Always from what is stored now: another tab may have changed it since.
  const change = (how: (before: OutboxEntry[]) => OutboxEntry[]) => {
    drawer.set('outbox', how(entries()))
    deps.changed()
  }
  const without = (clientId: string) => change((all) => all.filter((entry) => entry.clientId !== clientId))
  const replace = (clientId: string, by: (entry: OutboxEntry) => OutboxEntry) =>
    change((all) => all.map((entry) => (entry.clientId === clientId ? by(entry) : entry)))

  async function drain(): Promise<void> {
    for (;;) {
      const next = entries().find((entry) => entry.failed === undefined)
      if (!next || closed) return
      const { files: _, failed: __, ...message } = next
      const answer = await deps.post(message)
      if (answer.kind === 'ok') {
        failures = 0
        deps.accepted(next, answer.value)
        without(next.clientId)
      } else if (answer.kind === 'refused' && answer.status === 401) {
        // Once: a visitor without a token is a new one.
        deps.signedOut()
        failures += 1
        if (failures > 3) return later(LONGEST_PAUSE_MS)
      } else if (answer.kind === 'refused' && isFinal(answer.status)) {
        replace(next.clientId, (entry) => ({ ...entry, failed: answer.title || '!' }))
      } else {
        failures += 1
        const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)) * (0.5 + random())
        return later(answer.kind === 'refused' ? Math.max(pause, answer.retryAfterMs ?? 0) : pause)
      }
    }
  }

  function later(ms: number): void {
    clearTimeout(timer)
    if (!closed) timer = setTimeout(kick, ms)
  }

  function kick(): void {
    clearTimeout(timer)
    if (closed) return
    if (running) {
      again = true
      return
    }
    if (!entries().some((entry) => entry.failed === undefined)) return
    running = true
    again = false
    const done = () => {
      running = false
      if (again) kick()
    }
    deps.alone(drain).then(done, done)
  }

  return {
    entries,
    add(entry) {
      change((all) => [...all, entry].slice(-MAX_ENTRIES))
      kick()
    },
    retry(clientId) {
      replace(clientId, ({ failed: _, ...entry }) => entry)
      kick()
    },
    discard: without,
    kick,
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/** Refusals that the same message would meet again. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 425 && status !== 429
}
