import { IdString } from '@trunkline/contracts/http/shared'
import type { InboundEventId } from '@trunkline/contracts/ids'
import { OUTCOMES, REASONS } from '@trunkline/contracts/outcome'
import { Type } from 'typebox'
import { retryEvent } from '../../flows/journal/retry.ts'
import { homeView } from '../../flows/views/home-view.ts'
import { journalEventView, journalPageView } from '../../flows/views/journal-view.ts'
import type { HttpContext } from '../context.ts'
import { type CabinetDoor, whoOf } from './door.ts'

const JournalQuery = Type.Object({
  outcome: Type.Optional(Type.Enum([...OUTCOMES])),
  reason: Type.Optional(Type.Enum([...REASONS])),
  channelId: Type.Optional(IdString),
  search: Type.String({ default: '', maxLength: 200 }),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Integer({ default: 50, minimum: 1, maximum: 200 }),
})
const EventPath = Type.Object({ eventId: IdString })

/** The first page, and the journal of everything that was accepted. */
export function journalRoutes(door: CabinetDoor, context: HttpContext): void {
  const { database } = context
  door.get('/api/home', { config: { allow: 'operator' } }, async (request) => {
    const { role, workspaceId } = whoOf(request)
    return database.inWorkspace(workspaceId, (tx) => homeView(tx, { setsUp: role !== 'operator' }))
  })
  door.get(
    '/api/journal',
    { config: { allow: 'operator' }, schema: { querystring: JournalQuery } },
    async (request) => {
      const { outcome, reason, channelId, search, cursor, limit } = request.query
      return database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        journalPageView(tx, { outcome, reason, channelId, search, cursor, limit }),
      )
    },
  )
  door.get(
    '/api/journal/:eventId',
    { config: { allow: 'operator' }, schema: { params: EventPath } },
    async (request) => {
      const { role, workspaceId } = whoOf(request)
      return database.inWorkspace(workspaceId, (tx) =>
        journalEventView(tx, request.params.eventId as InboundEventId, { showsRaw: role !== 'operator' }),
      )
    },
  )
  door.post(
    '/api/journal/:eventId/retry',
    { config: { allow: 'operator' }, schema: { params: EventPath } },
    async (request, reply) => {
      await database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        retryEvent(tx, request.params.eventId as InboundEventId),
      )
      return reply.code(202).send({})
    },
  )
}
