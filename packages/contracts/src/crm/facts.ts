import type { Locale } from '../locale.ts'
import type { Candidate, EntityRef } from './entity.ts'

export type CrmMode = 'classic' | 'simple'

/** Named states of a portal connection, each with the button that repairs it (cabinet: portal card). */
export const PORTAL_STATES = [
  'draft',
  'authorising',
  'connected',
  'reauthorise',
  'uninstalled',
  'moved',
  'payment-required',
  'unreachable',
  'blocked',
] as const
export type PortalState = (typeof PORTAL_STATES)[number]

/**
 * Everything `decide` may look at. Stored with the decision, so that a replay of unchanged settings gives the
 * same plan byte for byte. Holds no message text but the opening words.
 */
export interface TransferFacts {
  /** ISO 8601 UTC. */
  readonly now: string
  /** Language of the texts written into the portal (titles); Russian when absent. */
  readonly locale?: Locale
  readonly portal: {
    readonly id: string
    readonly state: PortalState
    readonly crmMode: CrmMode
    /** Active users of the portal, by id; a dismissed one cannot be responsible. */
    readonly activeUserIds: readonly string[]
    /** Who the application acts as: the last resort for a responsible. */
    readonly actingUserId: string
  }
  readonly conversation: {
    readonly id: string
    readonly number: number
    readonly channelId: string
    readonly channelType: string
    readonly channelTypeTitle: string
    readonly channelTitle: string
    readonly startedAt: string
    readonly closedAt?: string
    readonly openingText: string
    readonly pageUrl?: string
    readonly utm?: Readonly<Record<string, string>>
  }
  readonly contact: {
    readonly id: string
    readonly name?: string
    /** E.164, sorted. */
    readonly phones: readonly string[]
    /** Lower case, sorted. */
    readonly emails: readonly string[]
    readonly messengerIds: readonly string[]
  }
  /** What this conversation is already bound to, by earlier decisions of this integration. */
  readonly bound: {
    readonly targets: readonly EntityRef[]
    readonly crmContact?: EntityRef
  }
  /** Cards of this client that our earlier conversations made or found: identity by binding (requirements §1.6). */
  readonly knownCards: readonly EntityRef[]
  /** What the portal answered; absent until it was asked. */
  readonly crm?: CrmAnswer
}

export interface CrmAnswer {
  readonly candidates: readonly Candidate[]
}

/** What `decide` needs to know from the portal before it can go on. */
export interface LookupRequest {
  readonly phones: readonly string[]
  readonly emails: readonly string[]
  readonly known: readonly EntityRef[]
}
