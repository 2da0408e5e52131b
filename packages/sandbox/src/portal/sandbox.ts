/** Starts pretend portals with their shared auth server; each listens on an address of its own. */
import type { FastifyInstance } from 'fastify'
import { type Address, createAddressPool } from './addresses.ts'
import { mountAuthServer } from './auth-app.ts'
import { type AuthState, createAuthServer, type RegisteredApp, type TokenPair } from './auth-server.ts'
import { createClock, type SandboxClock } from './clock.ts'
import { freshState, type PortalOptions, type SeedName } from './fresh-state.ts'
import { createOwnCertificate } from './own-certificate.ts'
import { bareApp, createPortalApp } from './portal-app.ts'
import { createPortalCore, type PortalSettings } from './portal-core.ts'
import { createPortalHandle, type PortalHandle, type PortalHandleInner } from './portal-handle.ts'
import type { PortalState } from './portal-state.ts'
import { createStateFile, readSnapshot, type StateFile } from './state-file.ts'

export interface SandboxOptions {
  /** Port of the first portal; the auth server takes the next one. 0 or absent: chosen by the OS. */
  port?: number
  /** Address to listen on, default 127.0.0.1. */
  host?: string
  clock?: SandboxClock
  /** What the first portal and portals added later hold; default `empty`. */
  seed?: SeedName
  /** Kind, mode, plan, language and name of the first portal. */
  portal?: PortalOptions
  /** Where the sandbox keeps itself between runs. Ports, portals, apps, tokens and CRM come back; the journal does not. */
  stateFile?: string
  /** Saves before a write is answered (default) or within 50 ms. */
  durable?: boolean
  settings?: Partial<PortalSettings>
  /** Seed of the scripted faults' dice. */
  faultSeed?: number
  /** Hits and events kept in each journal, default 100,000. */
  journalLimit?: number
  /**
   * Every address speaks https with a certificate that nobody knows yet (`Sandbox.certificate`), as a self-hosted portal in
   * a company's own network does. Default false: plain http.
   */
  ownCertificate?: boolean
  /** Adds routes to every portal's server (the page to look at, the demo's site). Must not be asynchronous. */
  extend?: (app: FastifyInstance, portal: PortalHandle) => void
}

export interface AppOptions {
  clientId: string
  clientSecret: string
  redirectUri: string
  /** Gets ONAPPINSTALL and ONAPPUNINSTALL. */
  handlerUrl?: string
  /** Opened in a frame when an administrator installs the app from the portal's page; without it the app is API-only. */
  installUrl?: string
  /** Opened in a frame when an employee opens the app. */
  mainUrl?: string
  scope: string[]
  title: string
}

export interface AppHandle {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
  readonly scope: readonly string[]
  /** Installs the app on the portal when needed and gives tokens of a user (default: the first administrator). */
  grant(portal: PortalHandle, userId?: number): TokenPair
}

export interface Sandbox {
  /** The first portal's address. */
  readonly url: string
  /** The auth server's address; `server_endpoint` is this plus `/rest/`. */
  readonly authUrl: string
  /** PEM of the certificate to trust, with `ownCertificate`. */
  readonly certificate: string | undefined
  readonly clock: SandboxClock
  readonly portals: PortalHandle[]
  addPortal(options?: PortalOptions & { seed?: SeedName }): PortalHandle
  /** Registering a known client id again replaces it; installs and tokens stay. */
  registerApp(options: AppOptions): AppHandle
  /** Resolves when all state is on disk (at once without a state file). */
  saved(): Promise<void>
  stop(): Promise<void>
}

