/** The kinds of attachment that channels tell apart. */
export const ATTACHMENT_KINDS = ['image', 'voice', 'audio', 'video', 'file'] as const
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number]

/** What a channel does with one kind of attachment. Sizes are bytes of the decoded file. */
export interface MediaCapability {
  readonly in: boolean
  readonly out: boolean
  readonly maxInBytes: number
  readonly maxOutBytes: number
  /** Longest caption in characters; 0 = the text travels as a message of its own. */
  readonly captionMax: number
}

/**
 * What a channel type can do: data that the core, the inbox and the API ask instead of asking which channel it is.
 *
 * Declared by the adapter; the moment (blocked contact, dead token) may narrow it, never widen it.
 */
export interface Capabilities {
  /** How events reach us: the network calls us, we ask it, or the channel lives inside our own server. */
  readonly transport: 'webhook' | 'poll' | 'embedded'
  /** How one account is attached. `none` = works as soon as it is saved. */
  readonly connect: 'token' | 'oauth' | 'api-key' | 'none'
  /** Whether an operator may write before the customer did. */
  readonly initiate: 'never' | 'free'
  /** The contact data that the network itself vouches for. */
  readonly contactData: readonly ('phone' | 'email' | 'messenger-id' | 'visitor-id')[]
  readonly text: { readonly maxChars: number; readonly split: boolean }
  readonly media: Readonly<Partial<Record<AttachmentKind, MediaCapability>>>
  readonly edit: { readonly customer: boolean; readonly operator: boolean }
  readonly remove: { readonly customer: boolean; readonly operator: boolean }
  readonly typing: { readonly customer: boolean; readonly operator: boolean }
  /** Delivery states that may ever be reported for our messages, in rising order. */
  readonly receipts: readonly ('sent' | 'delivered' | 'read')[]
  /** Whether the pre-chat contact form exists (CHAT-79). */
  readonly contactForm: boolean
  /** Whether the channel takes offline requests (CHAT-66): forms left instead of a chat. */
  readonly requests: boolean
  /** Whether sending a message twice under our id still delivers it once: then an uncertain send may be repeated. */
  readonly repeatIsSafe: boolean
  /** Messages a second one account may send; the worker keeps to it. */
  readonly rate: { readonly perSecond: number; readonly burst: number }
}
