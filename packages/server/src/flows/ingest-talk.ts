import type {
  ContactProfile,
  InboundEvent,
  RequestReceived,
} from '@trunkline/contracts/channel/inbound-event'
import type { ChannelId, ContactId, ConversationId, MessageId, WorkspaceId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import { applyInbound } from '@trunkline/domain/conversation/apply-inbound'
import type { Applied, ConversationState, MessageState } from '@trunkline/domain/conversation/state'
import { changeTags } from '@trunkline/domain/conversation/tags'
import { isWorkingTime } from '@trunkline/domain/conversation/working-time'
import { newId } from '../ids.ts'
import { insertAttachment, takeAttachments } from '../store/attachments.ts'
import { type ChannelRow, touchChannel } from '../store/channels.ts'
import {
  type ConversationRow,
  insertConversation,
  type LastMessage,
  latestOfTalk,
  loadConversation,
  numberConversations,
  saveConversation,
  saveTags,
} from '../store/conversations.ts'
import type { Database, Tx } from '../store/database.ts'
import {
  failPending,
  type HandledEvent,
  markHandled,
  type PendingEvent,
  pendingEvents,
} from '../store/events.ts'
import { type Claim, putLanes } from '../store/mailbox.ts'
import {
  insertMessage,
  loadNotes,
  type MessageRow,
  messageByExternalId,
  saveMessage,
  saveNote,
  takeNotes,
} from '../store/messages.ts'
import { appendRealtime, dropRealtimeAfter, realtimeMark } from '../store/realtime.ts'
import { insertRequest } from '../store/requests.ts'
import type { LaneContext, LaneResult } from '../store/run-lane.ts'
import { type IntegrationInForce, integrationOfChannel, integrationsInForce } from '../store/settings.ts'
import { loadWorkspace } from '../store/workspaces.ts'
import { adapterOf } from './channel-account.ts'
import { columnsOf, messageChange, messageRow, messageState, stateOf } from './conversation-record.ts'
import { resolveContact } from './resolve-contact.ts'
import { scheduleTransfer, wakeHeldOf } from './schedule-transfer.ts'

/** The lane of accepted events: one talk of one network at a time, in the order of arrival. */
export const TALK_LANE = 'talk'
/** The lane in which files of networks are fetched: one file at a time under its own id. */
export const MEDIA_LANE = 'media'

const EVENTS_AT_ONCE = 100
/** The database is not asked oftener whether a channel should show that something came. */
const TOUCH_EVERY_MS = 5_000
/** An event that failed this often with its talk is set aside, so that it does not hold the others back. */
const TRIES_BEFORE_SETTING_ASIDE = 3

/**
 * Works on everything pending of one talk: raw parts become events, events change conversations and messages, and what
 * follows (transfer, files, realtime) commits with them in one transaction.
 */
export function createIngestTalk(deps: { database: Database; now: () => Date }) {
  const touchedAtMs = new Map<ChannelId, number>()
  return async (claim: Claim, context: LaneContext): Promise<LaneResult> => {
    const workspaceId = claim.workspaceId as WorkspaceId
    const setAside = claim.attempts >= TRIES_BEFORE_SETTING_ASIDE
    // After a failure one at a time, so that only the event at fault is set aside.
    const limit = claim.attempts > 1 || claim.deaths > 0 ? 1 : EVENTS_AT_ONCE
    const touched = await deps.database.inWorkspace(workspaceId, async (tx) => {
      const events = await pendingEvents(tx, claim.key, limit)
      const first = events[0]
      if (first === undefined) return undefined
      const handled: HandledEvent[] = []
      const opened: ConversationId[] = []
      let read: Promise<readonly IntegrationInForce[]> | undefined
      const ingesting = { ...deps, opened, integrations: () => (read ??= integrationsInForce(tx)) }
      for (const event of events) {
        handled.push(
          setAside && event === first
            ? await tryOrSetAside(tx, () => ingestEvent(ingesting, tx, event), event)
            : await ingestEvent(ingesting, tx, event),
        )
      }
      const isDue =
        performance.now() - (touchedAtMs.get(first.channelId) ?? -TOUCH_EVERY_MS) >= TOUCH_EVERY_MS
      if (isDue) await touchChannel(tx, first.channelId)
      await markHandled(tx, handled)
      await appendRealtime(tx, 'cabinet', { kind: 'ledger' })
      // In this transaction, so that a worker that lost its lease cannot commit its work either.
      await context.done(tx, events.length === limit ? new Date(0) : undefined)
      // After the realtime events too: the counter's row is locked from here to the commit.
      tx.beforeCommit(() => numberConversations(tx, opened))
      return isDue ? first.channelId : undefined
    })
    if (touched !== undefined) touchedAtMs.set(touched, performance.now())
    return undefined
  }
}

/** The lane gave a talk up: what is pending of it ends as failed, visible in the journal, to be tried again by a person. */
export async function failTalk(database: Database, claim: Claim): Promise<undefined> {
  await database.inWorkspace(claim.workspaceId as WorkspaceId, async (tx) => {
    await failPending(tx, claim.key)
    await appendRealtime(tx, 'cabinet', { kind: 'ledger' })
  })
}

/** Runs the work in a savepoint; if it fails again the event ends as failed and stays in the journal. */
async function tryOrSetAside(
  tx: Tx,
  work: () => Promise<HandledEvent>,
  event: PendingEvent,
): Promise<HandledEvent> {
  await tx.query({ text: 'savepoint event' })
  const mark = realtimeMark(tx)
  try {
    const handled = await work()
    await tx.query({ text: 'release savepoint event' })
    return handled
  } catch {
    // What was wrong is logged by the lane at each of the earlier tries; here it becomes a visible outcome.
    await tx.query({ text: 'rollback to savepoint event' })
    dropRealtimeAfter(tx, mark)
    return {
      id: event.id,
      receivedAt: event.receivedAt,
      kind: 'unknown',
      conversationId: null,
      revision: null,
      outcome: 'failed',
      reason: 'bug',
    }
  }
}

type ChannelKind = Pick<ChannelRow, 'id' | 'type'>

/** What working on a talk needs; `opened` collects the conversations that began. */
interface Ingesting {
  readonly now: () => Date
  readonly opened: ConversationId[]
  /** Read once in a transaction, by the first event that needs them. */
  readonly integrations: () => Promise<readonly IntegrationInForce[]>
}

async function ingestEvent(deps: Ingesting, tx: Tx, stored: PendingEvent): Promise<HandledEvent> {
  const channel = { id: stored.channelId, type: stored.channelType }
  const base = { id: stored.id, receivedAt: stored.receivedAt, conversationId: null, revision: null }
  let result: HandledEvent = {
    ...base,
    kind: 'unsupported',
    outcome: 'not_passed',
    reason: 'unsupported-event',
  }
  for (const event of adapterOf(channel.type).parse(stored.part)) {
    const ended = await applyEvent(deps, tx, channel, event, stored)
    result = { ...base, ...ended }
  }
  return result
}

type Ended = Omit<HandledEvent, 'id' | 'receivedAt'>

/** One event: loads what it touches, applies it, stores what changed, and says how it ended so far. */
async function applyEvent(
  deps: Ingesting,
  tx: Tx,
  channel: ChannelKind,
  event: InboundEvent,
  stored: PendingEvent,
): Promise<Ended> {
  const externalId = 'externalMessageId' in event ? event.externalMessageId : undefined
  const latest = await latestOfTalk(tx, channel.id, event.talk)
  // Before the first conversation of a talk there is no message.
  const existing =
    externalId === undefined || latest === undefined
      ? undefined
      : await messageByExternalId(tx, channel.id, event.talk, externalId)
  const notes =
    externalId === undefined || existing !== undefined
      ? new Map<string, Json>()
      : await loadNotes(tx, channel.id, event.talk, [externalId, FORM_NOTE])
  // An edit or mark of a message of an earlier conversation belongs there, not to the newest one.
  const row =
    existing !== undefined && existing.conversationId !== latest?.id
      ? await loadConversation(tx, existing.conversationId, 'lock')
      : latest
  const applied = applyInbound({
    ...(event.kind === 'request-received' ? { locale: (await loadWorkspace(tx)).locale } : {}),
    conversation: row === undefined ? null : stateOf(row),
    message:
      existing !== undefined
        ? messageState(existing)
        : ((notes.get(externalId ?? '') as unknown as MessageState | undefined) ?? null),
    event,
    now: deps.now().toISOString(),
  })

  const profile = 'contact' in event ? event.contact : undefined
  const who = profile === undefined ? undefined : await resolveContact(tx, channel.id, profile)
  if (event.kind === 'typing') {
    if (row !== undefined) await appendRealtime(tx, 'cabinet', { kind: 'typing', conversationId: row.id })
    return service(event.kind, row)
  }
  if (event.kind === 'unsupported')
    return {
      kind: event.kind,
      conversationId: row?.id ?? null,
      revision: null,
      outcome: 'not_passed',
      reason: 'unsupported-event',
    }

  const saved = await saveApplied(tx, {
    channel,
    event,
    applied,
    row,
    existing,
    notes,
    contactId: who?.contactId,
    isNewContact: who?.isNew === true,
    stored,
    now: deps.now(),
    opened: deps.opened,
    integrations: deps.integrations,
  })
  if (saved === undefined) return service(event.kind, row)
  return saved.content
    ? {
        kind: event.kind,
        conversationId: saved.conversationId,
        revision: saved.revision,
        outcome: 'pending',
        reason: null,
      }
    : service(event.kind, { id: saved.conversationId })
}

function service(kind: string, row: { id: ConversationId } | undefined): Ended {
  return {
    kind,
    conversationId: row?.id ?? null,
    revision: null,
    outcome: 'not_passed',
    reason: 'service-event',
  }
}

interface Applying {
  readonly channel: ChannelKind
  readonly event: InboundEvent
  readonly applied: Applied
  readonly row: ConversationRow | undefined
  readonly existing: MessageRow | undefined
  /** What waited for this message, and for the first one of a conversation, by name. */
  readonly notes: ReadonlyMap<string, Json>
  readonly contactId: ContactId | undefined
  readonly isNewContact: boolean
  readonly stored: PendingEvent
  readonly now: Date
  readonly opened: ConversationId[]
  readonly integrations: Ingesting['integrations']
}

/** Whether the portal should hear of it: everything a person wrote, changed or told about themselves. */
const CONTENT = new Set<InboundEvent['kind']>([
  'message-received',
  'request-received',
  'message-edited',
  'message-removed',
  'contact-shared',
  'closed-by-contact',
])

/** Stores what an event changed. @returns undefined when there is no conversation that it could belong to. */
async function saveApplied(
  tx: Tx,
  a: Applying,
): Promise<{ conversationId: ConversationId; revision: number; content: boolean } | undefined> {
  const { applied, event, channel } = a
  const { conversation, message } = applied
  if (message !== null && !message.known) {
    await saveNote(tx, channel.id, event.talk, message.externalIds[0] ?? '', message as unknown as Json)
    return undefined
  }
  // Whoever writes in several talks may have said it outside the one that waits for it.
  if (event.kind === 'contact-shared' && a.contactId !== undefined && !a.isNewContact)
    await wakeHeldOf(tx, a.contactId, await a.integrations())
  if (conversation === null) {
    // Contact data before the first word: the contact is known now, the conversation is still to come. What goes with
    // the data waits for it under a name of its own.
    if (event.kind === 'contact-shared')
      await saveNote(tx, channel.id, event.talk, FORM_NOTE, {
        consent: (event.consent && { ...event.consent, at: event.occurredAt }) ?? null,
        context: event.context ?? null,
      } as unknown as Json)
    return undefined
  }
  const content = CONTENT.has(event.kind)
  const isNewMessage = message !== null && a.existing === undefined
  const sequence = (applied.opens || a.row === undefined ? 0 : a.row.sequence) + (isNewMessage ? 1 : 0)
  const revision = (applied.opens || a.row === undefined ? 0 : a.row.revision) + (content ? 1 : 0)
  const consent = await consentOf(tx, a)
  const counters = { sequence, revision, ...(consent === undefined ? {} : { consent }) }
  const messageId = a.existing?.id ?? newId<MessageId>()
  const last = message === null ? undefined : lastMessage(message, messageId)
  let conversationId: ConversationId
  let contactId: ContactId
  if (applied.opens || a.row === undefined) {
    if (a.contactId === undefined) return undefined
    conversationId = newId<ConversationId>()
    a.opened.push(conversationId)
    contactId = a.contactId
    await insertConversation(tx, {
      id: conversationId,
      kind: conversation.kind,
      channelId: channel.id,
      talk: event.talk,
      contactId,
      ...columnsOf(conversation, counters),
      tags: changeTags([], tagsOf(event)),
      workingTime: await workingTimeAt(tx, await a.integrations(), channel, conversation),
      ...(last === undefined ? {} : { last }),
    })
    if (event.kind === 'request-received') await insertRequest(tx, requestRow(conversationId, event))
  } else {
    conversationId = a.row.id
    contactId = a.contactId ?? a.row.contactId
    await saveConversation(tx, conversationId, columnsOf(conversation, counters, a.row.context), last)
    const tags = isNewMessage ? changeTags(a.row.tags, tagsOf(event)) : a.row.tags
    if (tags.length !== a.row.tags.length) await saveTags(tx, conversationId, tags)
  }
  if (message !== null)
    await saveMessageOf(tx, a, message, { messageId, conversationId, sequence, isNewMessage })
  if (content) await scheduleTransfer(tx, { conversationId, contactId }, await a.integrations())
  await appendRealtime(tx, 'cabinet', { kind: 'conversation', conversationId })
  return { conversationId, revision, content }
}

function requestRow(
  conversationId: ConversationId,
  { form, fields, technical, consent }: RequestReceived,
): Parameters<typeof insertRequest>[1] {
  return {
    conversationId,
    formName: form.name,
    formType: form.type,
    fields,
    technical,
    personalDataConsent: consent.personalData,
    mailingConsent: consent.mailing,
    consentVersion: consent.textVersion,
  }
}

/** Tags that came with an event. */
function tagsOf(event: InboundEvent): { add: readonly string[] } {
  return { add: ('tags' in event ? event.tags : undefined) ?? [] }
}

/** Whether a conversation begins in working time, by the settings of this moment; null when nobody said what that is. */
async function workingTimeAt(
  tx: Tx,
  integrations: readonly IntegrationInForce[],
  channel: ChannelKind,
  { kind, startedAt }: ConversationState,
): Promise<boolean | null> {
  const passing = integrationOfChannel(integrations, channel.id, kind === 'request' ? 'requests' : 'chats')
  const { main } = (passing ?? integrations[0]!).settings
  if (!main.hasWorkHours) return null
  const timeZone = main.timeZone || (await loadWorkspace(tx)).timeZone
  return isWorkingTime(startedAt, main, timeZone) ?? null
}

/** Name under which a contact form that came before the first message waits; no network gives such a message id. */
const FORM_NOTE = 'trunkline:contact-form'

/** The consent given with this event, or with a form before the conversation began. */
async function consentOf(tx: Tx, a: Applying): Promise<Json | undefined> {
  if (a.event.kind === 'contact-shared' || a.event.kind === 'request-received')
    return a.event.consent && ({ ...a.event.consent, at: a.event.occurredAt } as unknown as Json)
  if (!a.applied.opens || !a.notes.has(FORM_NOTE)) return undefined
  const [note] = (await takeNotes(tx, a.channel.id, a.event.talk, [FORM_NOTE])) as { consent: Json }[]
  return note?.consent ?? undefined
}

async function saveMessageOf(
  tx: Tx,
  a: Applying,
  message: MessageState,
  at: { messageId: MessageId; conversationId: ConversationId; sequence: number; isNewMessage: boolean },
): Promise<void> {
  const { channel, event } = a
  const id = at.messageId
  if (at.isNewMessage) {
    const profile: ContactProfile | undefined = 'contact' in event ? event.contact : undefined
    const written = 'authorName' in event ? event.authorName : undefined
    const name = message.origin === 'contact' ? (written ?? profile?.name) : undefined
    await insertMessage(
      tx,
      messageRow(message, {
        id,
        conversationId: at.conversationId,
        sequence: at.sequence,
        receivedAt: new Date(a.stored.receivedAt),
        ...(name === undefined ? {} : { authorName: name }),
      }),
      { channelId: channel.id, talk: event.talk, externalIds: message.externalIds },
    )
    const noted = message.externalIds.filter((name) => a.notes.has(name))
    if (noted.length > 0) await takeNotes(tx, channel.id, event.talk, noted)
    await saveAttachments(tx, channel.id, event.talk, message, id, at.conversationId)
  } else await saveMessage(tx, id, messageChange(message))
  await appendRealtime(tx, 'cabinet', { kind: 'message', conversationId: at.conversationId, messageId: id })
  await appendRealtime(tx, talkTopic(channel.id, event.talk), { kind: 'message', messageId: id })
}

/** What the inbox shows of a message when it is the last one. */
function lastMessage(message: MessageState, messageId: MessageId): LastMessage {
  return {
    messageId,
    text: message.removedAt === null ? message.text : '',
    direction: message.direction,
    at: new Date(message.occurredAt),
    attachments: message.attachments.length,
  }
}

async function saveAttachments(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
  message: MessageState,
  messageId: MessageId,
  conversationId: ConversationId,
): Promise<void> {
  for (const [position, file] of message.attachments.entries()) {
    if ('attachmentId' in file.source) {
      await takeAttachments(tx, [file.source.attachmentId], {
        messageId,
        conversationId,
        uploadedBy: uploader(channelId, talk),
      })
      continue
    }
    const id = newId<Parameters<typeof insertAttachment>[1]['id']>()
    await insertAttachment(tx, {
      id,
      channelId,
      conversationId,
      messageId,
      position,
      kind: file.kind,
      name: file.name ?? '',
      mime: file.mime ?? 'application/octet-stream',
      sizeBytes: file.sizeBytes ?? 0,
      state: 'fetching',
      reference: file.source.reference,
      uploadedBy: 'network',
    })
    await putLanes(tx, [{ lane: MEDIA_LANE, key: id }])
  }
}

/** Who may give a file to a message of this talk: the talk itself, through one of our own doors. */
export function uploader(channelId: ChannelId, talk: string): string {
  return `talk:${channelId}:${talk}`
}

/** Topic of the realtime events of one talk, for the widget's stream. */
export function talkTopic(channelId: ChannelId, talk: string): string {
  return `talk:${channelId}:${talk}`
}
