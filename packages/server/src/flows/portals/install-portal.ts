import { HubError } from '@trunkline/contracts/errors'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import { type AppCredentials, type IssuedTokens, refresh, tokenOwner, whoIs } from '@trunkline/portal'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import type { Tx } from '../../store/database.ts'
import {
  insertPortal,
  isChosenPortal,
  loadPortal,
  lockPortalMember,
  markInstalled,
  type PortalRow,
  portalByMember,
  portalByOrigin,
  portalsByMember,
  saveApplicationToken,
  saveClient,
  saveRegion,
} from '../../store/portals.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { workspaceIds } from '../../store/workspaces.ts'
import { type ConnectDeps, notAdministrator } from './connect-portal.ts'
import { allowedRegion } from './portal-region.ts'
import { changePortalState } from './portal-state.ts'
import type { Frame } from './read-frame.ts'
import { forgetPortal } from './take-portal.ts'
import { APPLICATION_TOKEN_SEAL, CLIENT_SEAL, writeTokens } from './token-store.ts'

/** A portal that installed the application by itself. */
export interface InstalledPortal {
  readonly workspaceId: WorkspaceId
  readonly portalId: PortalId
  readonly origin: string
  /** Whether the integration works with it; if not, somebody has to choose it in the cabinet. */
  readonly isChosen: boolean
}

/** The entry that an installation belongs to, or the workspace that gets a new one. */
interface Place {
  readonly workspaceId: WorkspaceId
  readonly entry: PortalRow | undefined
}

/**
 * An administrator of a portal installed the application there (UIS-11): credentials appear without typing, or are merged
 * into the entry that is there already. Again is harmless, also with the very same post.
 *
 * 1. Nothing of the post is believed: the auth server says whose the token is, the portal says that it is an
 *    administrator's, and the new pair comes for the secret of our application only.
 * 2. The entry is the one with the same lasting id. Without one: a server of one company takes it; with several
 *    companies nobody can tell whose it is.
 * 3. The integration is never turned to it here: whoever installed it may be unknown to the company.
 * @throws HubError `portal/unproved`, `portal/not-admin`, `portal/other-region`, `portal/connect-first`, `portal/other-portal`, `portal/*` of an
 * address that cannot be asked.
 */
export async function installPortal(deps: ConnectDeps, post: Frame): Promise<InstalledPortal> {
  const { origin } = post
  const owner = await tokenOwner(deps.http, post).catch(unproved)
  const isTheirs =
    (owner.memberId === undefined || owner.memberId === post.memberId) &&
    (owner.clientEndpoint === undefined || new URL(owner.clientEndpoint).host === new URL(origin).host)
  if (!isTheirs) throw new HubError('portal/unproved')
  const clientEndpoint = owner.clientEndpoint ?? `${origin}/rest/`
  const person = await whoIs(deps.http, { accessToken: post.accessToken, clientEndpoint }).catch(unproved)
  if (!person.isAdmin) throw notAdministrator(person.name, origin)
  const region = await allowedRegion(deps, { accessToken: post.accessToken, clientEndpoint }).catch(unproved)

  const { workspaceId, entry } = await placeOf(deps, post.memberId, origin)
  const app = appOf(deps, entry, owner.clientId)
  let issued: IssuedTokens
  try {
    issued = await refresh(deps.http, app, post.refreshToken, post.serverNamed ?? '', deps.now().getTime())
  } catch (error) {
    // The pair of this very post is in use already: the page was loaded twice.
    if (!isSpent(error) || entry?.state !== 'connected' || entry.memberId !== post.memberId)
      return unproved(error)
    const isChosen = await deps.database.inWorkspace(workspaceId, (tx) => isChosenPortal(tx, entry.id))
    return { workspaceId, portalId: entry.id, origin, isChosen }
  }
  if (issued.memberId !== post.memberId || new URL(issued.clientEndpoint).host !== new URL(origin).host)
    throw new HubError('portal/unproved')
  return deps.database.inWorkspace(workspaceId, (tx) =>
    keep(deps, tx, { post, app, issued, region, installedBy: person.id }),
  )
}

