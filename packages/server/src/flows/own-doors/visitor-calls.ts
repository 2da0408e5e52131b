import { type FieldProblem, HubError } from '@trunkline/contracts/errors'
import { text } from '@trunkline/contracts/locale'
import type {
  WidgetContact,
  WidgetContext,
  WidgetMark,
  WidgetMessage,
} from '@trunkline/contracts/widget/protocol'
import { uploadsOf } from '../../store/attachments.ts'
import type { Database } from '../../store/database.ts'
import { acceptedEvent, newestOutboundUpTo } from '../../store/talks.ts'
import type { AcceptHook } from '../accept-hook.ts'
import { uploader } from '../ingest-talk.ts'
import { contactTyping } from '../talk-view.ts'
import { acceptOwn } from './accept-own.ts'
import { cleanLine, cleanText } from './clean-text.ts'
import { seenWording } from './consent-wording.ts'
import { noConsent, problem, readContactFields } from './contact-fields.ts'
import { takeOrRefuse, tokenLeft } from './limits.ts'
import type { SiteDoor } from './site-door.ts'
import type { Visitor } from './visitor.ts'

/** How much of what one visitor, and one address, may do. */
export interface VisitorLimits {
  readonly messagesPerMinute: number
  readonly filesPerMinute: number
  /** Talks that one address may begin in an hour, 0 = any number. Many people share one address in mobile networks. */
  readonly newTalksPerHour: number
}

export interface VisitorCall {
  readonly site: SiteDoor
  readonly visitor: Visitor
  /** The visitor came without a token: this call begins their talk. */
  readonly begins: boolean
  /** Where the call came from; undefined when that says nothing (this machine itself). */
  readonly place: string | undefined
  readonly limits: VisitorLimits
  /** The page is the hub's own test site. */
  readonly isTest: boolean
  readonly path: string
  readonly now: Date
}

interface Deps {
  readonly database: Database
  readonly acceptHook: AcceptHook
}

/** Longest address kept of a page; the rest says nothing that a report would use. */
const MAX_URL_CHARS = 2000
/** The widget keeps how somebody came for half a year; more says that a clock was set. */
const MAX_ENTRANCE_AGE_S = 366 * 86_400

/**
 * Takes a visitor's message. The same `clientId` again is the same message.
 * @throws HubError `request/invalid` (empty, too long, files of somebody else), `request/too-many`.
 */
export async function takeMessage(
  deps: Deps,
  call: VisitorCall,
  body: WidgetMessage,
): Promise<{ duplicate: boolean }> {
  const { door } = call.site
  await obeyLimits(deps, call, 'message', `message:${body.clientId}`)
  const words = cleanText(body.text)
  const { maxChars } = door.adapter.can.text
  if (words.length > maxChars)
    throw invalid(
      '/text',
      'too-long',
      text(`Не длиннее ${maxChars} знаков`, `At most ${maxChars} characters`),
    )
  const files = await deps.database.inWorkspace(door.workspaceId, (tx) =>
    uploadsOf(tx, body.fileIds, uploader(door.channelId, call.visitor.talk)),
  )
  if (files.length < body.fileIds.length)
    throw invalid('/fileIds', 'unknown', text('Файл не найден', 'The file was not found'))
  if (words.trim() === '' && files.length === 0)
    throw invalid(
      '/text',
      'empty',
      text('Напишите сообщение или приложите файл', 'Write a message or attach a file'),
    )
  return store(deps, call, 'message', {
    files: files.map(({ id, name, mime, sizeBytes }) => ({ id, name, mime, sizeBytes })),
    body: { clientId: body.clientId, text: words, context: cleanContext(body.context, call.now) },
  })
}

/**
 * Takes the form before the chat. A form that only a machine fills is taken for done and stored nowhere.
 * @throws HubError `request/invalid` with the fields at fault, `request/too-many`.
 */
export async function takeContact(
  deps: Deps,
  call: VisitorCall,
  body: WidgetContact,
): Promise<{ duplicate: boolean; stored: boolean }> {
  if (body.website) return { duplicate: false, stored: false }
  const { settings } = call.site
  const { given, problems: fields } = readContactFields(
    { name: settings.formName, phone: settings.formPhone, email: settings.formEmail },
    body,
  )
  const filled = Object.values(given).some((value) => value !== '')
  if (filled && !body.consent) fields.push(noConsent())
  if (fields.length > 0) throw new HubError('request/invalid', { fields })
  if (!filled) return { duplicate: false, stored: false }
  await obeyLimits(deps, call, 'message', `contact:${body.clientId}`)
  const { duplicate } = await store(deps, call, 'contact', {
    ...(await deps.database.inWorkspace(call.site.door.workspaceId, (tx) =>
      seenWording(tx, settings, 'contact-form', body.consentVersion),
    )),
    body: {
      clientId: body.clientId,
      ...(given.name === '' ? {} : { name: given.name }),
      ...(given.phone === '' ? {} : { phone: given.phone }),
      ...(given.email === '' ? {} : { email: given.email }),
      consent: body.consent,
      context: cleanContext(body.context, call.now),
    },
  })
  return { duplicate, stored: true }
}

