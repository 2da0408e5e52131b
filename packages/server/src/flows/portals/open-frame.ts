import { HubError } from '@trunkline/contracts/errors'
import type { PortalId, UserId, WorkspaceId } from '@trunkline/contracts/ids'
import { isGenuine, tokenOwner, whoIs } from '@trunkline/portal'
import type { Tx } from '../../store/database.ts'
import { framingOrigins, portalMember, touchPortalMember } from '../../store/portal-members.ts'
import { isChosenPortal, loadPortal, type PortalRow, portalsByMember } from '../../store/portals.ts'
import type { ConnectDeps } from './connect-portal.ts'
import { unproved } from './install-portal.ts'
import type { Frame } from './read-frame.ts'
import { APPLICATION_TOKEN_SEAL } from './token-store.ts'

/** An employee of a connected portal, vouched for by that portal. */
export interface FrameVisitor {
  readonly workspaceId: WorkspaceId
  readonly portalId: PortalId
  readonly portalUserId: string
  readonly portalUserName: string
}

/** Who sits before a frame, and as whom they are signed in there. */
export interface OpenedFrame {
  readonly visitor: FrameVisitor
  /** The member that the employee is linked to. */
  readonly userId: UserId | undefined
  /** Whether the integration works with this portal. */
  readonly isChosen: boolean
}

/**
 * Bitrix24 opened the application for an employee. The post is no sign-in by itself: the auth server says whose the token
 * is and that it is our application's, the portal says who the employee is.
 * @throws HubError `portal/unproved`, `portal/connect-first` (nobody here works with that portal), `portal/*` of a portal
 * that does not answer.
 */
export async function openFrame(deps: ConnectDeps, frame: Frame): Promise<OpenedFrame> {
  const owner = await tokenOwner(deps.http, frame).catch(unproved)
  if (owner.memberId !== undefined && owner.memberId !== frame.memberId) throw new HubError('portal/unproved')
  const places = await portalsByMember(deps.database, frame.memberId)
  const rows: { workspaceId: WorkspaceId; row: PortalRow }[] = []
  for (const { workspaceId, portalId } of places) {
    const row = await deps.database.inWorkspace(workspaceId, (tx) => loadPortal(tx, portalId))
    if (row?.state === 'connected') rows.push({ workspaceId, row })
  }
  if (rows.length === 0) throw new HubError('portal/connect-first')
  const ours = rows.filter(({ row }) => isOurs(deps, frame, row, owner.clientId))
  // The address that the auth server tells, or the known one; never the one of the post.
  const clientEndpoint = owner.clientEndpoint ?? ours[0]?.row.clientEndpoint
  if (ours.length === 0 || !clientEndpoint || new URL(clientEndpoint).host !== new URL(frame.origin).host)
    throw new HubError('portal/unproved')
  const person = await whoIs(deps.http, { accessToken: frame.accessToken, clientEndpoint }).catch(unproved)
  if (person.id === '') throw new HubError('portal/unproved')
  const opened: OpenedFrame[] = []
  for (const { workspaceId, row } of ours) {
    opened.push(
      await deps.database.inWorkspace(workspaceId, async (tx) => {
        const link = await portalMember(tx, row.id, person.id)
        if (link !== undefined) await touchPortalMember(tx, row.id, person.id)
        return {
          visitor: { workspaceId, portalId: row.id, portalUserId: person.id, portalUserName: person.name },
          userId: link?.userId,
          isChosen: await isChosenPortal(tx, row.id),
        }
      }),
    )
  }
  // Two companies may share a portal: the one that knows the employee comes first.
  return opened.find(({ userId }) => userId !== undefined) ?? opened[0]!
}

/** Origins that may frame the cabinet of a workspace. */
export function framingPortals(tx: Tx): Promise<string[]> {
  return framingOrigins(tx)
}

/** The token must be our application's: any other application of the portal has tokens of its employees too. */
function isOurs(deps: ConnectDeps, frame: Frame, row: PortalRow, clientId: string | undefined): boolean {
  const isProvedByToken =
    row.applicationToken !== null &&
    isGenuine(frame, deps.sealer.open<string>(APPLICATION_TOKEN_SEAL, row.applicationToken))
  if (clientId === undefined) return isProvedByToken
  return clientId === row.clientId && (row.applicationToken === null || isProvedByToken)
}
