import type { Database } from '@trunkline/server/store/database'

/**
 * Copies every conversation of the only company in a database, with its contact and messages, until there are `times` as
 * many. Ids are derived from the originals', numbers go on, waiting times differ by seconds.
 */
export async function multiplyConversations(database: Database, times: number): Promise<void> {
  const { rows } = await database.owner.query<{ id: string }>('select id from workspaces')
  if (rows.length !== 1) throw new Error(`one company was expected, ${rows.length} are there`)
  await database.inWorkspace(rows[0]!.id, async (tx) => {
    for (const text of [CONTACTS, CONVERSATIONS, MESSAGES])
      await tx.query({ text, values: [tx.workspaceId, times - 1] })
  })
  // What a server's own housekeeping would have done by the time a company has as many.
  await database.owner.query('analyze conversations, messages, contacts')
}

const COPIES = 'cross join generate_series(1, $2::int) as copy(n)'

const CONTACTS = `insert into contacts (workspace_id, id, name, created_at, updated_at)
  select o.workspace_id, md5(o.id::text || copy.n)::uuid, o.name || '-' || copy.n, o.created_at, o.updated_at
  from contacts o ${COPIES} where o.workspace_id = $1`

const CONVERSATIONS = `insert into conversations (workspace_id, id, number, channel_id, talk, contact_id, status, started_at,
    unanswered_since, last_inbound_at, sequence, revision, last_message, context, state, transfer, updated_at)
  select o.workspace_id, md5(o.id::text || copy.n)::uuid,
    (select max(number) from conversations where workspace_id = $1) + row_number() over (), o.channel_id,
    o.talk || '-' || copy.n, md5(o.contact_id::text || copy.n)::uuid, o.status, o.started_at,
    o.unanswered_since + copy.n * interval '1 second', o.last_inbound_at, o.sequence, o.revision, o.last_message,
    o.context, o.state, o.transfer, o.updated_at + copy.n * interval '1 second'
  from conversations o ${COPIES} where o.workspace_id = $1`

const MESSAGES = `insert into messages (workspace_id, id, conversation_id, sequence, direction, text, occurred_at, origin)
  select o.workspace_id, md5(o.id::text || copy.n)::uuid, md5(o.conversation_id::text || copy.n)::uuid, o.sequence,
    o.direction, o.text, o.occurred_at, o.origin
  from messages o ${COPIES} where o.workspace_id = $1`