/** Takes a mark "delivered" or "read" for everything of ours up to a place; one about nothing changes nothing. */
export async function takeMark(deps: Deps, call: VisitorCall, body: WidgetMark): Promise<void> {
  const { door } = call.site
  const messageId = await deps.database.inWorkspace(door.workspaceId, (tx) =>
    newestOutboundUpTo(tx, door.channelId, call.visitor.talk, body.upTo),
  )
  if (messageId === undefined) return
  await store(deps, call, 'mark', { messageId, body: { kind: body.kind, upTo: body.upTo } })
}

/** The visitor is typing: told at most once in two seconds, whatever is asked. */
export async function takeTyping(deps: Deps, call: VisitorCall): Promise<void> {
  const { door } = call.site
  const { talk } = call.visitor
  if (
    !(await tokenLeft(deps.database, { key: `typing:${door.channelId}:${talk}`, perSecond: 0.5, burst: 1 }))
  )
    return
  await deps.database.inWorkspace(door.workspaceId, (tx) => contactTyping(tx, door.channelId, talk))
}

/**
 * Counts a call against the visitor and against where it comes from.
 * @param eventKey a repetition of what began the talk is let through: it begins nothing
 * @throws HubError `request/too-many`.
 */
export async function obeyLimits(
  deps: Deps,
  call: VisitorCall,
  kind: 'message' | 'file',
  eventKey?: string,
): Promise<void> {
  const { door } = call.site
  const { limits, place, visitor } = call
  const perMinute = kind === 'message' ? limits.messagesPerMinute : limits.filesPerMinute
  await takeOrRefuse(deps.database, {
    key: `visitor:${kind}:${door.channelId}:${visitor.talk}`,
    perSecond: perMinute / 60,
    burst: perMinute,
  })
  if (!call.begins || place === undefined || limits.newTalksPerHour === 0) return
  const bucket = {
    key: `new-talk:${door.channelId}:${place}`,
    perSecond: limits.newTalksPerHour / 3600,
    burst: limits.newTalksPerHour,
  }
  const known =
    eventKey !== undefined &&
    (await deps.database.inWorkspace(door.workspaceId, (tx) => acceptedEvent(tx, door.channelId, eventKey)))
  if (!known) await takeOrRefuse(deps.database, bucket)
}

async function store(
  deps: Deps,
  call: VisitorCall,
  op: string,
  rest: Record<string, unknown>,
): Promise<{ duplicate: boolean }> {
  const { duplicate } = await acceptOwn(
    deps,
    call.site.door,
    {
      op,
      visitor: call.visitor.talk,
      at: call.now.toISOString(),
      ...(call.isTest ? { test: true } : {}),
      ...rest,
    },
    { path: call.path, remoteAddress: call.place ?? '' },
  )
  return { duplicate }
}

/** A page's address is shortened, not refused: a message is worth more than its label. */
export function cleanContext(
  context: WidgetContext,
  now: Date,
): Omit<WidgetContext, 'sinceEntranceS'> & { readonly entranceAt?: string } {
  const { pageUrl, pageTitle, referrer, entrancePageUrl, utm, timeZone, sinceEntranceS: ageS } = context
  const labels = Object.entries(utm ?? {}).map(([name, value]) => [name, cleanLine(value ?? '', 300)])
  return {
    pageUrl: cleanLine(pageUrl, MAX_URL_CHARS),
    ...(pageTitle ? { pageTitle: cleanLine(pageTitle, 300) } : {}),
    ...(referrer ? { referrer: cleanLine(referrer, MAX_URL_CHARS) } : {}),
    ...(entrancePageUrl ? { entrancePageUrl: cleanLine(entrancePageUrl, MAX_URL_CHARS) } : {}),
    ...(ageS !== undefined && ageS >= 0 && ageS <= MAX_ENTRANCE_AGE_S
      ? { entranceAt: new Date(now.getTime() - Math.round(ageS) * 1000).toISOString() }
      : {}),
    ...(labels.length > 0 ? { utm: Object.fromEntries(labels) } : {}),
    ...(timeZone ? { timeZone: cleanLine(timeZone, 100) } : {}),
  }
}

function invalid(pointer: string, code: string, words: FieldProblem['text']): HubError {
  return new HubError('request/invalid', { fields: [problem(pointer, code, words)] })
}
