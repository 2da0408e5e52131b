/**
 * The sandbox: a pretend Bitrix24 that can be broken at will. Development, tests and benches only; it never ships
 * to production and never imports the client it fools.
 */
export type { TokenPair } from './portal/auth-server.ts'
export type { SandboxClock } from './portal/clock.ts'
export type {
  Activity,
  EntityName,
  LogMessage,
  Notification,
  TimelineComment,
} from './portal/crm-types.ts'
export type { Fault, FaultKind, FaultOptions, Faults } from './portal/faults.ts'
export type { PortalOptions, SeedName } from './portal/fresh-state.ts'
export type { Counts, Journal, JournalCommand, JournalEvent, JournalHit } from './portal/journal.ts'
export type { PhpMap, PhpValue } from './portal/php-values.ts'
export type { PortalSettings } from './portal/portal-core.ts'
export type { CrmRecord, CrmView, PersonEdits, PortalHandle } from './portal/portal-handle.ts'
export type { Department, Employee } from './portal/portal-state.ts'
export {
  type AppHandle,
  type AppOptions,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from './portal/sandbox.ts'
