/** Everything one pretend portal remembers; plain data, so a snapshot is `JSON.stringify` of it. */
import type {
  Activity,
  Category,
  CrmEntity,
  LogMessage,
  Notification,
  StageHistoryRow,
  StatusRow,
  TimelineComment,
  UserField,
} from './crm-types.ts'
import type { PhpMap } from './php-values.ts'

export interface Employee {
  id: number
  name: string
  lastName: string
  secondName: string
  email: string
  mobile: string
  innerPhone: string
  position: string
  departmentIds: number[]
  isActive: boolean
  isAdmin: boolean
  /** Switched personal notices off: `im.notify.*` answers `false`. */
  refusesNotices: boolean
}

export interface Department {
  id: number
  name: string
  sort: number
  parentId: number | null
  headId: number | null
}

/** An application installed on this portal. */
export interface Install {
  clientId: string
  applicationToken: string
  installedBy: number
  installedAt: number
  isPaid: boolean
  isActive: boolean
  /** True until the install page says that it is done: no events, `INSTALLED` is false. */
  isUnfinished?: boolean
}

export interface IncomingHook {
  userId: number
  code: string
  scope: string[]
}

export interface EventBinding {
  id: number
  clientId: string
  /** Upper case. */
  event: string
  handler: string
  /** 0: the user who caused the event. */
  authUserId: number
}

export interface PlacementBinding {
  clientId: string
  placement: string
  handler: string
  title: string
  description: string
  userId: number
  options: PhpMap
  langAll: PhpMap
}

export type CrmMode = 'classic' | 'simple'

export interface PortalState {
  memberId: string
  /** Name for people, for example `romashka.bitrix24.ru`. */
  title: string
  kind: 'cloud' | 'box'
  plan: 'basic' | 'enterprise'
  language: 'ru' | 'en'
  crmMode: CrmMode
  utcOffsetMinutes: number
  currency: string
  /** Listening port of the present address, and of former ones (each answers 302). */
  port: number
  host: string
  formerPorts: number[]
  nextIds: Record<string, number>
  employees: Employee[]
  departments: Department[]
  statuses: StatusRow[]
  categories: Category[]
  userFields: UserField[]
  entities: CrmEntity[]
  activities: Activity[]
  comments: TimelineComment[]
  logMessages: LogMessage[]
  notifications: Notification[]
  stageHistory: StageHistoryRow[]
  installs: Install[]
  hooks: IncomingHook[]
  eventBindings: EventBinding[]
  placements: PlacementBinding[]
  appOptions: Record<string, PhpMap>
  userOptions: Record<string, PhpMap>
  /** Leads waiting for the automatic conversion of simple mode. */
  leadsToConvert: number[]
}

// Different starting points, so that an id of one kind is never a valid id of another by luck.
const FIRST_IDS: Record<string, number> = {
  lead: 1001,
  deal: 3001,
  contact: 5001,
  company: 7001,
  activity: 9001,
  comment: 12_001,
  logMessage: 15_001,
  notification: 18_001,
  multifield: 21_001,
  userField: 401,
  userFieldItem: 451,
  status: 501,
  stageHistory: 30_001,
  eventBinding: 601,
  file: 40_001,
}

/** Next number of a kind; numbers are never used twice, also not after deletion. */
export function takeId(state: PortalState, kind: string): number {
  const id = state.nextIds[kind] ?? FIRST_IDS[kind] ?? 1
  state.nextIds[kind] = id + 1
  return id
}
