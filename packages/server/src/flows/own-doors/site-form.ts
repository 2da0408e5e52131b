import { REQUEST_FIELDS, type RequestField } from '@trunkline/contracts/channel/inbound-event'
import type { WidgetContext } from '@trunkline/contracts/widget/protocol'
import { cleanLine, cleanText } from './clean-text.ts'

/** What a site's own form held, read from its fields by name. */
export interface SiteForm {
  /** The site's own id of this filling-in; empty when it gave none. */
  readonly clientId: string
  readonly formName: string
  /** Where the browser shall go afterwards, as given. */
  readonly redirect: string
  readonly technical: boolean
  readonly consent: boolean
  readonly mailing: boolean
  readonly consentVersion: string
  /** The words beside the ticks, where the form tells them; empty when it does not. */
  readonly consentText: string
  readonly mailingText: string
  /** The field that people do not see was filled. */
  readonly byMachine: boolean
  /** In the order of the form, empty ones left out. */
  readonly fields: readonly RequestField[]
  readonly context: WidgetContext
}

const MAX_FIELDS = 50
const MAX_VALUE_CHARS = 4000
const MAX_URL_CHARS = 2000
const UTM = ['source', 'medium', 'campaign', 'content', 'term'] as const

/**
 * Names that forms on sites commonly have for what we know by one name, and those names themselves. Compared in lower
 * case. A map, because an object would answer to `constructor` and `__proto__` too, which a stranger may post.
 */
const WELL_KNOWN: ReadonlyMap<string, string> = new Map<string, (typeof REQUEST_FIELDS)[number]>([
  ...REQUEST_FIELDS.map((name) => [name, name] as const),
  ['fio', 'name'],
  ['full_name', 'name'],
  ['fullname', 'name'],
  ['your_name', 'name'],
  ['имя', 'name'],
  ['tel', 'phone'],
  ['telephone', 'phone'],
  ['mobile', 'phone'],
  ['phone_number', 'phone'],
  ['телефон', 'phone'],
  ['mail', 'email'],
  ['e-mail', 'email'],
  ['e_mail', 'email'],
  ['почта', 'email'],
  ['comment', 'message'],
  ['question', 'message'],
  ['text', 'message'],
  ['сообщение', 'message'],
])

/** Names that say something of the form and are no fields of the request. */
const OWN_NAMES = new Set([
  'client_id',
  'form_name',
  'redirect',
  'technical',
  'consent',
  'mailing',
  'consent_version',
  'consent_text',
  'mailing_text',
  'leave_empty',
  'page_url',
  'page_title',
  'referrer',
  ...UTM.map((name) => `utm_${name}`),
])
const LABEL = 'label:'

/**
 * Reads a site's own form. Pure and total: whatever was posted makes a request of the fields that hold something.
 * One name given several times (a group of ticks) is one field with its values beside one another.
 * @param entries name and value in the order they were posted
 * @param referer the header, which stands for `page_url` where the form has none
 */
export function readSiteForm(
  entries: readonly (readonly [string, string])[],
  referer: string | undefined,
): SiteForm {
  const own = new Map<string, string>()
  const labels = new Map<string, string>()
  const values = new Map<string, string>()
  for (const [given, value] of entries) {
    const name = cleanLine(given, 100)
    const plain = name.toLowerCase()
    if (name === '') continue
    if (OWN_NAMES.has(plain)) own.set(plain, value)
    else if (plain.startsWith(LABEL)) labels.set(wellKnown(name.slice(LABEL.length)), cleanLine(value, 200))
    else {
      const words = cleanText(value).trim().slice(0, MAX_VALUE_CHARS).toWellFormed()
      const key = wellKnown(name)
      const before = values.get(key)
      if (words === '' || (before === undefined && values.size >= MAX_FIELDS)) continue
      const all = before === undefined ? words : `${before}, ${words}`
      values.set(key, all.slice(0, 2 * MAX_VALUE_CHARS).toWellFormed())
    }
  }
  const text = (name: string, maxChars: number) => cleanLine(own.get(name) ?? '', maxChars)
  return {
    clientId: text('client_id', 100),
    formName: text('form_name', 200),
    redirect: text('redirect', MAX_URL_CHARS),
    technical: isTicked(own.get('technical')),
    consent: isTicked(own.get('consent')),
    mailing: isTicked(own.get('mailing')),
    consentVersion: text('consent_version', 100),
    consentText: text('consent_text', 2000),
    mailingText: text('mailing_text', 2000),
    byMachine: (own.get('leave_empty') ?? '').trim() !== '',
    fields: [...values].map(([name, value]) => ({ name, label: labels.get(name) ?? '', value })),
    context: contextOf(text, cleanLine(referer ?? '', MAX_URL_CHARS)),
  }
}

/** Advertising labels come from fields of their own, else from the address of the page. */
function contextOf(text: (name: string, maxChars: number) => string, referer: string): WidgetContext {
  const pageUrl = text('page_url', MAX_URL_CHARS) || referer
  const query = URL.parse(pageUrl)?.searchParams
  const utm = UTM.flatMap((name) => {
    const value = text(`utm_${name}`, 300) || cleanLine(query?.get(`utm_${name}`) ?? '', 300)
    return value === '' ? [] : [[name, value]]
  })
  const [pageTitle, referrer] = [text('page_title', 300), text('referrer', MAX_URL_CHARS)]
  return {
    pageUrl,
    ...(pageTitle === '' ? {} : { pageTitle }),
    ...(referrer === '' ? {} : { referrer }),
    ...(utm.length === 0 ? {} : { utm: Object.fromEntries(utm) }),
  }
}

function wellKnown(name: string): string {
  return WELL_KNOWN.get(name.toLowerCase()) ?? name
}

/** A tick box that is not ticked is not sent at all; one that is sends `on` unless the site says otherwise. */
function isTicked(value: string | undefined): boolean {
  return value !== undefined && /^(on|1|true|yes|y|да)$/i.test(value.trim())
}

/**
 * Where the browser goes after a form: an address of the same site as the page it was on, else nowhere.
 * @param pageOrigin origin of the page that posted
 */
export function redirectTarget(redirect: string, pageOrigin: string): string | undefined {
  if (redirect === '') return undefined
  const target = URL.parse(redirect, pageOrigin)
  return target?.origin === pageOrigin ? target.href : undefined
}
