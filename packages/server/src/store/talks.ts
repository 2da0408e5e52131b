import type { AttachmentId, ChannelId, ContactId, ConversationId, MessageId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import type { Tx } from './database.ts'

/** One message of a talk, whichever of its conversations holds it. */
export interface TalkMessageRow {
  readonly id: MessageId
  readonly conversationId: ConversationId
  /** Place in the whole talk: grows over all its conversations. */
  readonly talkSequence: number
  readonly direction: 'inbound' | 'outbound'
  readonly origin: 'contact' | 'elsewhere' | 'hub' | 'system'
  readonly externalId: string | null
  readonly authorName: string | null
  readonly text: string
  readonly occurredAt: Date
  readonly editedAt: Date | null
  readonly removedAt: Date | null
  readonly delivery: string
  readonly replyToExternalId: string | null
  /** The contact's own message: somebody of the company has read or answered it. */
  readonly seen: boolean
  /** The conversation's state, for marks that stand for many messages. */
  readonly state: Json
}

// Conversations of a talk follow one another, so the messages of the earlier ones come first.
const TALK = `with talk as (
    select id, state, last_outbound_at,
      coalesce(sum(sequence) over (order by number rows between unbounded preceding and 1 preceding), 0)::int as before
    from conversations where channel_id = $1 and talk = $2
  ), shown as (
    select m.id, m.conversation_id as "conversationId", talk.before + m.sequence as "talkSequence", m.direction, m.origin,
      m.external_id as "externalId", m.author_name as "authorName", m.text, m.occurred_at as "occurredAt",
      m.edited_at as "editedAt", m.removed_at as "removedAt", m.delivery, m.reply_to_external_id as "replyToExternalId", talk.state,
      m.direction = 'inbound' and (talk.last_outbound_at >= m.occurred_at or exists (
        select from conversation_reads r where r.conversation_id = m.conversation_id and r.up_to >= m.sequence
      )) as seen
    from talk join messages m on m.conversation_id = talk.id
    where m.direction <> 'system' and m.delivery <> 'failed'
  )`

/** Messages after a place, oldest first. */
export function talkMessagesAfter(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
  after: number,
  limit: number,
): Promise<TalkMessageRow[]> {
  return tx.query({
    name: 'talk-messages-after',
    text: `${TALK} select * from shown where "talkSequence" > $3 order by "talkSequence" limit $4`,
    values: [channelId, talk, after, limit],
  })
}

/** The newest messages, oldest first. */
export function newestTalkMessages(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
  limit: number,
): Promise<TalkMessageRow[]> {
  return tx.query({
    name: 'talk-messages-newest',
    text: `${TALK} select * from (select * from shown order by "talkSequence" desc limit $3) newest order by "talkSequence"`,
    values: [channelId, talk, limit],
  })
}

/** Those of the given messages that belong to the talk. */
export function talkMessagesById(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
  ids: readonly string[],
): Promise<TalkMessageRow[]> {
  return tx.query({
    name: 'talk-messages-by-id',
    text: `${TALK} select * from shown where id = any($3::uuid[]) order by "talkSequence"`,
    values: [channelId, talk, ids],
  })
}

/** The newest message of ours up to a place: what a mark "all up to this one" is about. */
export async function newestOutboundUpTo(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
  upTo: number,
): Promise<MessageId | undefined> {
  const rows = await tx.query<{ id: MessageId }>({
    name: 'talk-newest-outbound',
    text: `${TALK} select id from shown where direction = 'outbound' and "talkSequence" <= $3
      order by "talkSequence" desc limit 1`,
    values: [channelId, talk, upTo],
  })
  return rows[0]?.id
}

/** A talk by what is newest in it; undefined when nothing was ever said. */
export async function latestConversationOf(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
): Promise<
  { id: ConversationId; contactId: ContactId; status: 'open' | 'closed'; sequence: number } | undefined
> {
  const rows = await tx.query<{
    id: ConversationId
    contactId: ContactId
    status: 'open' | 'closed'
    sequence: number
  }>({
    name: 'talk-latest-conversation',
    text: `select id, contact_id as "contactId", status, sequence from conversations
      where channel_id = $1 and talk = $2 order by started_at desc, number desc limit 1`,
    values: [channelId, talk],
  })
  return rows[0]
}

/** Messages of the conversation's talk that came before the conversation: added to a sequence of its own it is the talk's. */
export async function talkSequenceBefore(tx: Tx, conversationId: ConversationId): Promise<number> {
  const rows = await tx.query<{ before: number }>({
    name: 'talk-sequence-before',
    text: `select coalesce(sum(earlier.sequence), 0)::int as before
      from conversations c join conversations earlier
        on earlier.channel_id = c.channel_id and earlier.talk = c.talk and earlier.number < c.number
      where c.id = $1`,
    values: [conversationId],
  })
  return rows[0]?.before ?? 0
}

/** The talk in which the network calls a message by this name; when several do, the newest. */
export async function talkOfExternalMessage(
  tx: Tx,
  channelId: ChannelId,
  externalId: string,
): Promise<string | undefined> {
  const rows = await tx.query<{ talk: string }>({
    name: 'talk-of-external-message',
    text: `select talk from message_external_ids where channel_id = $1 and external_id = $2
      order by message_id desc limit 1`,
    values: [channelId, externalId],
  })
  return rows[0]?.talk
}

/** The talk that one of our own messages was written in, when it is of this channel. */
export async function talkOfOwnMessage(
  tx: Tx,
  channelId: ChannelId,
  id: MessageId,
): Promise<string | undefined> {
  const rows = await tx.query<{ talk: string }>({
    name: 'talk-of-own-message',
    text: `select c.talk from messages m join conversations c on c.id = m.conversation_id
      where m.id = $1 and m.direction = 'outbound' and c.channel_id = $2`,
    values: [id, channelId],
  })
  return rows[0]?.talk
}

/** An accepted event by the name of its delivery, with what was stored of it. */
export async function acceptedEvent(
  tx: Tx,
  channelId: ChannelId,
  eventKey: string,
): Promise<{ id: string; part: Json } | undefined> {
  const rows = await tx.query<{ id: string; part: Json }>({
    name: 'accepted-event',
    text: `select k.event_id as id, e.hook -> 'part' as part
      from inbound_keys k left join inbound_events e on e.workspace_id = k.workspace_id and e.id = k.event_id
      where k.channel_id = $1 and k.event_key = $2`,
    values: [channelId, eventKey],
  })
  return rows[0]
}

/** Whether anything is known of whoever talks here: a name, a phone or an address. */
export async function talkHasContactData(tx: Tx, identity: string): Promise<boolean> {
  const rows = await tx.query<{ known: boolean }>({
    name: 'talk-has-contact-data',
    text: `select exists (
        select from contact_identities i join contacts c on c.id = i.contact_id
        where i.kind = 'channel' and i.value = $1 and (c.name is not null or exists (
          select from contact_identities o where o.contact_id = c.id and o.kind <> 'channel'
        ))
      ) as known`,
    values: [identity],
  })
  return rows[0]?.known ?? false
}

/**
 * Whether a file may be given to whoever talks here: they sent it, or it stands in a message of the talk.
 * A file of another conversation of the same person is not theirs to see.
 */
export async function talkHoldsFile(
  tx: Tx,
  channelId: ChannelId,
  talk: string,
  id: AttachmentId,
  uploadedBy: string,
): Promise<boolean> {
  const rows = await tx.query<{ holds: boolean }>({
    name: 'talk-holds-file',
    text: `select exists (
        select from attachments a where a.id = $3 and (a.uploaded_by = $4 or exists (
          select from messages m join conversations c on c.id = m.conversation_id
          where m.id = a.message_id and c.channel_id = $1 and c.talk = $2 and m.removed_at is null and m.direction <> 'system'
        ))
      ) as holds`,
    values: [channelId, talk, id, uploadedBy],
  })
  return rows[0]?.holds ?? false
}

/** Whether somebody of the company is at work: has done anything in the last minutes. */
export async function anybodyOnline(tx: Tx, withinMs: number): Promise<boolean> {
  const rows = await tx.query<{ online: boolean }>({
    name: 'anybody-online',
    text: `select exists (select from members where last_seen_at > now() - $1 * interval '1 millisecond') as online`,
    values: [withinMs],
  })
  return rows[0]?.online ?? false
}

/** One of our own messages, with where it stands, for somebody who watches a whole channel. */
export interface ChannelMessageRow extends TalkMessageRow {
  readonly talk: string
  readonly receivedAt: Date
}

const OF_CHANNEL = `select m.id, m.conversation_id as "conversationId", c.talk, m.sequence + (
      select coalesce(sum(e.sequence), 0)::int from conversations e
      where e.channel_id = c.channel_id and e.talk = c.talk and e.number < c.number
    ) as "talkSequence", m.direction, m.origin, m.external_id as "externalId", m.author_name as "authorName", m.text,
    m.occurred_at as "occurredAt", m.received_at as "receivedAt", m.edited_at as "editedAt", m.removed_at as "removedAt",
    m.delivery, m.reply_to_external_id as "replyToExternalId", c.state, false as seen
  from messages m join conversations c on c.id = m.conversation_id
  where c.channel_id = $1 and m.direction = 'outbound' and m.delivery <> 'failed'`

/** Those of the messages that we sent through the channel. */
export function ownMessagesById(
  tx: Tx,
  channelId: ChannelId,
  ids: readonly string[],
): Promise<ChannelMessageRow[]> {
  return tx.query({
    name: 'channel-own-messages',
    text: `${OF_CHANNEL} and m.id = any($2::uuid[])`,
    values: [channelId, ids],
  })
}

/** What we sent through the channel since a time, oldest first, a page after a message. */
export function ownMessagesSince(
  tx: Tx,
  channelId: ChannelId,
  since: Date,
  afterId: string,
  limit: number,
): Promise<ChannelMessageRow[]> {
  return tx.query({
    name: 'channel-own-messages-since',
    text: `${OF_CHANNEL} and (m.received_at, m.id) > ($2::timestamptz, $3::uuid) order by m.received_at, m.id limit $4`,
    values: [channelId, since, afterId, limit],
  })
}

/** Whether a file went through the channel: uploaded to it, or part of a message of one of its conversations. */
export async function channelHoldsFile(tx: Tx, channelId: ChannelId, id: AttachmentId): Promise<boolean> {
  const rows = await tx.query<{ holds: boolean }>({
    name: 'channel-holds-file',
    text: `select exists (
        select from attachments a where a.id = $2 and (
          (a.channel_id = $1 and a.message_id is null) or exists (
            select from messages m join conversations c on c.id = m.conversation_id
            where m.id = a.message_id and c.channel_id = $1 and m.removed_at is null
          ))
      ) as holds`,
    values: [channelId, id],
  })
  return rows[0]?.holds ?? false
}
