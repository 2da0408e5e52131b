/** One pretend portal: its state and the machines around it, without HTTP. */
import type { AuthServer } from './auth-server.ts'
import type { SandboxClock } from './clock.ts'
import { convertWaitingLeads } from './crm-convert.ts'
import { type CrmStore, createCrmStore } from './crm-store.ts'
import type { WriteContext } from './crm-write.ts'
import { createEventQueue, type EventCause, type EventQueue } from './event-queue.ts'
import { createFaults, type Faults } from './faults.ts'
import { createJournal, type Journal } from './journal.ts'
import {
  BUCKET_PLANS,
  createLeakyBucket,
  createOperatingMeter,
  type LeakyBucket,
  type OperatingMeter,
} from './limits.ts'
import type { PhpMap } from './php-values.ts'
import type { Install, PortalState } from './portal-state.ts'
import { newToken } from './random.ts'
import { RestError } from './rest-error.ts'

/** Behaviour of a portal that tests and the page may change at any time. */
export interface PortalSettings {
  /** Refuses top-level parameters that the documentation does not know. Default true. */
  strict: boolean
  /**
   * 0 answers at once and only reports the simulated run time; 1 really waits for it; any factor between or above.
   * Default 0.
   */
  realLatency: number
  /** Overrides of the simulated run time by method name, seconds. */
  costSeconds: Record<string, number>
}

export interface PortalCore {
  readonly state: PortalState
  readonly store: CrmStore
  readonly clock: SandboxClock
  readonly auth: AuthServer
  readonly events: EventQueue
  readonly faults: Faults
  readonly journal: Journal
  readonly bucket: LeakyBucket
  readonly meter: OperatingMeter
  readonly settings: PortalSettings
  /** `http://host:port`, no slash at the end. */
  url(): string
  clientEndpoint(): string
  /** What writes into the CRM in the name of a user. */
  writeContext(userId: number, family: WriteContext['family'], cause: EventCause): WriteContext
  /** Finishes what a real portal does shortly after a call: conversion of leads in simple mode. */
  afterHit(): void
  install(clientId: string): Install | undefined
  /** Installs the app (again) in the name of a user and announces ONAPPINSTALL, unless its install page is still open. */
  installApp(clientId: string, userId: number, options?: { isUnfinished?: boolean }): Install
  /** ONAPPINSTALL with tokens of whoever installed the app. */
  announceInstall(install: Install): void
  uninstallApp(clientId: string, clean: boolean): void
  /** Why an app's user gets no tokens; `null` when all is well. */
  refusal(clientId: string, userId: number): RestError | null
}

export function createPortalCore(options: {
  state: PortalState
  clock: SandboxClock
  auth: AuthServer
  settings: PortalSettings
  faultSeed: number
  journalLimit?: number
  /** Of the portal's address; default http. */
  scheme?: 'http' | 'https'
}): PortalCore {
  const { state, clock, auth } = options
  const store = createCrmStore(state)
  const journal = createJournal(options.journalLimit)
  const faults = createFaults(options.faultSeed)
  const url = (): string => `${options.scheme ?? 'http'}://${state.host}:${state.port}`
  const clientEndpoint = (): string => `${url()}/rest/`
  const events = createEventQueue({ state, clock, auth, journal, faults, clientEndpoint })
  const findInstall = (clientId: string): Install | undefined =>
    state.installs.find((install) => install.clientId === clientId)

  const core: PortalCore = {
    state,
    store,
    clock,
    auth,
    events,
    faults,
    journal,
    bucket: createLeakyBucket(() => BUCKET_PLANS[state.plan]),
    meter: createOperatingMeter(),
    settings: options.settings,
    url,
    clientEndpoint,
    writeContext: (userId, family, cause) => ({
      store,
      now: clock.now(),
      userId,
      family,
      announce: (event, id) => events.emit(event, { FIELDS: { ID: id } }, cause),
    }),
    afterHit() {
      if (state.leadsToConvert.length === 0) return
      const administrator = state.employees.find(({ isAdmin, isActive }) => isAdmin && isActive)?.id ?? 1
      // The portal itself acts: such events carry no tokens.
      convertWaitingLeads(core.writeContext(administrator, 'item', { userId: null, eventDepth: 0 }))
    },
    install: findInstall,
    installApp(clientId, userId, { isUnfinished = false } = {}) {
      state.installs = state.installs.filter((install) => install.clientId !== clientId)
      const install: Install = {
        clientId,
        applicationToken: newToken(16),
        installedBy: userId,
        installedAt: clock.now(),
        isPaid: true,
        isActive: true,
        ...(isUnfinished ? { isUnfinished } : {}),
      }
      state.installs.push(install)
      if (!isUnfinished) core.announceInstall(install)
      return install
    },
    announceInstall(install) {
      const { clientId, installedBy: userId } = install
      const isBound = state.eventBindings.some(
        (one) => one.clientId === clientId && one.event === 'ONAPPINSTALL',
      )
      if (!auth.app(clientId)?.handlerUrl && !isBound) return
      const pair = auth.issuePair({ clientId, memberId: state.memberId, userId })
      const tokens: PhpMap = {
        access_token: pair.access_token,
        refresh_token: pair.refresh_token,
        expires: pair.expires,
        expires_in: pair.expires_in,
        user_id: userId,
      }
      const data = { VERSION: '1', ACTIVE: 'Y', INSTALLED: 'Y', LANGUAGE_ID: state.language }
      events.emitAppEvent('ONAPPINSTALL', data, install, tokens)
    },
    uninstallApp(clientId, clean) {
      const install = findInstall(clientId)
      if (!install) return
      events.emitAppEvent(
        'ONAPPUNINSTALL',
        { LANGUAGE_ID: state.language, CLEAN: clean ? '1' : '0' },
        install,
        {},
      )
      state.installs = state.installs.filter((other) => other !== install)
      state.eventBindings = state.eventBindings.filter((binding) => binding.clientId !== clientId)
      state.placements = state.placements.filter((placement) => placement.clientId !== clientId)
    },
    refusal(clientId, userId) {
      const install = findInstall(clientId)
      if (!install) return new RestError(400, 'NOT_INSTALLED', 'Application not installed')
      if (!install.isPaid) return new RestError(400, 'PAYMENT_REQUIRED', 'Payment required')
      const employee = state.employees.find(({ id }) => id === userId)
      if (!employee?.isActive) return new RestError(400, 'invalid_grant', 'The user is not active')
      return null
    },
  }
  return core
}
