/** What tests, benches, the demo and the portal's page hold of one pretend portal. */
import type { TokenPair } from './auth-server.ts'
import type { SandboxClock } from './clock.ts'
import { itemInput } from './crm-input.ts'
import { printItem } from './crm-print.ts'
import {
  type Activity,
  type CrmEntity,
  ENTITY_TYPE_IDS,
  type EntityName,
  type LogMessage,
  type Notification,
  type TimelineComment,
} from './crm-types.ts'
import { createEntity, deleteEntity, updateEntity } from './crm-write.ts'
import type { Faults } from './faults.ts'
import { resetState, type SeedName } from './fresh-state.ts'
import type { Counts, Journal } from './journal.ts'
import type { PhpMap } from './php-values.ts'
import type { PortalCore, PortalSettings } from './portal-core.ts'
import type { Employee, PortalState } from './portal-state.ts'
import { newToken } from './random.ts'
import { notFound } from './rest-error.ts'
import { createSchemaEdits, type SchemaEdits } from './schema-edits.ts'

/** A CRM record in the universal API's spelling, `fm` included. */
export type CrmRecord = PhpMap & { readonly id: number }

/** The CRM read directly, past REST, limits and journal; every getter makes a fresh array. */
export interface CrmView {
  readonly leads: CrmRecord[]
  readonly deals: CrmRecord[]
  readonly contacts: CrmRecord[]
  readonly companies: CrmRecord[]
  readonly activities: readonly Activity[]
  readonly comments: readonly TimelineComment[]
  readonly notifications: readonly Notification[]
  readonly logMessages: readonly LogMessage[]
  record(entity: EntityName, id: number): CrmRecord | undefined
  /** Comments of one card, oldest first. */
  commentsOf(entity: EntityName, id: number): TimelineComment[]
}

/** A person at the portal's screen. `userId` defaults to the first administrator; events fire as in life. */
export interface PersonEdits {
  create(entity: EntityName, fields: PhpMap, userId?: number): CrmRecord
  /** Fields by camelCase names; `stageId` moves the stage. */
  update(entity: EntityName, id: number, fields: PhpMap, userId?: number): CrmRecord
  remove(entity: EntityName, id: number, userId?: number): void
  employee(id: number, change: Partial<Omit<Employee, 'id'>>): Employee
  dismiss(employeeId: number): Employee
}

export interface PortalHandle {
  /** `http://127.0.0.1:PORT`; changes after `changeDomain`. */
  readonly url: string
  /** `127.0.0.1:PORT`: what a person types to connect the portal. */
  readonly domain: string
  readonly title: string
  readonly memberId: string
  readonly journal: Journal
  readonly counts: Counts
  readonly crm: CrmView
  readonly faults: Faults
  readonly clock: SandboxClock
  readonly settings: PortalSettings
  readonly state: PortalState
  readonly edit: PersonEdits
  /** What the portal's administrator changes: fields, stages, pipelines. */
  readonly schema: SchemaEdits
  readonly limits: {
    /** Level of the leaky bucket of a source (default 127.0.0.1). */
    level(source?: string): number
    /** Seconds of a method spent by an app (its client id) in the sliding ten minutes. */
    operating(clientId: string, method: string): number
    reset(): void
  }
  /** Grows with every change of the portal's data; the page polls it. */
  readonly revision: number
  /** An incoming webhook; `url` ends in a slash, append the method. */
  addHook(options: { userId?: number; scope: string[] }): { url: string }
  /** Installs the app when needed and gives tokens, without the browser part of OAuth. */
  grant(clientId: string, userId?: number): TokenPair
  revokeApp(clientId: string): void
  uninstallApp(clientId: string, options?: { clean?: boolean }): void
  setPaid(clientId: string, isPaid: boolean): void
  /** Moves the portal to a new port; the old one answers 302 from now on. Gives the new url. */
  changeDomain(): string
  eventsSettled(): Promise<void>
  /** Seed data again, empty journal, no faults, full limits; apps, tokens, handlers and hooks stay. */
  reset(seed?: SeedName): void
}

export interface PortalHandleInner extends PortalHandle {
  readonly core: PortalCore
  /** The first one who still works there. */
  administrator(): number
  /** Counts a change and lets the state file know. */
  changed(): Promise<void>
}

