import { HubError } from '@trunkline/contracts/errors'
import { ROLES, type Role } from '@trunkline/contracts/http/people'
import type { EmployeeLink, EmployeeLinks } from '@trunkline/contracts/http/portal-members'
import type { PortalId, UserId, WorkspaceId } from '@trunkline/contracts/ids'
import type { PortalUser } from '@trunkline/portal'
import { newId } from '../../ids.ts'
import type { Sealer } from '../../seal.ts'
import { insertAudit } from '../../store/audit.ts'
import type { Database, Tx } from '../../store/database.ts'
import { loadMembers } from '../../store/members.ts'
import {
  deletePortalMember,
  loadPortalMembers,
  portalMember,
  savePortalMember,
} from '../../store/portal-members.ts'
import { loadDirectory, loadPortal, loadPortals } from '../../store/portals.ts'
import type { Member, UserBook } from '../people/user-book.ts'
import { portalName } from '../views/portal-view.ts'
import type { FrameVisitor } from './open-frame.ts'

export interface LinkDeps {
  readonly database: Database
  readonly sealer: Sealer
  readonly users: UserBook
  readonly now: () => Date
}

/** Purpose of the ticket by which a frame says whom Bitrix24 vouched for. */
const TICKET = 'portal-link'
const TICKET_MS = 10 * 60_000

interface Ticket extends FrameVisitor {
  readonly until: number
}

/** A ticket for the pop-up in which the employee signs in, good for ten minutes. */
export function linkTicket(deps: Pick<LinkDeps, 'sealer' | 'now'>, visitor: FrameVisitor): string {
  return deps.sealer.sign(TICKET, { ...visitor, until: deps.now().getTime() + TICKET_MS } satisfies Ticket)
}

/** Whom a ticket is for. @throws HubError `portal/unproved` for one that is forged or too old. */
export function visitorOf(deps: Pick<LinkDeps, 'sealer' | 'now'>, ticket: string): FrameVisitor {
  const found = deps.sealer.unsign<Ticket>(TICKET, ticket)
  if (found === undefined || found.until < deps.now().getTime()) throw new HubError('portal/unproved')
  return found
}

/** Who would be linked to the member who asks. @throws HubError `portal/unproved`, `auth/forbidden` (another company). */
export async function offeredLink(
  deps: LinkDeps,
  actor: Member & { readonly workspaceId: WorkspaceId },
  ticket: string,
): Promise<{ readonly employee: string; readonly portal: string }> {
  const visitor = visitorOf(deps, ticket)
  if (visitor.workspaceId !== actor.workspaceId) throw new HubError('auth/forbidden')
  const row = await deps.database.inWorkspace(actor.workspaceId, (tx) => loadPortal(tx, visitor.portalId))
  if (row === undefined) throw new HubError('portal/unproved')
  return { employee: visitor.portalUserName, portal: portalName(row) }
}

/** Both sides are proved: the employee by the portal, the member by the session. */
export async function linkByProof(
  deps: LinkDeps,
  actor: Member & { readonly workspaceId: WorkspaceId },
  ticket: string,
): Promise<void> {
  await offeredLink(deps, actor, ticket)
  const visitor = visitorOf(deps, ticket)
  await deps.database.inWorkspace(actor.workspaceId, (tx) =>
    save(tx, actor, { ...visitor, userId: actor.userId, source: 'proved' }),
  )
}

/** The member whom the bearer of a ticket is linked to by now. */
export async function linkedMember(
  deps: Pick<LinkDeps, 'database' | 'sealer' | 'now'>,
  ticket: string,
): Promise<{ visitor: FrameVisitor; userId: UserId | undefined }> {
  const visitor = visitorOf(deps, ticket)
  const link = await deps.database.inWorkspace(visitor.workspaceId, (tx) =>
    portalMember(tx, visitor.portalId, visitor.portalUserId),
  )
  return { visitor, userId: link?.userId }
}

