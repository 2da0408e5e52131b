import { createHash } from 'node:crypto'
import { HubError } from '@trunkline/contracts/errors'
import { text } from '@trunkline/contracts/locale'
import type { WidgetRequest } from '@trunkline/contracts/widget/protocol'
import type { Database } from '../../store/database.ts'
import { acceptedEvent } from '../../store/talks.ts'
import type { AcceptHook, Door } from '../accept-hook.ts'
import { acceptOwn } from './accept-own.ts'
import { cleanText } from './clean-text.ts'
import { seenWording } from './consent-wording.ts'
import { missing, noConsent, problem, readContactFields } from './contact-fields.ts'
import { takeOrRefuse } from './limits.ts'
import type { SiteDoor } from './site-door.ts'
import type { SiteForm } from './site-form.ts'
import { cleanContext, obeyLimits, type VisitorCall, type VisitorLimits } from './visitor-calls.ts'

interface Deps {
  readonly database: Database
  readonly acceptHook: AcceptHook
}

/** How a request was taken; `stored: false` for one that only a machine fills in. */
export interface RequestTaken {
  readonly duplicate: boolean
  readonly stored: boolean
}

/** A form sent twice within this time with the same content is one request, where the site gives it no id. */
const SAME_WITHIN_MS = 60_000

/**
 * Takes the request form of the widget. The same `clientId` again is the same request.
 * @throws HubError `request/invalid` with the fields at fault, `request/too-many`, `request/not-found` when the form is off.
 */
export async function takeWidgetRequest(
  deps: Deps,
  call: VisitorCall,
  body: WidgetRequest,
): Promise<RequestTaken> {
  const { settings } = call.site
  if (settings.offlineForm === 'off') throw new HubError('request/not-found')
  if (body.website) return { duplicate: false, stored: false }
  const contact = readContactFields(
    { name: settings.offlineName, phone: settings.offlinePhone, email: settings.offlineEmail },
    body,
  )
  const message =
    settings.offlineMessage === 'off'
      ? ''
      : cleanText(body.message ?? '')
          .trim()
          .slice(0, 4000)
  const problems = [
    ...contact.problems,
    ...missing('/message', settings.offlineMessage, message),
    ...(body.consent ? [] : [noConsent()]),
  ]
  const fields = Object.entries({ ...contact.given, message }).flatMap(([name, value]) =>
    value === '' ? [] : [{ name, label: '', value }],
  )
  if (fields.length === 0 && problems.length === 0)
    problems.push(problem('/message', 'required', text('Заполните хотя бы одно поле', 'Fill in a field')))
  if (problems.length > 0) throw new HubError('request/invalid', { fields: problems })
  await obeyLimits(deps, call, 'message', `request:${body.clientId}`)
  const wording = await deps.database.inWorkspace(call.site.door.workspaceId, (tx) =>
    seenWording(tx, settings, 'request-form', body.consentVersion),
  )
  return store(deps, call.site, call, {
    visitor: call.visitor.talk,
    ...wording,
    form: { name: settings.title, type: 'widget' },
    technical: settings.technicalRequests,
    body: {
      clientId: body.clientId,
      fields,
      consent: body.consent,
      mailing: settings.mailingText !== '' && body.mailing,
      context: cleanContext(body.context, call.now),
    },
  })
}

/** A post of a site's own form. */
export interface SitePost {
  readonly site: SiteDoor
  readonly form: SiteForm
  /** Where the call came from; undefined when that says nothing (this machine itself). */
  readonly place: string | undefined
  readonly limits: VisitorLimits
  /** The page is the hub's own test site. */
  readonly isTest: boolean
  readonly path: string
  readonly now: Date
}

/**
 * Takes a site's own form (UIS-04). What a company asks on its own page is its own affair, so nothing is required but
 * that something was filled in. The same `client_id` and content, or without an id the same content within a minute,
 * is the same request.
 * @throws HubError `request/invalid` (nothing filled in), `request/too-many`.
 */
export async function takeSiteRequest(deps: Deps, post: SitePost): Promise<RequestTaken> {
  const { form, site } = post
  const { door } = site
  if (form.byMachine) return { duplicate: false, stored: false }
  if (form.fields.length === 0)
    throw new HubError('request/invalid', {
      fields: [problem('/fields', 'empty', text('В заявке ничего не заполнено', 'Nothing is filled in'))],
    })
  const id = await requestId(deps.database, door, form, post.now)
  await obeyPlace(deps.database, post, id)
  return store(deps, site, post, {
    // Nobody knows whose browser it was: the request itself stands for the person.
    visitor: `request:${id}`,
    consentTextVersion: form.consentVersion,
    ...(form.consentText === ''
      ? {}
      : {
          consentTexts: {
            personalData: form.consentText,
            ...(form.mailingText === '' ? {} : { mailing: form.mailingText }),
          },
        }),
    form: { name: form.formName, type: 'site-form' },
    technical: form.technical || site.settings.technicalRequests,
    body: {
      clientId: id,
      fields: form.fields,
      consent: form.consent,
      mailing: form.mailing,
      context: cleanContext(form.context, post.now),
    },
  })
}

/**
 * Names a request by what it holds. An id of the site's own is not trusted alone: one written into the page for good
 * would make every request after the first a repetition.
 */
async function requestId(database: Database, door: Door, form: SiteForm, now: Date): Promise<string> {
  const { clientId, formName, fields, consent, mailing, technical } = form
  const hash = createHash('sha256')
    .update(JSON.stringify([clientId, formName, fields, consent, mailing, technical]))
    .digest('hex')
    .slice(0, 32)
  if (clientId !== '') return `form-${hash}`
  const minute = Math.floor(now.getTime() / SAME_WITHIN_MS)
  const before = `form-${hash}-${minute - 1}`
  const known = await database.inWorkspace(door.workspaceId, (tx) =>
    acceptedEvent(tx, door.channelId, `request:${before}`),
  )
  const at = (known?.part as { at?: string } | null | undefined)?.at
  const isFresh = at !== undefined && now.getTime() - Date.parse(at) < SAME_WITHIN_MS
  return isFresh ? before : `form-${hash}-${minute}`
}

/** Counts a form against where it came from, as the beginning of a talk is counted; a repetition begins nothing. */
async function obeyPlace(database: Database, { site, place, limits }: SitePost, id: string): Promise<void> {
  if (place === undefined) return
  const { workspaceId, channelId } = site.door
  await takeOrRefuse(database, {
    key: `request:${channelId}:${place}`,
    perSecond: limits.messagesPerMinute / 60,
    burst: limits.messagesPerMinute,
  })
  if (limits.newTalksPerHour === 0) return
  if (await database.inWorkspace(workspaceId, (tx) => acceptedEvent(tx, channelId, `request:${id}`))) return
  await takeOrRefuse(database, {
    key: `new-talk:${channelId}:${place}`,
    perSecond: limits.newTalksPerHour / 3600,
    burst: limits.newTalksPerHour,
  })
}

async function store(
  deps: Deps,
  site: SiteDoor,
  from: Pick<SitePost, 'path' | 'place' | 'now' | 'isTest'>,
  operation: Record<string, unknown>,
): Promise<RequestTaken> {
  const { duplicate } = await acceptOwn(
    deps,
    site.door,
    { op: 'request', at: from.now.toISOString(), ...(from.isTest ? { test: true } : {}), ...operation },
    { path: from.path, remoteAddress: from.place ?? '' },
  )
  return { duplicate, stored: true }
}
