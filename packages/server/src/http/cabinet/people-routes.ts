import { MemberRequest, MePatch, Role, SetupRequest } from '@trunkline/contracts/http/people'
import type { UserId } from '@trunkline/contracts/ids'
import { Type } from 'typebox'
import type { Auth } from '../../auth/create-auth.ts'
import { meView } from '../../flows/people/me.ts'
import { addMember, changeRole, listMembers, removeMember } from '../../flows/people/members.ts'
import { needsOwner, setUp } from '../../flows/people/set-up.ts'
import { auditView } from '../../flows/views/audit-view.ts'
import type { HttpContext } from '../context.ts'
import { authRequest, type CabinetDoor, whoOf } from './door.ts'

const UserPath = Type.Object({ userId: Type.String({ maxLength: 100 }) })
const AuditQuery = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Integer({ default: 50, minimum: 1, maximum: 200 }),
})

/** First visit, who am I, colleagues, audit. */
export function peopleRoutes(door: CabinetDoor, context: HttpContext, auth: Auth): void {
  const deps = { database: context.database, users: auth }

  door.get('/api/setup', { config: { allow: 'anybody' } }, async () => ({
    needsOwner: await needsOwner(context.database),
  }))
  door.post(
    '/api/setup',
    {
      config: {
        allow: 'anybody',
        rateLimit: { max: 20, timeWindow: '1 minute', keyGenerator: (request) => request.ip },
      },
      schema: { body: SetupRequest },
    },
    async (request, reply) => {
      const workspaceId = await setUp(deps, request.body)
      const { email, password, name, locale } = request.body
      for (const cookie of await auth.signIn(authRequest(request), email, password))
        void reply.header('set-cookie', cookie)
      const owner = (await listMembers(deps, workspaceId))[0]!
      return reply.code(201).send(
        await meView(context, {
          userId: owner.userId as UserId,
          name: name.trim(),
          email: owner.email,
          role: 'owner',
          locale,
          twoFactorEnabled: false,
          workspaceId,
        }),
      )
    },
  )

  door.get('/api/me', { config: { allow: 'operator' } }, async (request) => meView(context, whoOf(request)))
  door.patch('/api/me', { config: { allow: 'operator' }, schema: { body: MePatch } }, async (request) => {
    const { userId } = whoOf(request)
    const { name, locale } = request.body
    await auth.changeUser(userId, {
      ...(name === undefined ? {} : { name: name.trim() }),
      ...(locale === undefined ? {} : { locale }),
    })
    return meView(context, await auth.signedIn(authRequest(request)))
  })

  // Operators need names to hand conversations over.
  door.get('/api/members', { config: { allow: 'operator' } }, async (request) => ({
    data: await listMembers(deps, whoOf(request).workspaceId),
  }))
  door.post(
    '/api/members',
    { config: { allow: 'administrator' }, schema: { body: MemberRequest } },
    async (request, reply) => {
      const who = whoOf(request)
      return reply
        .code(201)
        .send(await addMember(deps, who.workspaceId, who, { ...request.body, locale: who.locale }))
    },
  )
  door.patch(
    '/api/members/:userId',
    { config: { allow: 'administrator' }, schema: { params: UserPath, body: Type.Object({ role: Role }) } },
    async (request) => {
      const who = whoOf(request)
      return changeRole(deps, who.workspaceId, who, request.params.userId as UserId, request.body.role)
    },
  )
  door.delete(
    '/api/members/:userId',
    { config: { allow: 'administrator' }, schema: { params: UserPath } },
    async (request, reply) => {
      const who = whoOf(request)
      await removeMember(deps, who.workspaceId, who, request.params.userId as UserId)
      return reply.code(204).send()
    },
  )

  door.get(
    '/api/audit',
    { config: { allow: 'administrator' }, schema: { querystring: AuditQuery } },
    async (request) =>
      context.database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        auditView(tx, { cursor: request.query.cursor, limit: request.query.limit }),
      ),
  )
}
