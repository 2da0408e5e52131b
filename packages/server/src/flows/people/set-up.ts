import { HubError } from '@trunkline/contracts/errors'
import type { SetupRequest } from '@trunkline/contracts/http/people'
import type { IntegrationId, WorkspaceId } from '@trunkline/contracts/ids'
import { text } from '@trunkline/contracts/locale'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import type { Database } from '../../store/database.ts'
import { hasMembers, insertMember, lockSetup } from '../../store/members.ts'
import { insertIntegration } from '../../store/settings.ts'
import { insertWorkspace } from '../../store/workspaces.ts'
import type { UserBook } from './user-book.ts'

/** Whether nobody owns this server yet. */
export async function needsOwner(database: Database): Promise<boolean> {
  return !(await hasMembers(database))
}

/**
 * The first visit: makes the company, its integration and its owner, once in the life of a server.
 *
 * Whoever comes second waits for the first and is refused. A person left over from a visit that broke off half-way
 * belongs to nobody and is made anew.
 * @throws HubError `request/duplicate` once there is an owner.
 */
export async function setUp(
  deps: { readonly database: Database; readonly users: UserBook },
  request: SetupRequest,
): Promise<WorkspaceId> {
  if (!(await needsOwner(deps.database))) throw alreadySetUp()
  const workspaceId = newId<WorkspaceId>()
  await deps.database.inWorkspace(workspaceId, async (tx) => {
    await lockSetup(tx)
    if (await hasMembers(tx)) throw alreadySetUp()
    await deps.users.removeUserByEmail(request.email)
    const userId = await deps.users.createUser(request)
    await insertWorkspace(tx, { name: request.company.trim(), locale: request.locale })
    await insertIntegration(tx, newId<IntegrationId>())
    await insertMember(tx, { userId, role: 'owner' })
    await insertAudit(tx, {
      id: newId(),
      actorUserId: userId,
      actorName: request.name.trim(),
      action: 'workspace-created',
      subject: request.company.trim(),
    })
  })
  return workspaceId
}

function alreadySetUp(): HubError {
  return new HubError('request/duplicate', {
    publicText: text(
      'У этого сервера уже есть владелец: войдите',
      'This server has an owner already: sign in',
    ),
  })
}
