import type { ContactProfile, InboundEvent, VisitContext } from '@trunkline/contracts/channel/inbound-event'
import type { Json } from '@trunkline/contracts/json'
import { attachmentKind } from '../kit/attachment-kind.ts'
import type { HookEntry, RawHook } from '../kit/channel-adapter.ts'
import { instantOfText, readJsonBody, unknownEntry, unsupported } from '../kit/hook-body.ts'
import { matches } from '../kit/matches.ts'
import { eventKeyOf, talkOf } from './ids.ts'
import { type ClientApiHook, ClientApiHook as ClientApiHookSchema } from './wire.ts'

type MessageHook = Extract<ClientApiHook, { op: 'message' }>
type RequestHook = Extract<ClientApiHook, { op: 'request' }>

/** One call is one event. */
export function split(hook: RawHook): HookEntry[] {
  const part = readJsonBody(hook.body)
  const operation = readOperation(part)
  if (part === undefined || !operation) return [unknownEntry(hook)]
  return [{ eventKey: eventKeyOf(operation), laneKey: talkOf(operation), part }]
}

/** The call in our words. */
export function parse(part: Json): InboundEvent[] {
  const operation = readOperation(part)
  if (!operation) return [unsupported('not an operation of the client API')]
  const talk = talkOf(operation)
  const calledAt = instantOfText(operation.at)
  if (!calledAt) return [unsupported('an operation without a time', talk)]
  const inTalk = { talk, occurredAt: calledAt }
  switch (operation.op) {
    case 'message':
      return [received(operation, talk, calledAt)]
    case 'request':
      return [requested(operation, talk, calledAt)]
    case 'edit':
      return [
        {
          kind: 'message-edited',
          ...inTalk,
          externalMessageId: operation.external_id,
          contact: profile(operation.body.contact.external_id, operation.body.contact),
          text: operation.body.text,
        },
      ]
    case 'remove':
      return [{ kind: 'message-removed', ...inTalk, externalMessageId: operation.external_id }]
    case 'contact':
      return [{ kind: 'contact-shared', ...inTalk, contact: profile(operation.external_id, operation.body) }]
    case 'typing':
      return [{ kind: 'typing', ...inTalk }]
    case 'close':
      return [{ kind: 'closed-by-contact', ...inTalk }]
    case 'status':
      return [
        {
          kind: 'receipt',
          ...inTalk,
          externalMessageId: operation.message_id,
          status: operation.body.status,
          upTo: false,
          ...(operation.body.reason ? { reason: operation.body.reason } : {}),
        },
      ]
  }
}

function received({ body, files }: MessageHook, talk: string, calledAt: string): InboundEvent {
  const { message, contact } = body
  if (!message.text?.trim() && files.length === 0) return unsupported('an empty message', talk, calledAt)
  const writtenAt = instantOfText(message.created_at ?? '')
  const context = visit(body.context)
  return {
    kind: 'message-received',
    talk,
    // The application may send what was written while it was offline, but nothing from the future.
    occurredAt: writtenAt && writtenAt < calledAt ? writtenAt : calledAt,
    externalMessageId: message.external_id,
    author: 'contact',
    contact: profile(contact.external_id, contact),
    text: message.text ?? '',
    attachments: files.map(({ id, name, mime, size_bytes }) => ({
      kind: attachmentKind(mime),
      name,
      mime,
      sizeBytes: size_bytes,
      source: { attachmentId: id },
    })),
    ...(message.reply_to ? { replyToExternalId: message.reply_to } : {}),
    ...(message.author_name ? { authorName: message.author_name } : {}),
    ...(body.conversation?.is_group ? { isGroup: true } : {}),
    ...(body.conversation?.tags?.length ? { tags: body.conversation.tags } : {}),
    ...(context ? { context } : {}),
  }
}

function requested({ body }: RequestHook, talk: string, calledAt: string): InboundEvent {
  const writtenAt = instantOfText(body.created_at ?? '')
  const filled = (wanted: string) => body.fields.find(({ name }) => name === wanted)?.value
  const [name, phone, email] = [filled('name'), filled('phone'), filled('email')]
  const { contact, consent } = body
  const known = profile(contact?.external_id ?? talk, contact ?? {})
  const filledIn = { ...(name ? { name } : {}), ...(phone ? { phone } : {}), ...(email ? { email } : {}) }
  const context = visit(body.context)
  return {
    kind: 'request-received',
    talk,
    occurredAt: writtenAt && writtenAt < calledAt ? writtenAt : calledAt,
    externalMessageId: body.external_id,
    contact: {
      ...filledIn,
      ...known,
      // What somebody typed into a form is no proof, unlike what the company's system says of its own user.
      vouched: known.phone !== undefined || known.email !== undefined,
      typed: (['phone', 'email'] as const).filter((kind) => known[kind] === undefined),
    },
    form: { name: body.form_name ?? '', type: 'site-form' },
    fields: body.fields.map((field) => ({ ...field, label: field.label ?? '' })),
    technical: body.technical === true,
    consent: {
      personalData: consent?.personal_data === true,
      mailing: consent?.mailing === true,
      textVersion: consent?.version ?? '',
      ...(consent?.text === undefined
        ? {}
        : {
            texts: {
              personalData: consent.text,
              ...(consent.mailing_text ? { mailing: consent.mailing_text } : {}),
            },
          }),
    },
    ...(body.tags?.length ? { tags: body.tags } : {}),
    ...(context ? { context } : {}),
  }
}

const isOperation = matches(ClientApiHookSchema)

function readOperation(part: Json | undefined): ClientApiHook | undefined {
  const value: unknown = part
  return isOperation(value) ? value : undefined
}

/** The company's own system, under its own key, says who its user is: that is as good as a network's word. */
function profile(
  externalId: string,
  { name, phone, email }: { name?: string; phone?: string; email?: string },
): ContactProfile {
  return {
    externalId,
    ...(name ? { name } : {}),
    ...(phone ? { phone } : {}),
    ...(email ? { email } : {}),
    vouched: true,
  }
}

function visit(context: MessageHook['body']['context']): VisitContext | undefined {
  if (!context) return undefined
  const { page_url, referrer, app_version, utm } = context
  return {
    ...(page_url ? { pageUrl: page_url } : {}),
    ...(referrer ? { referrer } : {}),
    ...(utm ? { utm } : {}),
    ...(app_version ? { extra: { appVersion: app_version } } : {}),
  }
}
