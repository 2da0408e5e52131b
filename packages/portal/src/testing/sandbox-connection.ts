import type { PortalState } from '@trunkline/contracts/crm/facts'
import type { HubError } from '@trunkline/contracts/errors'
import type { PortalId } from '@trunkline/contracts/ids'
import type { AppHandle, PortalHandle, Sandbox, SandboxClock, SandboxOptions } from '@trunkline/sandbox'
import { startSandbox } from '@trunkline/sandbox'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import type { Clock } from '../client/clock.ts'
import { systemClock } from '../client/clock.ts'
import type { Tokens } from '../client/tokens.ts'
import { createTokens } from '../client/tokens.ts'
import type { Transport } from '../client/transport.ts'
import { createTransport } from '../client/transport.ts'
import { createPump } from '../pump/pump.ts'
import type { PortalLogEntry, Pump, PumpOptions } from '../pump/pump-contract.ts'
import type { MemoryTokenStore } from './memory-token-store.ts'
import { createMemoryTokenStore } from './memory-token-store.ts'
import { PORTAL } from './scripted-portal.ts'

/** A pump connected to a pretend portal, with all that a test wants to look at. */
export interface SandboxConnection {
  readonly sandbox: Sandbox
  readonly portal: PortalHandle
  readonly app: AppHandle
  readonly http: Transport
  readonly store: MemoryTokenStore
  readonly tokens: Tokens
  readonly pump: Pump
  readonly clock: Clock
  readonly states: { readonly state: PortalState; readonly code: string | undefined }[]
  readonly log: PortalLogEntry[]
  readonly moves: string[]
  close(): Promise<void>
}

export interface ConnectionOptions {
  readonly sandbox?: Omit<SandboxOptions, 'clock'>
  readonly clock?: Clock
  readonly pump?: Partial<PumpOptions>
  readonly scope?: readonly string[]
  readonly portalId?: PortalId
}

/** Both kinds of portal: what is promised of one is promised of the other (CHAT-01). */
export const PORTAL_KINDS = ['cloud', 'box'] as const

let kindNow: (typeof PORTAL_KINDS)[number] = 'cloud'

/** Call it first inside a `describe`: its tests connect to pretend portals of this kind. */
export function onPortalOf(kind: (typeof PORTAL_KINDS)[number]): void {
  beforeAll(() => {
    kindNow = kind
  })
  afterAll(() => {
    kindNow = 'cloud'
  })
}

export const SCOPES = ['crm', 'im', 'user', 'department']

export async function connectSandbox(options: ConnectionOptions = {}): Promise<SandboxConnection> {
  const clock = options.clock ?? systemClock
  const sandbox = await startSandbox({
    ...options.sandbox,
    portal: { kind: kindNow, ...options.sandbox?.portal },
    clock: sandboxClock(clock),
  })
  const portal = sandbox.portals[0]!
  const app = sandbox.registerApp({
    clientId: 'local.hub',
    clientSecret: 'secret',
    redirectUri: 'http://127.0.0.1:9/callback',
    scope: [...(options.scope ?? SCOPES)],
    title: 'Trunkline',
  })
  const connection = connectPortal(sandbox, portal, app, options)
  return {
    ...connection,
    async close() {
      await connection.close()
      await sandbox.stop()
    },
  }
}

/** The same for the test that calls it: everything is closed when that test ends, whether it passed or not. */
export async function connectForTest(options: ConnectionOptions = {}): Promise<SandboxConnection> {
  const connection = await connectSandbox(options)
  onTestFinished(() => connection.close())
  return connection
}

/** A pump for one portal of a sandbox that runs already. */
export function connectPortal(
  sandbox: Sandbox,
  portal: PortalHandle,
  app: AppHandle,
  options: ConnectionOptions = {},
): SandboxConnection {
  const clock = options.clock ?? systemClock
  const portalId = options.portalId ?? PORTAL
  const pair = app.grant(portal)
  const http = createTransport({ allowPrivate: true, timeoutMs: 10_000 })
  const store = createMemoryTokenStore(
    new Map([
      [
        portalId,
        {
          clientId: app.clientId,
          clientSecret: app.clientSecret,
          accessToken: pair.access_token,
          refreshToken: pair.refresh_token,
          expiresAt: clock.now() + 3_600_000,
          clientEndpoint: `${portal.url}/rest/`,
          serverEndpoint: `${sandbox.authUrl}/rest/`,
          memberId: portal.memberId,
        },
      ],
    ]),
  )
  const tokens = createTokens({ store, http, clock })
  const states: { state: PortalState; code: string | undefined }[] = []
  const log: PortalLogEntry[] = []
  const moves: string[] = []
  const pump = createPump({
    portalId,
    endpoint: `${portal.url}/rest/`,
    tokens,
    http,
    plan: { rate: 2, burst: 50 },
    clock,
    log: (entry) => log.push(entry),
    onState: (state: PortalState, reason: HubError | undefined) => states.push({ state, code: reason?.code }),
    onMoved: (endpoint) => moves.push(endpoint),
    ...options.pump,
  })
  return {
    sandbox,
    portal,
    app,
    http,
    store,
    tokens,
    pump,
    clock,
    states,
    log,
    moves,
    async close() {
      await pump.stop()
      await http.close()
    },
  }
}

/** The sandbox's time is the test's: limits and token lives pass as quickly as the pump sees them. */
function sandboxClock(clock: Clock): SandboxClock {
  return {
    now: () => clock.now(),
    advance: () => {
      throw new Error('move the clock of the test')
    },
  }
}
