/** What the page reads and writes: the control API of the portal it was served by. */
import type { AppFrame, AppOffer } from '../../portal/app-frame.ts'
import type {
  Activity,
  Category,
  EntityName,
  LogMessage,
  Notification,
  StageHistoryRow,
  StatusRow,
  TimelineComment,
  UserField,
} from '../../portal/crm-types.ts'
import type { Fault, FaultKind, FaultOptions } from '../../portal/faults.ts'
import type { Counts, JournalEvent, JournalHit } from '../../portal/journal.ts'
import type { PhpMap, PhpValue } from '../../portal/php-values.ts'
import type { Department, Employee, Install } from '../../portal/portal-state.ts'

export type { Counts, Employee, EntityName, Fault, JournalEvent, JournalHit, PhpMap, PhpValue, StatusRow }

/** A lead, deal, contact or company in the universal spelling. */
export type Item = PhpMap & { readonly id: number }

export interface PortalSummary {
  readonly url: string
  readonly title: string
  readonly kind: 'cloud' | 'box'
  readonly plan: 'basic' | 'enterprise'
  readonly language: 'ru' | 'en'
  readonly crmMode: 'classic' | 'simple'
  readonly currency: string
  readonly revision: number
}

/** Everything the portal holds. */
export interface PortalData {
  readonly portal: PortalSummary
  readonly employees: readonly Employee[]
  readonly departments: readonly Department[]
  readonly categories: readonly Category[]
  readonly statuses: readonly StatusRow[]
  readonly userFields: readonly UserField[]
  readonly leads: readonly Item[]
  readonly deals: readonly Item[]
  readonly contacts: readonly Item[]
  readonly companies: readonly Item[]
  readonly activities: readonly Activity[]
  readonly comments: readonly TimelineComment[]
  readonly logMessages: readonly LogMessage[]
  readonly notifications: readonly Notification[]
  readonly stageHistory: readonly StageHistoryRow[]
}

export type TimelineEntry =
  | { readonly kind: 'comment'; readonly at: number; readonly id: number; readonly entry: TimelineComment }
  | { readonly kind: 'activity'; readonly at: number; readonly id: number; readonly entry: Activity }
  | { readonly kind: 'log'; readonly at: number; readonly id: number; readonly entry: LogMessage }
  | { readonly kind: 'stage'; readonly at: number; readonly id: number; readonly entry: StageHistoryRow }

export interface LimitsView {
  readonly bucketLevel: number
  readonly operatingLimitSeconds: number
  readonly apps: readonly {
    readonly clientId: string
    readonly operating: readonly { readonly method: string; readonly seconds: number }[]
  }[]
}

/** Whether somebody can bring the inbox to life here, and is doing it now. */
export interface ScenarioView {
  readonly isAvailable: boolean
  readonly isRunning: boolean
}

export interface AppRow extends Omit<Install, 'applicationToken'> {
  readonly title: string
}

/** An answer that was not 2xx, with the portal's own words. */
export class RefusedError extends Error {}

const PLURAL: Readonly<Record<EntityName, string>> = {
  lead: 'leads',
  deal: 'deals',
  contact: 'contacts',
  company: 'companies',
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(method === 'GET'
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
  })
  const answer = (await response.json()) as T & { error_description?: string }
  if (!response.ok) throw new RefusedError(answer.error_description ?? String(response.status))
  return answer
}

const at = '/sandbox/api'

export const portalApi = {
  revision: () => call<{ revision: number; lastSeq: number }>('GET', `${at}/revision`),
  state: () => call<PortalData>('GET', `${at}/state`),
  card: (kind: EntityName, id: number) =>
    call<{ item: Item; timeline: TimelineEntry[] }>('GET', `${at}/entities/${PLURAL[kind]}/${id}`),
  update: (kind: EntityName, id: number, fields: PhpMap) =>
    call('PATCH', `${at}/entities/${PLURAL[kind]}/${id}`, { fields }),
  remove: (kind: EntityName, id: number) => call('DELETE', `${at}/entities/${PLURAL[kind]}/${id}`),
  employee: (id: number, change: Partial<Employee>) => call('PATCH', `${at}/employees/${id}`, change),
  journal: (after: number) =>
    call<{ hits: JournalHit[]; events: JournalEvent[]; counts: Counts }>(
      'GET',
      `${at}/journal?after=${after}&limit=200`,
    ),
  clearJournal: () => call('DELETE', `${at}/journal`),
  limits: () => call<LimitsView>('GET', '/sandbox/page/limits'),
  resetLimits: () => call('POST', `${at}/limits/reset`),
  faults: () => call<{ kinds: FaultKind[]; faults: Fault[] }>('GET', `${at}/faults`),
  addFault: (fault: FaultOptions) => call<{ fault: Fault }>('POST', `${at}/faults`, fault),
  removeFault: (id: number) => call('DELETE', `${at}/faults/${id}`),
  clearFaults: () => call('DELETE', `${at}/faults`),
  clock: () => call<{ now: number }>('GET', `${at}/clock`),
  advanceClock: (advanceMs: number) => call<{ now: number }>('POST', `${at}/clock`, { advanceMs }),
  changeSettings: (change: Readonly<Record<string, string>>) => call('PATCH', `${at}/settings`, change),
  moveDomain: () => call<{ url: string }>('POST', `${at}/domain`),
  apps: () => call<{ apps: AppRow[] }>('GET', `${at}/apps`),
  offers: () => call<{ apps: AppOffer[] }>('GET', `${at}/offers`),
  installApp: (clientId: string, userId: number) =>
    call<{ frame: AppFrame | null }>('POST', `${at}/apps/${encodeURIComponent(clientId)}/install`, {
      userId,
    }),
  openApp: (clientId: string, userId: number) =>
    call<{ frame: AppFrame }>('POST', `${at}/apps/${encodeURIComponent(clientId)}/open`, { userId }),
  app: (clientId: string, act: 'revoke' | 'uninstall' | 'payment' | 'finish', body: object = {}) =>
    call('POST', `${at}/apps/${encodeURIComponent(clientId)}/${act}`, body),
  scenario: () => call<ScenarioView>('GET', '/sandbox/page/scenario'),
  startScenario: () => call<ScenarioView>('POST', '/sandbox/page/scenario'),
}
