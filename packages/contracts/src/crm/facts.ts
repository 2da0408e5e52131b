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
  /** Where the days of titles and fields are counted, such as `Europe/Moscow`; UTC when absent. */
  readonly timeZone?: string
  readonly portal: {
    readonly id: string
    readonly state: PortalState
    readonly crmMode: CrmMode
    /** Active users of the portal, by id; a dismissed one cannot be responsible. */
    readonly activeUserIds: readonly string[]
    /** Who the application acts as: the last resort for a responsible. */
    readonly actingUserId: string
    /** Stages that exist, by id: of leads, and of deals by pipeline. Absent while the directory was never read. */
    readonly stages?: {
      readonly lead: readonly string[]
      readonly deal: Readonly<Record<string, readonly string[]>>
    }
    /** Fields of cards that the mappings of the settings name, as they are now; absent = never read. */
    readonly fields?: Readonly<Partial<Record<EntityRef['type'], Readonly<Record<string, PortalFieldFacts>>>>>
  }
  /** A talk, or a form left instead of one; decides which section of the settings applies. Absent: `chat`. */
  readonly event?: 'chat' | 'request'
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
    readonly pageTitle?: string
    readonly referrer?: string
    readonly utm?: Readonly<Record<string, string>>
    /** The client's very first visit, when the site chat saw it. */
    readonly firstTouch?: {
      readonly at?: string
      readonly pageUrl?: string
      readonly referrer?: string
      readonly utm?: Readonly<Record<string, string>>
    }
    /** Absent: `contact`. */
    readonly startedBy?: 'contact' | 'operator'
    /** When an operator first answered. */
    readonly operatorJoinedAt?: string
    readonly operatorName?: string
    /** Whether the contact wrote anything in it. Absent: true. */
    readonly contactWrote?: boolean
    /** Which conversation of this contact it is, from 1 (requirements §1.8, `communication_number`). */
    readonly ordinal?: number
    readonly tags?: readonly string[]
    /** Several people write in it. Absent: false. */
    readonly isGroup?: boolean
    /** Began inside working time; absent when the workspace has no schedule. */
    readonly workingTime?: boolean
  }
  /** What the form held; only with `event: 'request'` (requirements §1.8, offline request). */
  readonly request?: {
    readonly formName: string
    readonly formType: 'widget' | 'site-form'
    /** Sent to try the form out, never a client. */
    readonly technical: boolean
    readonly personalDataConsent: boolean
    readonly mailingConsent: boolean
    /** Fields of the site's own form, in its order. */
    readonly fields: readonly { readonly name: string; readonly label: string; readonly value: string }[]
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
  /** Cards this conversation was written into that people deleted in the portal since; the decision is made anew. */
  readonly gone?: readonly EntityRef[]
  /** Cards of this client that our earlier conversations made or found: identity by binding (requirements §1.6). */
  readonly knownCards: readonly EntityRef[]
  /** What the portal answered; absent until it was asked. */
  readonly crm?: CrmAnswer
}

/** A field of a card as the portal describes it. Types are ours; the portal's own stay in `packages/portal`. */
export interface PortalFieldFacts {
  readonly type: 'text' | 'number' | 'date' | 'datetime' | 'boolean' | 'list' | 'link' | 'file' | 'other'
  readonly multiple: boolean
  readonly readOnly: boolean
  /** Values of a `list`. */
  readonly items?: readonly { readonly id: string; readonly label: string }[]
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
