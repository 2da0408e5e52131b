import type { AttachmentKind } from '@trunkline/contracts/channel/capabilities'
import { REQUEST_TALK } from '@trunkline/contracts/channel/inbound-event'
import { TEST_SITE } from '@trunkline/contracts/channel/trial-visit'
import { HubError } from '@trunkline/contracts/errors'
import type {
  Conversation,
  OfflineRequest,
  ConversationRow as RowView,
} from '@trunkline/contracts/http/conversations'
import type { ContactId, ConversationId, UserId, WorkspaceId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import { type Locale, type Text, text } from '@trunkline/contracts/locale'
import { writeRefusal } from '@trunkline/domain/conversation/apply-outbound'
import { type ChannelRow, loadChannel } from '../../store/channels.ts'
import { identitiesOf, loadContact } from '../../store/contacts.ts'
import { type ConversationRow, loadConversation } from '../../store/conversations.ts'
import type { Database, Tx } from '../../store/database.ts'
import {
  consentOfContact,
  conversationsOfContact,
  type InboxQuery,
  type InboxRow,
  inboxCounts,
  inboxPage,
  inboxRow,
} from '../../store/inbox.ts'
import { loadRequest, type RequestRow } from '../../store/requests.ts'
import { adapterOf } from '../channel-account.ts'
import { stateOf } from '../conversation-record.ts'
import type { KnownUser, UserBook } from '../people/user-book.ts'
import { crmLinksOfConversations } from './crm-link.ts'

export interface InboxViewDeps {
  readonly database: Database
  readonly users: UserBook
}

/** One page of the inbox as one employee sees it. */
export async function conversationPage(
  deps: InboxViewDeps,
  workspaceId: WorkspaceId,
  query: InboxQuery,
): Promise<{ data: RowView[]; nextCursor: string | null }> {
  const page = await deps.database.inWorkspace(workspaceId, (tx) => inboxPage(tx, query))
  const people = await peopleOf(deps, page.rows)
  return { data: page.rows.map((row) => rowView(row, people)), nextCursor: page.nextCursor }
}

/** One conversation with its contact and what may be done with it. @throws HubError `request/not-found`. */
export async function conversationView(
  deps: InboxViewDeps,
  workspaceId: WorkspaceId,
  id: ConversationId,
  viewer: { readonly userId: UserId; readonly locale: Locale },
): Promise<Conversation> {
  const { row, request, rest } = await deps.database.inWorkspace(workspaceId, async (tx) => {
    const found = await inboxRow(tx, id, viewer.userId)
    const conversation = await loadConversation(tx, id)
    if (found === undefined || conversation === undefined) throw new HubError('request/not-found')
    const channel = await loadChannel(tx, conversation.channelId)
    return {
      row: found,
      request: found.kind === 'request' ? await loadRequest(tx, id) : undefined,
      rest: {
        can: abilities(conversation, channel, viewer.locale),
        tags: [...conversation.tags],
        consent: consentView(found.context['consent'] ?? (await consentOfContact(tx, found.contactId))),
        contactCard: await contactCard(tx, found, id),
      },
    }
  })
  const people = await peopleOf(deps, [row], request)
  return {
    ...rowView(row, people),
    startedAt: row.startedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    closeReason: row.closeReason,
    closedBy: row.closedBy === null ? null : (people.get(row.closedBy)?.name ?? null),
    context: row.context,
    ...startPayload(row.context),
    request: request === undefined ? null : requestView(request, people),
    ...rest,
  }
}

const NO_CHANNEL = text('Канал удалён', 'The channel was deleted')
const CHANNEL_OFF = text('Канал отключён', 'The channel is switched off')
const REFUSALS: Readonly<Record<NonNullable<ReturnType<typeof writeRefusal>>, Text>> = {
  'is-a-request': text(
    'Это заявка, а не чат: человек оставил форму и ушёл. Свяжитесь с ним по телефону или почте и отметьте, что сделано.',
    'This is a request, not a chat: the person left a form and went away. Call or e-mail them, and mark what was done.',
  ),
  'conversation-closed': text('Разговор закрыт', 'The conversation is closed'),
  'contact-blocked-us': text('Клиент запретил писать ему', 'The contact has blocked us'),
}

/** What the channel can do at this moment; the composer asks this and never which channel it is. */
function abilities(
  conversation: ConversationRow,
  channel: ChannelRow | undefined,
  locale: Locale,
): Conversation['can'] {
  if (channel === undefined)
    return {
      write: false,
      writeReason: NO_CHANNEL[locale],
      attach: [],
      maxTextChars: 0,
      maxFileBytes: 0,
      typing: false,
    }
  const { can } = adapterOf(channel.type)
  const refusal = writeRefusal(stateOf(conversation))
  const why = refusal !== null ? REFUSALS[refusal] : channel.state === 'off' ? CHANNEL_OFF : null
  const media = Object.entries(can.media).filter(([, kind]) => kind.out) as [
    AttachmentKind,
    { maxOutBytes: number },
  ][]
  return {
    write: why === null,
    writeReason: why === null ? null : why[locale],
    attach: media.map(([kind]) => kind),
    // A channel that splits long texts takes any length the API does.
    maxTextChars: can.text.split ? 100_000 : can.text.maxChars,
    maxFileBytes: Math.max(0, ...media.map(([, { maxOutBytes }]) => maxOutBytes)),
    typing: can.typing.operator,
  }
}

/** A bot's link may carry a word of ours that says where the person came from. */
function startPayload(context: InboxRow['context']): { startPayload?: string } {
  const start = extraOf(context, 'start')
  return start === undefined ? {} : { startPayload: start }
}

/** A word that the visit brought along; undefined when it brought none. */
function extraOf(context: InboxRow['context'], name: string): string | undefined {
  const extra = context['extra']
  const word = typeof extra === 'object' && extra !== null && !Array.isArray(extra) ? extra[name] : undefined
  return typeof word === 'string' && word !== '' ? word : undefined
}

/** What was agreed to, from what was kept with a conversation; earlier ones were kept without time and wording. */
function consentView(kept: Json | undefined): Conversation['consent'] {
  if (kept === undefined || kept === null || typeof kept !== 'object' || Array.isArray(kept)) return null
  const words = (value: Json | undefined) => (typeof value === 'string' ? value : '')
  const { personalData, mailing, at, textVersion } = kept
  const texts = kept['texts']
  const of = texts !== null && typeof texts === 'object' && !Array.isArray(texts) ? texts : {}
  return {
    personalData: personalData === true,
    mailing: mailing === true,
    at: words(at) || null,
    version: words(textVersion),
    text: words(of['personalData']),
    mailingText: words(of['mailing']),
    policyUrl: words(of['policyUrl']) || null,
  }
}

async function contactCard(tx: Tx, row: InboxRow, id: ConversationId): Promise<Conversation['contactCard']> {
  const contactId: ContactId = row.contactId
  const identities = await identitiesOf(tx, contactId)
  const contact = await loadContact(tx, contactId)
  const values = (kind: string) => identities.filter((one) => one.kind === kind).map((one) => one.value)
  const others = await conversationsOfContact(tx, contactId)
  return {
    id: contactId,
    name: contact?.name ?? '',
    phones: values('phone'),
    emails: values('email'),
    // The value of a channel identity begins with our own id of the channel, which says nothing to people.
    identities: identities
      .map(({ kind, value, vouched }) => ({
        kind,
        value: kind === 'channel' ? value.slice(value.indexOf(':') + 1) : value,
        vouched,
      }))
      // Whoever only left a form is known in the channel by that form alone, which says nothing either.
      .filter(({ kind, value }) => kind !== 'channel' || !value.startsWith(REQUEST_TALK)),
    otherConversations: others
      .filter((other) => other.id !== id)
      .map(({ at, ...other }) => ({ ...other, at: at.toISOString() })),
    crm: [...((await crmLinksOfConversations(tx, [id])).get(id) ?? [])],
  }
}

function rowView(row: InboxRow, people: ReadonlyMap<UserId, KnownUser>): RowView {
  return {
    id: row.id,
    number: row.number,
    kind: row.kind,
    requestStatus: row.requestStatus,
    isTest: extraOf(row.context, TEST_SITE) !== undefined,
    channel: { id: row.channelId, type: row.channelType, title: row.channelTitle },
    contact: { id: row.contactId, name: row.contactName ?? `№ ${row.number}` },
    status: row.status,
    assignee:
      row.assigneeUserId === null
        ? null
        : { userId: row.assigneeUserId, name: people.get(row.assigneeUserId)?.name ?? row.assigneeUserId },
    unansweredSince: row.unansweredSince?.toISOString() ?? null,
    unread: row.unread,
    lastMessage:
      row.lastMessage === null
        ? null
        : {
            text: row.lastMessage.text,
            direction: row.lastMessage.direction,
            at: row.lastMessage.at,
            attachments: row.lastMessage.attachments,
          },
    transfer: row.transfer,
    updatedAt: row.updatedAt.toISOString(),
  }
}

function requestView(
  { conversationId: _, ...row }: RequestRow,
  people: ReadonlyMap<UserId, KnownUser>,
): OfflineRequest {
  const nameOf = (id: UserId | null) => (id === null ? null : (people.get(id)?.name ?? id))
  return {
    ...row,
    fields: [...row.fields],
    statusAt: row.statusAt?.toISOString() ?? null,
    statusBy: nameOf(row.statusBy),
    commentAt: row.commentAt?.toISOString() ?? null,
    commentBy: nameOf(row.commentBy),
  }
}

async function peopleOf(
  deps: InboxViewDeps,
  rows: readonly InboxRow[],
  request?: RequestRow,
): Promise<ReadonlyMap<UserId, KnownUser>> {
  const ids = [
    ...rows.flatMap((row) => [row.assigneeUserId, row.closedBy]),
    request?.statusBy ?? null,
    request?.commentBy ?? null,
  ].filter((id): id is UserId => id !== null)
  return deps.users.users([...new Set(ids)])
}

/** The numbers above the list. */
export function inboxNumbers(tx: Tx, userId: UserId): ReturnType<typeof inboxCounts> {
  return inboxCounts(tx, userId)
}
