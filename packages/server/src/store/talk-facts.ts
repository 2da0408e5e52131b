import type { ContactId, ConversationId } from '@trunkline/contracts/ids'
import type { Json } from '@trunkline/contracts/json'
import { type RawBuilder, sql } from 'kysely'
import type { Tx } from './database.ts'

/** What a decision looks at in the talk itself. */
export interface TalkFacts {
  /** Opening words of the contact; empty when there were none. */
  readonly openingText: string
  readonly contactWrote: boolean
  /** Who wrote the first message: of the contact or of ours; null while there is none. */
  readonly firstDirection: 'inbound' | 'outbound' | null
  /** When a person of the company first answered, and who. */
  readonly operatorJoinedAt: Date | null
  readonly operatorName: string | null
  /** Which conversation of this contact it is, from 1. */
  readonly ordinal: number
  /** Where the contact was, as far as we know the first time; null when no site chat ever saw it. */
  readonly firstVisit: { readonly at: Date; readonly context: Record<string, Json> } | null
}

/** Joins the first answer of a person of the company in a conversation, as `answer`: `occurred_at`, `author_name`. */
export function firstAnswer(conversationId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`left join lateral (select occurred_at, author_name from messages
    where conversation_id = ${conversationId} and direction = 'outbound' and origin in ('hub', 'elsewhere')
    order by occurred_at, sequence limit 1) answer on true`
}

/** Reads them in one statement; the conversation must exist. */
export async function talkFacts(
  tx: Tx,
  conversation: { readonly id: ConversationId; readonly contactId: ContactId },
): Promise<TalkFacts> {
  const { id, contactId } = conversation
  const { rows } = await sql<
    Omit<TalkFacts, 'firstVisit'> & { visitAt: Date | null; visitContext: Record<string, Json> | null }
  >`select
      coalesce((select text from messages where conversation_id = ${id} and direction = 'inbound' and text <> ''
        order by occurred_at, sequence limit 1), '') as "openingText",
      exists (select from messages where conversation_id = ${id} and direction = 'inbound') as "contactWrote",
      (select direction from messages where conversation_id = ${id} and direction <> 'system'
        order by occurred_at, sequence limit 1) as "firstDirection",
      answer.occurred_at as "operatorJoinedAt", answer.author_name as "operatorName",
      (select count(*)::int from conversations other where other.contact_id = ${contactId}
        and (other.started_at, other.id) <= (this.started_at, this.id)) as ordinal,
      visit.started_at as "visitAt", visit.context as "visitContext"
    from conversations this
      ${firstAnswer(sql`this.id`)}
      left join lateral (select started_at, context from conversations other
        where other.contact_id = ${contactId} and other.context ? 'pageUrl'
        order by other.started_at, other.id limit 1) visit on true
    where this.id = ${id}`.execute(tx.kysely)
  const { visitAt, visitContext, ...facts } = rows[0]!
  return {
    ...facts,
    firstVisit: visitAt === null || visitContext === null ? null : { at: visitAt, context: visitContext },
  }
}
