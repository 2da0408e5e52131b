import type { Json } from '../json.ts'
import type { AttachmentKind } from './capabilities.ts'

/**
 * What a network told us, in our words. An adapter's `parse` makes these from stored hooks; it is pure and total.
 *
 * Every event names the talk it belongs to by the network's own id and carries the network's own time
 * (`occurredAt`, ISO 8601 UTC). Order of arrival means nothing: applying events twice or in another order
 * ends in the same state.
 */
export type InboundEvent =
  | MessageReceived
  | RequestReceived
  | MessageEdited
  | MessageRemoved
  | ReceiptReceived
  | TypingSeen
  | ContactShared
  | TalkClosed
  | TalkAllowed
  | Unsupported

interface InTalk {
  /** The network's id of the talk; also the ordering key of the mailbox. */
  readonly talk: string
  readonly occurredAt: string
}

/** A person as the network shows them. Claimed data came from the person, vouched data from the network. */
export interface ContactProfile {
  /** The network's id of the person. */
  readonly externalId: string
  readonly name?: string
  readonly username?: string
  readonly locale?: string
  /** As given; normalised to E.164 by the core. */
  readonly phone?: string
  readonly email?: string
  /** True when the network itself proves that phone and e-mail belong to this person. */
  readonly vouched?: boolean
  /** Which of the two, in a vouched profile, the person typed all the same: nobody proves those. */
  readonly typed?: readonly ('phone' | 'email')[]
}

/** A file that came with a message, not fetched yet. */
export interface InboundAttachment {
  readonly kind: AttachmentKind
  readonly name?: string
  readonly mime?: string
  readonly sizeBytes?: number
  /**
   * Where the file is: an attachment already uploaded to us, or a reference that only the adapter's
   * `fetchMedia` understands.
   */
  readonly source: { readonly attachmentId: string } | { readonly reference: Json }
}

/** Where the customer was when they wrote: page, referrer and advertising labels (requirements §1.8). */
export interface VisitContext {
  readonly pageUrl?: string
  readonly pageTitle?: string
  readonly referrer?: string
  readonly entrancePageUrl?: string
  /** When the person first came to the site, ISO 8601 UTC. */
  readonly entranceAt?: string
  readonly utm?: Readonly<Partial<Record<'source' | 'medium' | 'campaign' | 'content' | 'term', string>>>
  /** `/start` payload, app version and the like. */
  readonly extra?: Readonly<Record<string, string>>
}

export interface MessageReceived extends InTalk {
  readonly kind: 'message-received'
  readonly externalMessageId: string
  /** `employee-elsewhere`: the owner wrote it outside our inbox (on the phone, in another system). */
  readonly author: 'contact' | 'employee-elsewhere'
  readonly contact: ContactProfile
  readonly text: string
  readonly attachments: readonly InboundAttachment[]
  readonly replyToExternalId?: string
  readonly context?: VisitContext
  /** Several people write in this talk; `contact` is then the group itself, and `authorName` who of them wrote. */
  readonly isGroup?: boolean
  readonly authorName?: string
  /** What the conversation is to be found by, added to what it has. */
  readonly tags?: readonly string[]
}

/** One field of a form, as it was filled in. `label` is empty for the fields that everybody knows (`REQUEST_FIELDS`). */
export interface RequestField {
  readonly name: string
  readonly label: string
  readonly value: string
}

/** Fields of a request with a meaning of their own; the words for them are ours. */
export const REQUEST_FIELDS = ['name', 'phone', 'email', 'message'] as const

/** How the talk of a request begins: a request has one of its own, so that it never joins a chat (AMB-24). */
export const REQUEST_TALK = 'request:'

/** A form left where nobody could chat (CHAT-66, UIS-04). Its talk is its own and begins with `REQUEST_TALK`. */
export interface RequestReceived extends InTalk {
  readonly kind: 'request-received'
  readonly externalMessageId: string
  readonly contact: ContactProfile
  readonly form: { readonly name: string; readonly type: 'widget' | 'site-form' }
  /** In the order of the form, the well-known ones too; empty ones are left out. */
  readonly fields: readonly RequestField[]
  /** Sent to try the form out: it is kept and shown, and never becomes a card. */
  readonly technical: boolean
  readonly consent: Consent
  readonly context?: VisitContext
  /** What the request is to be found by. */
  readonly tags?: readonly string[]
}

/** What a person ticked, and under which wording; an empty version = not known. */
export interface Consent {
  readonly personalData: boolean
  readonly mailing: boolean
  readonly textVersion: string
  /** The wording itself, when it is known; `policyUrl` is the page that it refers to. */
  readonly texts?: { readonly personalData: string; readonly policyUrl?: string; readonly mailing?: string }
}

export interface MessageEdited extends InTalk {
  readonly kind: 'message-edited'
  readonly externalMessageId: string
  readonly contact: ContactProfile
  readonly text: string
}

export interface MessageRemoved extends InTalk {
  readonly kind: 'message-removed'
  readonly externalMessageId: string
}

/** A delivery mark for one of our messages, or for all of them up to that one. */
export interface ReceiptReceived extends InTalk {
  readonly kind: 'receipt'
  readonly externalMessageId: string
  readonly status: 'sent' | 'delivered' | 'read' | 'failed'
  readonly upTo: boolean
  readonly reason?: string
}

export interface TypingSeen extends InTalk {
  readonly kind: 'typing'
}

/** Contact data given in a form or shared by a button, without a message of its own (CHAT-79, UIS-23). */
export interface ContactShared extends InTalk {
  readonly kind: 'contact-shared'
  readonly contact: ContactProfile
  readonly consent?: Consent
  readonly context?: VisitContext
}

export interface TalkClosed extends InTalk {
  readonly kind: 'closed-by-contact'
}

/** The contact blocked us (`allowed: false`) or let us write again. */
export interface TalkAllowed extends InTalk {
  readonly kind: 'allowed'
  readonly allowed: boolean
  readonly contact: ContactProfile
}

/** Something we do not understand; kept, counted and shown, never thrown away. */
export interface Unsupported extends InTalk {
  readonly kind: 'unsupported'
  /** What it was, in the network's words. */
  readonly what: string
}