async function placeOf(deps: ConnectDeps, memberId: string, origin: string): Promise<Place> {
  const known = await portalsByMember(deps.database, memberId)
  const [place] = known
  if (known.length > 1) throw new HubError('portal/connect-first')
  if (place !== undefined) {
    const entry = await deps.database.inWorkspace(place.workspaceId, (tx) => loadPortal(tx, place.portalId))
    return { workspaceId: place.workspaceId, entry }
  }
  // An address that somebody typed proves nothing, so it counts only where nobody else could have typed it.
  const [workspaceId, another] = await workspaceIds(deps.database)
  if (workspaceId === undefined || another !== undefined) throw new HubError('portal/connect-first')
  const entry = await deps.database.inWorkspace(workspaceId, (tx) => portalByOrigin(tx, origin))
  refuseAnother(entry, memberId)
  return { workspaceId, entry }
}

/** Our own application, or the local one that the entry was connected with. */
function appOf(
  deps: ConnectDeps,
  entry: PortalRow | undefined,
  clientId: string | undefined,
): AppCredentials {
  const ofEntry =
    entry === undefined
      ? undefined
      : {
          clientId: entry.clientId,
          clientSecret: deps.sealer.open<string>(CLIENT_SEAL, entry.clientSecret),
        }
  const candidates = [deps.app, ofEntry].filter((one) => one !== undefined)
  const app = clientId === undefined ? candidates[0] : candidates.find((one) => one.clientId === clientId)
  if (app === undefined) throw new HubError('portal/connect-first')
  return app
}

/** Writes everything down in one transaction; two installations at one moment wait for one another. */
async function keep(
  deps: ConnectDeps,
  tx: Tx,
  found: {
    post: Frame
    app: AppCredentials
    issued: IssuedTokens
    region: string | null
    installedBy: string
  },
): Promise<InstalledPortal> {
  const { post, app, issued } = found
  const origin = new URL(issued.clientEndpoint).origin
  await lockPortalMember(tx, post.memberId)
  const same = await portalByMember(tx, post.memberId)
  const atAddress = await portalByOrigin(tx, origin)
  refuseAnother(atAddress, post.memberId)
  // Begun from the cabinet under this address, while the portal is known under a former one.
  if (same !== undefined && atAddress !== undefined && atAddress.id !== same.id)
    await forgetPortal(tx, atAddress.id)
  const entry = same ?? atAddress
  const portalId = entry?.id ?? newId<PortalId>()
  const clientSecret = deps.sealer.seal(CLIENT_SEAL, app.clientSecret)
  if (entry === undefined)
    await insertPortal(tx, { id: portalId, name: null, origin, clientId: app.clientId, clientSecret })
  else await saveClient(tx, portalId, { clientId: app.clientId, clientSecret })
  await writeTokens(tx, deps.sealer, portalId, { ...app, ...issued })
  await saveRegion(tx, portalId, found.region)
  await saveApplicationToken(
    tx,
    portalId,
    post.applicationToken === undefined
      ? null
      : deps.sealer.seal(APPLICATION_TOKEN_SEAL, post.applicationToken),
  )
  await changePortalState(tx, portalId, 'connected', undefined)
  const isChosen = await isChosenPortal(tx, portalId)
  if (!isChosen) await markInstalled(tx, portalId)
  await insertAudit(tx, {
    id: newId(),
    actorUserId: null,
    actorName: null,
    action: 'portal-installed',
    subject: origin,
    details: { portalUserId: found.installedBy },
  })
  await appendRealtime(tx, 'cabinet', { kind: 'portal', portalId })
  return { workspaceId: tx.workspaceId as WorkspaceId, portalId, origin, isChosen }
}

/** At an address whose entry belongs to another portal nothing is merged: its cards are not this portal's. */
function refuseAnother(entry: PortalRow | undefined, memberId: string): void {
  if (entry !== undefined && entry.memberId !== null && entry.memberId !== memberId)
    throw new HubError('portal/other-portal')
}

function isSpent(error: unknown): boolean {
  return error instanceof HubError && error.code === 'portal/reauthorise'
}

/** A token that portal or auth server do not know proves nothing; that they are out of reach is another matter. */
export function unproved(error: unknown): never {
  const isRefusal =
    error instanceof HubError &&
    ['portal/reauthorise', 'portal/uninstalled', 'portal/refused', 'portal/insufficient-scope'].includes(
      error.code,
    )
  throw isRefusal ? new HubError('portal/unproved', { cause: error }) : error
}
