import { HubError } from '@trunkline/contracts/errors'
import type { Member as MemberView, Role } from '@trunkline/contracts/http/people'
import type { UserId, WorkspaceId } from '@trunkline/contracts/ids'
import { type Locale, text } from '@trunkline/contracts/locale'
import { assign } from '@trunkline/domain/conversation/apply-outbound'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import { loadConversation, saveConversation } from '../../store/conversations.ts'
import type { Database, Tx } from '../../store/database.ts'
import { openConversationsOf } from '../../store/inbox.ts'
import {
  deleteMember,
  insertMember,
  loadMembers,
  lockMember,
  lockOwners,
  type MemberRow,
  saveRole,
} from '../../store/members.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { columnsOf, stateOf } from '../conversation-record.ts'
import type { KnownUser, Member, UserBook } from './user-book.ts'

export interface MemberDeps {
  readonly database: Database
  readonly users: UserBook
}

/** Who changes members, with the role they have now. */
export interface MemberActor extends Member {
  readonly role: Role
}

const RANK: Readonly<Record<Role, number>> = { operator: 0, administrator: 1, owner: 2 }

/** Everybody of the workspace. */
export async function listMembers(deps: MemberDeps, workspaceId: WorkspaceId): Promise<MemberView[]> {
  const rows = await deps.database.inWorkspace(workspaceId, loadMembers)
  const known = await deps.users.users(rows.map((row) => row.userId))
  return rows.flatMap((row) => {
    const user = known.get(row.userId)
    return user === undefined ? [] : [viewOf(row, user)]
  })
}

/** Lets a person in. Nobody gives a role above their own. @throws HubError `auth/forbidden`, `request/duplicate`. */
export async function addMember(
  deps: MemberDeps,
  workspaceId: WorkspaceId,
  actor: MemberActor,
  request: { name: string; email: string; role: Role; password: string; locale: Locale },
): Promise<MemberView> {
  refuseAbove(actor, request.role)
  const userId = await deps.users.createUser(request)
  try {
    await deps.database.inWorkspace(workspaceId, async (tx) => {
      await insertMember(tx, { userId, role: request.role })
      await audit(tx, actor, 'member-added', request.name, { role: request.role })
    })
  } catch (error) {
    await deps.users.removeUser(userId)
    throw error
  }
  return one(deps, workspaceId, userId)
}

/**
 * Gives a member another role. Roles of owners are an owner's business, and the last owner stays one.
 * @throws HubError `request/not-found`, `auth/forbidden`.
 */
export async function changeRole(
  deps: MemberDeps,
  workspaceId: WorkspaceId,
  actor: MemberActor,
  userId: UserId,
  role: Role,
): Promise<MemberView> {
  refuseAbove(actor, role)
  const name = (await deps.users.users([userId])).get(userId)?.name ?? ''
  await deps.database.inWorkspace(workspaceId, async (tx) => {
    const owners = await lockOwners(tx)
    const row = await present(tx, userId)
    refuseAbove(actor, row.role)
    if (row.role === role) return
    if (row.role === 'owner' && owners.length === 1)
      throw new HubError('auth/forbidden', {
        publicText: text('Последний владелец остаётся владельцем', 'The last owner stays the owner'),
      })
    await saveRole(tx, userId, role)
    await audit(tx, actor, 'member-changed', name, { from: row.role, to: role })
  })
  return one(deps, workspaceId, userId)
}

/**
 * Takes a person's access away: sessions end at once, open conversations become nobody's. Owners cannot be removed.
 * @throws HubError `request/not-found`, `auth/forbidden`.
 */
export async function removeMember(
  deps: MemberDeps,
  workspaceId: WorkspaceId,
  actor: MemberActor,
  userId: UserId,
): Promise<void> {
  const name = (await deps.users.users([userId])).get(userId)?.name ?? ''
  await deps.database.inWorkspace(workspaceId, async (tx) => {
    const row = await present(tx, userId)
    if (row.role === 'owner')
      throw new HubError('auth/forbidden', {
        publicText: text('Владельца нельзя удалить', 'An owner cannot be removed'),
      })
    await deleteMember(tx, userId)
    for (const id of await openConversationsOf(tx, userId)) {
      const conversation = await loadConversation(tx, id, 'lock')
      if (conversation === undefined) continue
      const { conversation: state } = assign(stateOf(conversation), null)
      await saveConversation(tx, id, columnsOf(state!, conversation, conversation.context))
      await appendRealtime(tx, 'cabinet', { kind: 'conversation', conversationId: id })
    }
    await audit(tx, actor, 'member-removed', name, {})
  })
  await deps.users.removeUser(userId)
}

async function one(deps: MemberDeps, workspaceId: WorkspaceId, userId: UserId): Promise<MemberView> {
  const member = (await listMembers(deps, workspaceId)).find((each) => each.userId === userId)
  if (member === undefined) throw new HubError('request/not-found')
  return member
}

async function present(tx: Tx, userId: UserId): Promise<MemberRow> {
  const row = await lockMember(tx, userId)
  if (row === undefined) throw new HubError('request/not-found')
  return row
}

function refuseAbove(actor: MemberActor, role: Role): void {
  if (RANK[role] > RANK[actor.role]) throw new HubError('auth/forbidden')
}

function viewOf(row: MemberRow, user: KnownUser): MemberView {
  return {
    userId: row.userId,
    name: user.name,
    email: user.email,
    role: row.role,
    twoFactorEnabled: user.twoFactorEnabled,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
  }
}

function audit(
  tx: Tx,
  actor: Member,
  action: string,
  subject: string,
  details: Record<string, unknown>,
): Promise<void> {
  return insertAudit(tx, {
    id: newId(),
    actorUserId: actor.userId,
    actorName: actor.name,
    action,
    subject,
    details,
  })
}
