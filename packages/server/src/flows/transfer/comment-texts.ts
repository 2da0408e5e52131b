import { createHash } from 'node:crypto'
import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { ConversationId } from '@trunkline/contracts/ids'
import { marker } from '@trunkline/domain/transfer/marker'
import { renderTranscript, type TranscriptMessage } from '@trunkline/domain/transfer/transcript'
import { attachmentsOf } from '../../store/attachments.ts'
import type { Tx } from '../../store/database.ts'
import { transcriptMessages } from '../../store/messages.ts'
import type { TransferWork } from './load-work.ts'

/** The transcript of a conversation as it should stand in each of its cards, part by part. */
export interface CommentTexts {
  readonly parts: readonly { readonly text: string; readonly hash: Buffer; readonly marker: string }[]
}

// Bitrix24 documents no limit for a timeline comment; its column is MySQL TEXT, 65,535 bytes, and Cyrillic takes two.
// Source: reference/bitrix24.md §4.7 names none; the number is ours, with room for BB codes.
const MAX_COMMENT_CHARS = 20_000

/** Addresses under which people open things, made by the composition root. */
export interface Links {
  readonly conversation: (id: ConversationId) => string
  readonly attachment: (id: string) => string
}

/** Renders the transcript from the messages as they are now. */
export async function commentTexts(tx: Tx, work: TransferWork, links: Links): Promise<CommentTexts> {
  const rows = await transcriptMessages(tx, work.conversation.id)
  const files = await attachmentsOf(
    tx,
    rows.filter((row) => row.hasFiles).map((row) => row.id),
  )
  // In a group the contact is the group, and each message is of one of its people.
  const { isGroup } = work.facts.conversation
  const messages = rows
    .filter((row) => row.direction !== 'system')
    .map((row): TranscriptMessage => {
      return {
        authorName:
          row.direction === 'inbound' && !(isGroup && row.authorName)
            ? (work.contactName ?? row.authorName ?? '')
            : (row.authorName ?? ''),
        text: row.removedAt === null ? row.text : '',
        occurredAt: row.occurredAt.toISOString(),
        editedAt: row.editedAt?.toISOString() ?? null,
        removedAt: row.removedAt?.toISOString() ?? null,
        attachments: files
          .filter((file) => file.messageId === row.id)
          .map((file) => ({ name: file.name, url: links.attachment(file.id) })),
      }
    })
  const parts = renderTranscript({
    conversationUrl: links.conversation(work.conversation.id),
    number: work.conversation.number,
    kind: work.conversation.kind,
    channelTitle: work.channelTitle,
    contactName: work.contactName ?? '',
    messages,
    timeZone: work.timeZone,
    locale: work.locale,
    maxChars: MAX_COMMENT_CHARS,
  })
  return {
    parts: parts.map((text, index) => ({
      text,
      hash: createHash('sha256').update(text).digest(),
      // Without our origin: an address that changed must not hide a comment written under the old one. The bracket
      // ends the link of the header, so that part 1 is not found inside part 10.
      marker: `${marker(`/${work.conversation.id}`, index + 1)}]`,
    })),
  }
}

/** The comment row of a card's part, if it was written. */
export function commentIn(work: TransferWork, card: EntityRef, part: number) {
  return work.comments.find((row) => row.type === card.type && row.id === card.id && row.part === part)
}