/** Links of the workspace, and employees that look like members who are not linked: same e-mail, or same name. */
export async function employeeLinks(deps: LinkDeps, workspaceId: WorkspaceId): Promise<EmployeeLinks> {
  return deps.database.inWorkspace(workspaceId, async (tx) => {
    const [members, links, portals] = [
      await loadMembers(tx),
      await loadPortalMembers(tx),
      await loadPortals(tx),
    ]
    const known = await deps.users.users(members.map(({ userId }) => userId))
    const names = new Map(portals.map((row) => [row.id, portalName(row)]))
    const suggestions: EmployeeLink[] = []
    for (const portal of portals) {
      const taken = new Set(links.filter((one) => one.portalId === portal.id).map((one) => one.portalUserId))
      const done = new Set(links.filter((one) => one.portalId === portal.id).map((one) => one.userId))
      const employees = (await loadDirectory<PortalUser>(tx, portal.id, 'user')).filter(
        (one) => one.active && !taken.has(one.id),
      )
      for (const { userId } of members) {
        const person = known.get(userId)
        if (person === undefined || done.has(userId)) continue
        const match =
          only(employees.filter((one) => same(one.email ?? '', person.email))) ??
          only(employees.filter((one) => same(one.name, person.name)))
        if (match !== undefined)
          suggestions.push({
            userId,
            portalId: portal.id,
            portalName: portalName(portal),
            portalUserId: match.id,
            portalUserName: match.name,
            source: same(match.email ?? '', person.email) ? 'email' : 'name',
          })
      }
    }
    return {
      links: links.map((one) => ({
        userId: one.userId,
        portalId: one.portalId,
        portalName: names.get(one.portalId) ?? '',
        portalUserId: one.portalUserId,
        portalUserName: one.portalUserName,
        source: one.source,
      })),
      suggestions,
    }
  })
}

/**
 * An administrator confirms a suggestion. Nobody gets in as somebody above the one who confirms.
 * @throws HubError `request/not-found` for what was not suggested, `auth/forbidden`.
 */
export async function confirmLink(
  deps: LinkDeps,
  workspaceId: WorkspaceId,
  actor: Member & { readonly role: Role },
  wanted: { userId: UserId; portalId: PortalId; portalUserId: string },
): Promise<void> {
  const { suggestions } = await employeeLinks(deps, workspaceId)
  const found = suggestions.find(
    (one) =>
      one.userId === wanted.userId &&
      one.portalId === wanted.portalId &&
      one.portalUserId === wanted.portalUserId,
  )
  if (found === undefined) throw new HubError('request/not-found')
  await deps.database.inWorkspace(workspaceId, async (tx) => {
    const member = (await loadMembers(tx)).find(({ userId }) => userId === wanted.userId)
    if (member === undefined) throw new HubError('request/not-found')
    if (ROLES.indexOf(member.role) < ROLES.indexOf(actor.role)) throw new HubError('auth/forbidden')
    await save(tx, actor, { ...wanted, portalUserName: found.portalUserName, source: 'confirmed' })
  })
}

/** Undoes a link: what the employee has open in frames ends at once. @throws HubError `request/not-found`. */
export async function undoLink(
  deps: Pick<LinkDeps, 'database'> & { readonly users: Pick<UserBook, 'endFrameSessions'> },
  workspaceId: WorkspaceId,
  actor: Member,
  link: { portalId: PortalId; portalUserId: string },
): Promise<void> {
  await deps.database.inWorkspace(workspaceId, async (tx) => {
    const removed = await deletePortalMember(tx, link.portalId, link.portalUserId)
    if (removed === undefined) throw new HubError('request/not-found')
    await insertAudit(tx, {
      id: newId(),
      actorUserId: actor.userId,
      actorName: actor.name,
      action: 'employee-unlinked',
      subject: removed.portalUserName,
    })
    // Before the commit: a link whose frames cannot be closed now stays, and so does the button.
    await deps.users.endFrameSessions(link.portalId, link.portalUserId)
  })
}

async function save(tx: Tx, actor: Member, link: Parameters<typeof savePortalMember>[1]): Promise<void> {
  await savePortalMember(tx, {
    portalId: link.portalId,
    portalUserId: link.portalUserId,
    portalUserName: link.portalUserName,
    userId: link.userId,
    source: link.source,
  })
  await insertAudit(tx, {
    id: newId(),
    actorUserId: actor.userId,
    actorName: actor.name,
    action: 'employee-linked',
    subject: link.portalUserName,
    details: { source: link.source },
  })
}

function same(left: string, right: string): boolean {
  const plain = (words: string) => words.trim().toLowerCase().replaceAll('ё', 'е').replace(/\s+/g, ' ')
  return plain(left) !== '' && plain(left) === plain(right)
}

/** Two who look alike are no suggestion. */
function only<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined
}
