import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { HubError } from '@trunkline/contracts/errors'
import type {
  ApiContactRequest,
  ApiEditRequest,
  ApiMessageRequest,
  ApiRequestRequest,
  ApiStatusRequest,
} from '@trunkline/contracts/http/client-api'
import type { AttachmentId, ChannelId, MessageId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import { text } from '@trunkline/contracts/locale'
import type { Static } from 'typebox'
import type { FileStore } from '../../files/file-store.ts'
import { type AttachmentRow, handUploads, loadAttachment, uploadsOf } from '../../store/attachments.ts'
import type { Database, Tx } from '../../store/database.ts'
import {
  acceptedEvent,
  channelHoldsFile,
  latestConversationOf,
  talkOfExternalMessage,
  talkOfOwnMessage,
} from '../../store/talks.ts'
import type { AcceptHook, Door } from '../accept-hook.ts'
import { uploader } from '../ingest-talk.ts'
import { contactTyping } from '../talk-view.ts'
import { acceptOwn, type OwnAccepted } from './accept-own.ts'
import { cleanLine, cleanText } from './clean-text.ts'

/** One authenticated call of a client application. */
export interface ApiCall {
  readonly door: Door
  /** `Idempotency-Key`: names a call that could be made twice with the same words. */
  readonly key: string | undefined
  readonly path: string
  readonly remoteAddress: string
  readonly now: Date
}

interface Deps {
  readonly database: Database
  readonly acceptHook: AcceptHook
}

/** Who uploaded a file that no message names yet: the application, for whichever talk. */
export function apiUploader(channelId: ChannelId): string {
  return `api:${channelId}`
}

/** Takes a message of a customer. The same `external_id` again is the same message. @throws HubError `request/invalid`. */
export async function apiMessage(deps: Deps, call: ApiCall, body: ApiMessageRequest): Promise<OwnAccepted> {
  const { door } = call
  const ids = body.message.attachment_ids ?? []
  const talk = body.conversation?.external_id ?? body.contact.external_id
  const mine = uploader(door.channelId, talk)
  const files = await deps.database.inWorkspace(door.workspaceId, async (tx) => {
    await handUploads(tx, ids, apiUploader(door.channelId), mine)
    return uploadsOf(tx, ids, mine)
  })
  if (files.length < ids.length)
    throw invalid('/message/attachment_ids', 'unknown', text('Файл не найден', 'The file was not found'))
  const words = cleanText(body.message.text ?? '')
  if (words.trim() === '' && files.length === 0)
    throw invalid('/message/text', 'empty', text('Нужен текст или файл', 'A text or a file is needed'))
  return accept(deps, call, {
    op: 'message',
    files: files.map(({ id, name, mime, sizeBytes }) => ({ id, name, mime, size_bytes: sizeBytes })),
    body: { ...body, message: { ...body.message, text: words } },
  })
}

/** Takes a form left where nobody could chat. The same `external_id` again is the same request. @throws HubError `request/invalid`. */
export function apiRequest(deps: Deps, call: ApiCall, body: ApiRequestRequest): Promise<OwnAccepted> {
  const fields = body.fields.flatMap(({ name, label, value }) => {
    const words = cleanText(value).trim()
    const known = cleanLine(name, 100)
    return words === '' || known === ''
      ? []
      : [{ name: known, ...(label === undefined ? {} : { label: cleanLine(label, 200) }), value: words }]
  })
  if (fields.length === 0)
    throw invalid('/fields', 'empty', text('В заявке ничего не заполнено', 'Nothing is filled in'))
  return accept(deps, call, { op: 'request', body: { ...body, fields } })
}

/** The customer changed a message. @throws HubError `request/not-found` when it was never sent here. */
export async function apiEdit(
  deps: Deps,
  call: ApiCall,
  externalId: string,
  body: Static<typeof ApiEditRequest>,
): Promise<OwnAccepted> {
  const talk = await talkOfMessage(deps, call, externalId)
  const edited = { ...body, text: cleanText(body.text) }
  return accept(deps, call, { op: 'edit', key: keyOf(call), talk, external_id: externalId, body: edited })
}

/** The customer removed a message. @throws HubError `request/not-found`. */
export async function apiRemove(deps: Deps, call: ApiCall, externalId: string): Promise<OwnAccepted> {
  const talk = await talkOfMessage(deps, call, externalId)
  return accept(deps, call, { op: 'remove', talk, external_id: externalId })
}

/** How far one of our messages came. @throws HubError `request/not-found`. */
export async function apiStatus(
  deps: Deps,
  call: ApiCall,
  id: MessageId,
  body: Static<typeof ApiStatusRequest>,
): Promise<OwnAccepted> {
  const { door } = call
  const talk = await deps.database.inWorkspace(door.workspaceId, (tx) =>
    talkOfOwnMessage(tx, door.channelId, id),
  )
  if (talk === undefined) throw new HubError('request/not-found')
  return accept(deps, call, { op: 'status', talk, message_id: id, body })
}

/** What the company knows of its user. */
export function apiContact(
  deps: Deps,
  call: ApiCall,
  externalId: string,
  body: Static<typeof ApiContactRequest>,
): Promise<OwnAccepted> {
  return accept(deps, call, { op: 'contact', key: keyOf(call), external_id: externalId, body })
}

/** The customer is typing. @throws HubError `request/not-found` when there is no such conversation. */
export async function apiTyping(deps: Deps, call: ApiCall, talk: string): Promise<void> {
  const { door } = call
  await deps.database.inWorkspace(door.workspaceId, async (tx) => {
    await mustExist(tx, door, talk)
    await contactTyping(tx, door.channelId, talk)
  })
}

/** The customer ended the conversation. @throws HubError `request/not-found`. */
export async function apiClose(deps: Deps, call: ApiCall, talk: string): Promise<OwnAccepted> {
  await deps.database.inWorkspace(call.door.workspaceId, (tx) => mustExist(tx, call.door, talk))
  return accept(deps, call, { op: 'close', key: keyOf(call), talk })
}

/** Opens a file that went through the channel. @throws HubError `request/not-found`. */
export async function openApiFile(
  deps: { readonly database: Database; readonly files: FileStore },
  door: Door,
  id: AttachmentId,
): Promise<{ row: AttachmentRow; stream: Readable; sizeBytes: number }> {
  const row = await deps.database.inWorkspace(door.workspaceId, async (tx) =>
    (await channelHoldsFile(tx, door.channelId, id)) ? loadAttachment(tx, id) : undefined,
  )
  if (row === undefined || row.state !== 'ready') throw new HubError('request/not-found')
  return { row, ...(await deps.files.open(door.workspaceId, id)) }
}

async function mustExist(tx: Tx, door: Door, talk: string): Promise<void> {
  if ((await latestConversationOf(tx, door.channelId, talk)) === undefined)
    throw new HubError('request/not-found')
}

/** The talk of a message, which may be accepted and not worked on yet. */
async function talkOfMessage(deps: Deps, call: ApiCall, externalId: string): Promise<string> {
  const { door } = call
  const talk = await deps.database.inWorkspace(
    door.workspaceId,
    async (tx) =>
      (await talkOfExternalMessage(tx, door.channelId, externalId)) ??
      talkOfPart((await acceptedEvent(tx, door.channelId, `message:${externalId}`))?.part),
  )
  if (talk === undefined) throw new HubError('request/not-found')
  return talk
}

function talkOfPart(part: Json | undefined): string | undefined {
  const message = part as { body?: ApiMessageRequest } | null | undefined
  return message?.body?.conversation?.external_id ?? message?.body?.contact.external_id
}

function keyOf(call: ApiCall): string {
  return call.key ?? randomUUID()
}

function accept(deps: Deps, call: ApiCall, operation: Record<string, unknown>): Promise<OwnAccepted> {
  return acceptOwn(deps, call.door, { at: call.now.toISOString(), ...operation }, call)
}

function invalid(pointer: string, code: string, words: ReturnType<typeof text>): HubError {
  return new HubError('request/invalid', { fields: [{ pointer, code, text: words }] })
}
