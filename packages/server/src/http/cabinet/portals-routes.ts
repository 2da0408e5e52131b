import { PortalPatch, PortalRequest } from '@trunkline/contracts/http/portals'
import { IdString } from '@trunkline/contracts/http/shared'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import { Type } from 'typebox'
import type { Auth } from '../../auth/create-auth.ts'
import { type ChangeDeps, changePortal, removePortal } from '../../flows/portals/change-portal.ts'
import { startAuthorising, startConnecting } from '../../flows/portals/connect-portal.ts'
import { directoryView, onePortalView, portalViews } from '../../flows/views/portal-view.ts'
import type { HttpContext } from '../context.ts'
import { connectDeps } from '../portal/connect-deps.ts'
import { type CabinetDoor, whoOf } from './door.ts'

const PortalPath = Type.Object({ id: IdString })

/** Portals of the company: connect, repair, read anew, take away. */
export function portalsRoutes(door: CabinetDoor, context: HttpContext, auth: Auth): void {
  const { database } = context
  const administrator = { allow: 'administrator' } as const
  const changeDeps = (workspaceId: WorkspaceId): ChangeDeps => ({
    ...connectDeps(context),
    farewell: (id) => context.portalDesk.ask(workspaceId, id, 'farewell'),
  })
  const view = (workspaceId: string, id: PortalId) =>
    database.inWorkspace(workspaceId, (tx) => onePortalView(tx, id))

  door.get('/api/portals', { config: administrator }, async (request) => ({
    data: await database.inWorkspace(whoOf(request).workspaceId, portalViews),
  }))
  door.post(
    '/api/portals',
    { config: administrator, schema: { body: PortalRequest } },
    async (request, reply) => {
      const who = whoOf(request)
      const { portalId, authorizeUrl } = await startConnecting(
        connectDeps(context),
        who.workspaceId,
        who,
        request.body,
      )
      return reply.code(201).send({ portal: await view(who.workspaceId, portalId), authorizeUrl })
    },
  )
  door.get('/api/portals/:id', { config: administrator, schema: { params: PortalPath } }, async (request) =>
    view(whoOf(request).workspaceId, request.params.id as PortalId),
  )
  door.patch(
    '/api/portals/:id',
    { config: administrator, schema: { params: PortalPath, body: PortalPatch } },
    async (request) => {
      const who = whoOf(request)
      const id = request.params.id as PortalId
      await changePortal(changeDeps(who.workspaceId), who.workspaceId, who, id, request.body)
      await context.portalDesk.tell(who.workspaceId, id, 'reconnected')
      return view(who.workspaceId, id)
    },
  )
  door.delete(
    '/api/portals/:id',
    { config: administrator, schema: { params: PortalPath } },
    async (request, reply) => {
      const who = whoOf(request)
      const deps = { ...changeDeps(who.workspaceId), users: auth }
      await removePortal(deps, who.workspaceId, who, request.params.id as PortalId)
      await context.portals.refresh()
      return reply.code(204).send()
    },
  )
  door.post(
    '/api/portals/:id/authorise',
    { config: administrator, schema: { params: PortalPath } },
    async (request) => {
      const who = whoOf(request)
      const id = request.params.id as PortalId
      const authorizeUrl = await startAuthorising(connectDeps(context), who.workspaceId, who, id)
      return { portal: await view(who.workspaceId, id), authorizeUrl }
    },
  )
  door.post(
    '/api/portals/:id/check',
    { config: administrator, schema: { params: PortalPath } },
    async (request) => {
      const { workspaceId } = whoOf(request)
      const id = request.params.id as PortalId
      await context.portalDesk.ask(workspaceId, id, 'check')
      return view(workspaceId, id)
    },
  )
  door.post(
    '/api/portals/:id/refresh',
    { config: administrator, schema: { params: PortalPath } },
    async (request) => {
      const { workspaceId } = whoOf(request)
      const id = request.params.id as PortalId
      await context.portalDesk.ask(workspaceId, id, 'refresh-keys')
      return view(workspaceId, id)
    },
  )
  door.get(
    '/api/portals/:id/directory',
    { config: administrator, schema: { params: PortalPath } },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        directoryView(tx, request.params.id as PortalId),
      ),
  )
  door.post(
    '/api/portals/:id/sync',
    { config: administrator, schema: { params: PortalPath } },
    async (request) => {
      const { workspaceId } = whoOf(request)
      const id = request.params.id as PortalId
      await context.portalDesk.ask(workspaceId, id, 'sync')
      return database.inWorkspace(workspaceId, (tx) => directoryView(tx, id))
    },
  )
}
