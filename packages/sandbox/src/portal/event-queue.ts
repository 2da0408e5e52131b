/**
 * Events on their way to the handlers of applications: one attempt, form-encoded, in order for each handler.
 * Source: reference/bitrix24.md §3.2.
 */
import qs from 'qs'
import type { AuthServer } from './auth-server.ts'
import type { SandboxClock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Journal } from './journal.ts'
import type { PhpMap } from './php-values.ts'
import type { Install, PortalState } from './portal-state.ts'

/** Who caused an event. Without `userId` (robots, forms, the pretend person at the page) it carries no tokens. */
export interface EventCause {
  readonly userId: number | null
  /** Depth of the token that made the call; a chain of more than three ends. */
  readonly eventDepth: number
}

export interface EventQueue {
  /** Queues the event for every handler bound to it. */
  emit(event: string, data: PhpMap, cause: EventCause): void
  /** Queues an event of an application's life (install, uninstall) for the app's own address and its handlers. */
  emitAppEvent(event: string, data: PhpMap, install: Install, extraAuth: PhpMap): void
  /** Resolves when every queued event was tried. */
  settled(): Promise<void>
  stop(): void
}

interface Job {
  readonly event: string
  readonly handler: string
  readonly clientId: string
  readonly data: PhpMap
  readonly body: string
}

const DELIVERY_TIMEOUT_MS = 10_000
const MAX_EVENT_DEPTH = 3
/** How long a reordered event waits for another one to overtake it. */
const REORDER_WAIT_MS = 150

export function createEventQueue(options: {
  state: PortalState
  clock: SandboxClock
  auth: AuthServer
  journal: Journal
  faults: Faults
  clientEndpoint: () => string
}): EventQueue {
  const { state, clock, auth, journal, faults } = options
  const lanes = new Map<string, Job[]>()
  const running = new Set<Promise<void>>()
  const held = new Map<string, { job: Job; timer: NodeJS.Timeout }>()
  const stopped = new AbortController()
  /** Access tokens handed out with events, one for each app, user and depth, until half of their hour is over. */
  const minted = new Map<string, { token: string; expiresAt: number }>()

  const commonAuth = (install: Install): PhpMap => ({
    domain: new URL(options.clientEndpoint()).host,
    client_endpoint: options.clientEndpoint(),
    server_endpoint: `${auth.url}/rest/`,
    member_id: state.memberId,
    application_token: install.applicationToken,
    scope: (auth.app(install.clientId)?.scope ?? []).join(','),
    status: 'L',
  })

  const userAuth = (clientId: string, userId: number, depth: number): PhpMap => {
    const key = `${clientId} ${userId} ${depth}`
    let token = minted.get(key)
    if (!token || token.expiresAt - clock.now() < 1_800_000) {
      const fresh = auth.mintAccess({ clientId, memberId: state.memberId, userId }, depth)
      token = { token: fresh.token, expiresAt: fresh.expiresAt }
      minted.set(key, token)
    }
    return {
      access_token: token.token,
      expires: Math.floor(token.expiresAt / 1000),
      expires_in: Math.max(0, Math.floor((token.expiresAt - clock.now()) / 1000)),
      user_id: userId,
    }
  }

  const enqueue = (job: Job): void => {
    const now = clock.now()
    if (faults.strike(['event-drop'], [job.event], now, job.clientId)) {
      journal.closeEvent(journal.openEvent({ at: now, ...job }), 'dropped')
      return
    }
    const copies = faults.strike(['event-duplicate'], [job.event], now, job.clientId) ? 2 : 1
    const waiting = held.get(job.handler)
    if (!waiting && faults.strike(['event-reorder'], [job.event], now, job.clientId)) {
      const timer = setTimeout(() => release(job.handler), REORDER_WAIT_MS)
      held.set(job.handler, { job, timer })
      for (let copy = 1; copy < copies; copy++) push(job)
      return
    }
    for (let copy = 0; copy < copies; copy++) push(job)
    if (waiting) release(job.handler)
  }

  const release = (handler: string): void => {
    const entry = held.get(handler)
    if (!entry) return
    clearTimeout(entry.timer)
    held.delete(handler)
    push(entry.job)
  }

  const push = (job: Job): void => {
    const lane = lanes.get(job.handler)
    if (lane) {
      lane.push(job)
      return
    }
    const fresh = [job]
    lanes.set(job.handler, fresh)
    const run = drain(job.handler, fresh).finally(() => running.delete(run))
    running.add(run)
  }

  const drain = async (handler: string, lane: Job[]): Promise<void> => {
    for (let job = lane.shift(); job && !stopped.signal.aborted; job = lane.shift()) await deliver(job)
    lanes.delete(handler)
  }

  const deliver = async (job: Job): Promise<void> => {
    const entry = journal.openEvent({
      at: clock.now(),
      event: job.event,
      handler: job.handler,
      clientId: job.clientId,
      data: job.data,
    })
    try {
      const response = await fetch(job.handler, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: job.body,
        redirect: 'manual',
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(DELIVERY_TIMEOUT_MS)]),
      })
      await response.body?.cancel()
      journal.closeEvent(entry, response.status)
    } catch {
      // One attempt only: a handler that cannot be reached loses the event, and the journal says so.
      journal.closeEvent(entry, null)
    }
  }

  const jobBody = (event: string, handlerId: number, data: PhpMap, authBlock: PhpMap): string =>
    qs.stringify({
      event,
      event_handler_id: handlerId,
      data,
      ts: Math.floor(clock.now() / 1000),
      auth: authBlock,
    })

  return {
    emit(event, data, cause) {
      for (const binding of state.eventBindings) {
        if (binding.event !== event) continue
        const install = state.installs.find(({ clientId }) => clientId === binding.clientId)
        if (!install?.isActive || !install.isPaid || install.isUnfinished === true) continue
        const depth = cause.eventDepth + 1
        if (depth > MAX_EVENT_DEPTH) continue
        const userId = binding.authUserId || cause.userId
        const authBlock = {
          ...commonAuth(install),
          ...(userId ? userAuth(binding.clientId, userId, depth) : {}),
        }
        const body = jobBody(event, binding.id, data, authBlock)
        enqueue({ event, handler: binding.handler, clientId: binding.clientId, data, body })
      }
    },
    emitAppEvent(event, data, install, extraAuth) {
      const handlers = new Map<string, number>()
      const own = auth.app(install.clientId)?.handlerUrl
      if (own) handlers.set(own, 0)
      for (const binding of state.eventBindings) {
        if (binding.clientId === install.clientId && binding.event === event)
          handlers.set(binding.handler, binding.id)
      }
      for (const [handler, handlerId] of handlers) {
        const body = jobBody(event, handlerId, data, { ...commonAuth(install), ...extraAuth })
        enqueue({ event, handler, clientId: install.clientId, data, body })
      }
    },
    async settled() {
      while (running.size > 0 || held.size > 0) {
        await Promise.race([Promise.all(running), new Promise((resolve) => setTimeout(resolve, 20))])
      }
    },
    stop() {
      for (const { timer } of held.values()) clearTimeout(timer)
      held.clear()
      stopped.abort()
    },
  }
}