/** Opens the ports and gives the sandbox ready to be called. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1'
  const clock = options.clock ?? createClock()
  const seed = options.seed ?? 'empty'
  const stored = options.stateFile === undefined ? null : readSnapshot(options.stateFile)
  const authState: AuthState = stored?.auth ?? { apps: [], codes: [], accessTokens: [], refreshTokens: [] }
  const own = options.ownCertificate === true ? createOwnCertificate() : undefined
  const scheme = own === undefined ? 'http' : 'https'
  const pool = await createAddressPool(host, own)
  const apps: FastifyInstance[] = []
  const handles: PortalHandleInner[] = []
  let stateFile: StateFile | null = null
  const saved = async (): Promise<void> => stateFile?.saved()

  const auth = createAuthServer({
    state: authState,
    clock,
    portal: (memberId) => {
      const core = handles.find((handle) => handle.memberId === memberId)?.core
      return core && { clientEndpoint: core.clientEndpoint(), refusal: core.refusal }
    },
  })
  const serve = (address: Address, app: FastifyInstance): void => {
    apps.push(app)
    const ready = app.ready()
    address.handle = (request, response) => {
      ready.then(
        () => app.routing(request, response),
        (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
      )
    }
  }

  const openPortal = (state: PortalState, address: Address, portalSeed: SeedName): PortalHandleInner => {
    const core = createPortalCore({
      state,
      clock,
      auth,
      settings: {
        strict: true,
        realLatency: 0,
        ...options.settings,
        costSeconds: { ...options.settings?.costSeconds },
      },
      scheme,
      faultSeed: (options.faultSeed ?? 1) + handles.length,
      ...(options.journalLimit === undefined ? {} : { journalLimit: options.journalLimit }),
    })
    let current = address
    const handle = createPortalHandle({
      core,
      seed: portalSeed,
      saved,
      changeAddress() {
        const former = current
        current = pool.take()
        current.handle = former.handle
        former.handle = redirectTo(() => core.url())
        state.formerPorts.push(state.port)
        state.port = current.port
      },
    })
    serve(address, createPortalApp(handle, options.extend))
    handles.push(handle)
    return handle
  }

  const firstPort = options.port ?? 0
  try {
    const authAddress = await pool.open(stored?.authPort ?? (firstPort === 0 ? 0 : firstPort + 1))
    auth.url = `${scheme}://${host}:${authAddress.port}`
    const authApp = bareApp()
    mountAuthServer(authApp, {
      auth,
      saved,
      portal: (memberId) => handles.find((one) => one.memberId === memberId)?.core,
    })
    serve(authAddress, authApp)

    for (const state of stored?.portals ?? []) {
      const handle = openPortal(state, await pool.open(state.port), seed)
      for (const port of state.formerPorts) (await pool.open(port)).handle = redirectTo(() => handle.url)
    }
    if (handles.length === 0) {
      const address = await pool.open(firstPort)
      openPortal(
        freshState(options.portal ?? {}, seed, { host, port: address.port }, clock.now()),
        address,
        seed,
      )
    }
    if (options.stateFile !== undefined) {
      stateFile = createStateFile(options.stateFile, options.durable ?? true, () => ({
        authPort: authAddress.port,
        auth: auth.snapshot(),
        portals: handles.map(({ state }) => state),
      }))
      await stateFile.saved()
    }
  } catch (error) {
    await pool.close()
    throw error
  }

  return {
    get url() {
      return handles[0]?.url ?? ''
    },
    authUrl: auth.url,
    certificate: own?.certificate,
    clock,
    portals: handles,
    addPortal(portalOptions = {}) {
      const portalSeed = portalOptions.seed ?? seed
      const address = pool.take()
      const state = freshState(portalOptions, portalSeed, { host, port: address.port }, clock.now())
      const handle = openPortal(state, address, portalSeed)
      void handle.changed()
      return handle
    },
    registerApp(given) {
      const app: RegisteredApp = { ...given, handlerUrl: given.handlerUrl ?? null }
      auth.register(app)
      void saved()
      return {
        clientId: app.clientId,
        clientSecret: app.clientSecret,
        redirectUri: app.redirectUri,
        scope: app.scope,
        grant: (portal, userId) => portal.grant(app.clientId, userId),
      }
    },
    saved,
    async stop() {
      for (const { core } of handles) core.events.stop()
      await pool.close()
      await Promise.all(apps.map((app) => app.close()))
      await stateFile?.close()
    },
  }
}

/** A former address answers 302 to the same path. Source: reference/bitrix24.md §1.8. */
function redirectTo(target: () => string): Address['handle'] {
  return (request, response) => {
    response.writeHead(302, { location: `${target()}${request.url ?? '/'}` })
    response.end()
  }
}
