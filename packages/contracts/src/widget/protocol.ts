/**
 * What the widget on a company's site and our server say to each other, under `/widget/v1/<siteKey>/`.
 * Plain types without a library: this file is bundled into the widget.
 *
 * POST `hello`     WidgetHello     → WidgetWelcome   (makes nothing; a visitor row appears with the first message or form)
 * POST `messages`  WidgetMessage   → WidgetAccepted  (idempotent by `clientId`; needs `Authorization: Visitor <token>` once one exists)
 * POST `contact`   WidgetContact   → WidgetAccepted
 * POST `offline`   WidgetRequest   → WidgetAccepted  (a form left instead of a chat; idempotent by `clientId`)
 * POST `marks`     WidgetMark      → 204
 * POST `typing`    {}              → 204
 * POST `files`     multipart `file`→ WidgetFile
 * GET  `files/:id?token=`          → the bytes, as an attachment
 * POST `ticket`    {}              → { ticket }      (one use, 30 s, for the stream)
 * GET  `stream?ticket=&after=`     → SSE of WidgetEvent; `id:` is the cursor, resumed by Last-Event-ID or `after`
 * GET  `messages?after=<sequence>` → { messages: WidgetChatMessage[] }  (also the fallback poll)
 */
export interface WidgetHello {
  locale: 'ru' | 'en'
  token?: string
}

export interface WidgetWelcome {
  title: string
  greeting: string
  colour: string
  /** Corner of the page in which the launcher stands; right when left out. */
  position?: 'right' | 'left'
  /** Language chosen in the channel's settings; absent = that of the page or the browser. */
  locale?: 'ru' | 'en'
  /** Fields of the pre-chat form; absent = no form. */
  contactForm?: {
    name: FieldNeed
    phone: FieldNeed
    email: FieldNeed
    consentText: string
    consentUrl?: string
    /** Names the wording above; comes back with the form, so that it is known what the visitor agreed to. */
    consentVersion?: string
  }
  /** The form that may be left instead of a chat; absent = it is not offered now. */
  requestForm?: WidgetRequestForm
  maxTextChars: number
  maxFileBytes: number
  /** Whether this visitor has already given contact data or skipped the form. */
  knownVisitor: boolean
  operatorsOnline: boolean
  messages: WidgetChatMessage[]
  cursor: string
}

export type FieldNeed = 'off' | 'optional' | 'required'

export interface WidgetContext {
  pageUrl: string
  pageTitle?: string
  referrer?: string
  entrancePageUrl?: string
  /** How long ago the visitor came to that page, by the clock of their own that also tells now. */
  sinceEntranceS?: number
  utm?: Partial<Record<'source' | 'medium' | 'campaign' | 'content' | 'term', string>>
  timeZone?: string
}

export interface WidgetMessage {
  /** UUID made by the widget; the same message sent again is the same message. */
  clientId: string
  text: string
  fileIds: string[]
  context: WidgetContext
  sentAt: string
}

export interface WidgetContact {
  clientId: string
  name?: string
  phone?: string
  email?: string
  consent: boolean
  /** `contactForm.consentVersion` of the form that the visitor saw. */
  consentVersion?: string
  /** Honeypot: people leave it empty. */
  website?: string
  context: WidgetContext
}

/** The form of an offline request, as the channel's settings have it. */
export interface WidgetRequestForm {
  /** It is shown before the chat, because nobody is there to chat with. */
  first: boolean
  /** The visitor may also chat. */
  chat: boolean
  intro: string
  /** Shown once the request is taken. */
  thanks: string
  name: FieldNeed
  phone: FieldNeed
  email: FieldNeed
  message: FieldNeed
  consentText: string
  consentUrl?: string
  /** Consent to mailing, a tick of its own; absent = not asked. */
  mailingText?: string
  /** Names the wordings above. */
  consentVersion: string
}

export interface WidgetRequest {
  clientId: string
  name?: string
  phone?: string
  email?: string
  message?: string
  consent: boolean
  mailing: boolean
  /** `requestForm.consentVersion` of the form that the visitor saw. */
  consentVersion?: string
  /** Honeypot: people leave it empty. */
  website?: string
  context: WidgetContext
}

export interface WidgetAccepted {
  /** Present when the server made the visitor with this call. */
  token?: string
  duplicate: boolean
}

export interface WidgetMark {
  kind: 'delivered' | 'read'
  /** Sequence of the newest operator's message seen. */
  upTo: number
}

export interface WidgetFile {
  /** Present when the server made the visitor with this upload. */
  token?: string
  id: string
  name: string
  sizeBytes: number
  mime: string
}

export interface WidgetChatMessage {
  id: string
  clientId?: string
  /** Grows by one inside the talk. */
  sequence: number
  from: 'visitor' | 'operator' | 'system'
  authorName?: string
  text: string
  edited: boolean
  removed: boolean
  files: { id: string; name: string; mime: string; sizeBytes: number; image: boolean; url: string }[]
  at: string
  /** State of the visitor's own message. */
  status?: 'sent' | 'delivered' | 'read'
}

export type WidgetEvent =
  | { kind: 'message'; message: WidgetChatMessage }
  | { kind: 'typing' }
  | { kind: 'read'; upTo: number }
  | { kind: 'closed' }
