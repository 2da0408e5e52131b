import { EmployeeLinkRequest } from '@trunkline/contracts/http/portal-members'
import { IdString } from '@trunkline/contracts/http/shared'
import type { PortalId, UserId } from '@trunkline/contracts/ids'
import { Type } from 'typebox'
import type { Auth } from '../../auth/create-auth.ts'
import {
  confirmLink,
  employeeLinks,
  linkByProof,
  offeredLink,
  undoLink,
} from '../../flows/portals/link-employee.ts'
import type { HttpContext } from '../context.ts'
import { LINK_COOKIE } from '../portal/frame-routes.ts'
import { type CabinetDoor, whoOf } from './door.ts'

const LinkPath = Type.Object({ portalId: IdString, portalUserId: Type.String({ maxLength: 40 }) })

/** Which employee of a portal is which member: seen and undone by administrators, proved by the person in a pop-up. */
export function employeeLinkRoutes(door: CabinetDoor, context: HttpContext, auth: Auth): void {
  const deps = { database: context.database, sealer: context.sealer, users: auth, now: context.now }
  const administrator = { allow: 'administrator' } as const

  door.get('/api/employee-links', { config: administrator }, async (request) =>
    employeeLinks(deps, whoOf(request).workspaceId),
  )
  door.post(
    '/api/employee-links',
    { config: administrator, schema: { body: EmployeeLinkRequest } },
    async (request, reply) => {
      const who = whoOf(request)
      const { userId, portalId, portalUserId } = request.body
      await confirmLink(deps, who.workspaceId, who, {
        userId: userId as UserId,
        portalId: portalId as PortalId,
        portalUserId,
      })
      return reply.code(201).send(await employeeLinks(deps, who.workspaceId))
    },
  )
  door.delete(
    '/api/employee-links/:portalId/:portalUserId',
    { config: administrator, schema: { params: LinkPath } },
    async (request, reply) => {
      const who = whoOf(request)
      const { portalId, portalUserId } = request.params
      await undoLink(deps, who.workspaceId, who, { portalId: portalId as PortalId, portalUserId })
      return reply.code(204).send()
    },
  )

  door.get('/api/frame-link', { config: { allow: 'operator' } }, async (request) =>
    offeredLink(deps, whoOf(request), request.cookies[LINK_COOKIE] ?? ''),
  )
  door.post('/api/frame-link', { config: { allow: 'operator' } }, async (request, reply) => {
    await linkByProof(deps, whoOf(request), request.cookies[LINK_COOKIE] ?? '')
    return reply.clearCookie(LINK_COOKIE, { path: '/api/frame-link' }).code(204).send()
  })
}