export function createPortalHandle(options: {
  core: PortalCore
  seed: SeedName
  changeAddress(): void
  saved(): Promise<void>
}): PortalHandleInner {
  const { core } = options
  const { state, store } = core
  let revision = 0
  const administrator = (): number =>
    state.employees.find(({ isAdmin, isActive }) => isAdmin && isActive)?.id ?? 1
  const person = (userId?: number): ReturnType<PortalCore['writeContext']> => {
    const id = userId ?? administrator()
    return core.writeContext(id, 'item', { userId: id, eventDepth: 0 })
  }
  const record = (entity: CrmEntity): CrmRecord => ({
    ...printItem(store, entity, { originalUserNames: false, withMultifields: true }),
    id: entity.id,
  })
  const records = (name: EntityName): CrmRecord[] => [...store.all(ENTITY_TYPE_IDS[name])].map(record)
  const entityOf = (name: EntityName, id: number): CrmEntity => {
    const entity = store.get(ENTITY_TYPE_IDS[name], id)
    if (!entity) throw notFound(`No ${name} ${id}`)
    return entity
  }
  const input = (name: EntityName, fields: PhpMap, isUpdate: boolean): ReturnType<typeof itemInput> =>
    itemInput(store, ENTITY_TYPE_IDS[name], fields, { originalUserNames: false, isUpdate })
  const changed = (): Promise<void> => {
    revision++
    return options.saved()
  }
  // Direct edits are synchronous; durable writers await `changed` themselves.
  const noteChange = (): void => {
    changed().catch((error: unknown) => process.emitWarning(`sandbox state was not saved: ${String(error)}`))
  }
  const employee = (id: number, change: Partial<Omit<Employee, 'id'>>): Employee => {
    const found = state.employees.find((one) => one.id === id)
    if (!found) throw notFound(`No employee ${id}`)
    Object.assign(found, change, { id })
    noteChange()
    return found
  }

  return {
    core,
    administrator,
    changed,
    get url() {
      return core.url()
    },
    get domain() {
      return new URL(core.url()).host
    },
    get revision() {
      return revision
    },
    title: state.title,
    memberId: state.memberId,
    journal: core.journal,
    counts: core.journal.counts,
    faults: core.faults,
    clock: core.clock,
    settings: core.settings,
    state,
    crm: {
      get leads() {
        return records('lead')
      },
      get deals() {
        return records('deal')
      },
      get contacts() {
        return records('contact')
      },
      get companies() {
        return records('company')
      },
      get activities() {
        return state.activities
      },
      get comments() {
        return state.comments
      },
      get notifications() {
        return state.notifications
      },
      get logMessages() {
        return state.logMessages
      },
      record: (name, id) => {
        const entity = store.get(ENTITY_TYPE_IDS[name], id)
        return entity && record(entity)
      },
      commentsOf: (name, id) =>
        state.comments.filter((one) => one.entityType === name && one.entityId === id),
    },
    edit: {
      create(name, fields, userId) {
        const entity = createEntity(person(userId), ENTITY_TYPE_IDS[name], input(name, fields, false))
        core.afterHit()
        noteChange()
        return record(entity)
      },
      update(name, id, fields, userId) {
        const entity = entityOf(name, id)
        updateEntity(person(userId), entity, input(name, fields, true))
        noteChange()
        return record(entity)
      },
      remove(name, id, userId) {
        deleteEntity(person(userId), entityOf(name, id))
        noteChange()
      },
      employee,
      dismiss: (id) => employee(id, { isActive: false }),
    },
    schema: createSchemaEdits(store, noteChange),
    limits: {
      level: (source = '127.0.0.1') => core.bucket.level(source, core.clock.now()),
      operating: (clientId, method) => core.meter.spent(`app:${clientId}`, method, core.clock.now()),
      reset() {
        core.bucket.reset()
        core.meter.reset()
      },
    },
    addHook({ userId = administrator(), scope }) {
      const code = newToken(8)
      state.hooks.push({ userId, code, scope })
      noteChange()
      return { url: `${core.clientEndpoint()}${userId}/${code}/` }
    },
    grant(clientId, userId = administrator()) {
      if (!core.install(clientId)) core.installApp(clientId, userId)
      const pair = core.auth.issuePair({ clientId, memberId: state.memberId, userId })
      noteChange()
      return pair
    },
    revokeApp(clientId) {
      core.auth.revoke(state.memberId, clientId)
      noteChange()
    },
    uninstallApp(clientId, { clean = false } = {}) {
      core.uninstallApp(clientId, clean)
      noteChange()
    },
    setPaid(clientId, isPaid) {
      const install = core.install(clientId)
      if (install) install.isPaid = isPaid
      noteChange()
    },
    changeDomain() {
      options.changeAddress()
      noteChange()
      return core.url()
    },
    eventsSettled: () => core.events.settled(),
    reset(seed = options.seed) {
      resetState(state, seed, core.clock.now())
      store.reload()
      core.journal.clear()
      core.faults.clear()
      core.bucket.reset()
      core.meter.reset()
      noteChange()
    },
  }
}
