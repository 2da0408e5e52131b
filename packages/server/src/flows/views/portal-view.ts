import type { PortalState } from '@trunkline/contracts/crm/facts'
import { HubError } from '@trunkline/contracts/errors'
import type { Health } from '@trunkline/contracts/http/channels'
import type { Portal, PortalDirectory } from '@trunkline/contracts/http/portals'
import type { PortalId } from '@trunkline/contracts/ids'
import { NEEDED_SCOPES, type PortalPipeline, type PortalUser } from '@trunkline/portal'
import type { Static } from 'typebox'
import type { Tx } from '../../store/database.ts'
import { directoryChanges, directoryCounts } from '../../store/directory-changes.ts'
import { waitingByPortal } from '../../store/home.ts'
import { loadDirectory, loadPortal, loadPortals, type PortalRow } from '../../store/portals.ts'

/** Each state of a portal as one of the five that people are shown. */
const SHOWN: Readonly<Record<PortalState, string>> = {
  draft: 'connecting',
  authorising: 'connecting',
  connected: 'connected',
  reauthorise: 'needs-attention',
  uninstalled: 'needs-attention',
  moved: 'needs-attention',
  'payment-required': 'needs-attention',
  unreachable: 'unstable',
  blocked: 'needs-attention',
}

export async function portalViews(tx: Tx): Promise<Portal[]> {
  const waiting = await waitingByPortal(tx)
  return (await loadPortals(tx)).map((row) => portalView(row, waiting))
}

/** @throws HubError `request/not-found`. */
export async function onePortalView(tx: Tx, id: PortalId): Promise<Portal> {
  const row = await loadPortal(tx, id)
  if (row === undefined) throw new HubError('request/not-found')
  return portalView(row, await waitingByPortal(tx))
}

export function portalHealth(row: PortalRow): Static<typeof Health> {
  return {
    state: SHOWN[row.state],
    reason: row.stateReason === null ? null : { ...row.stateReason },
    since: row.stateSince.toISOString(),
    action: row.stateAction ?? (SHOWN[row.state] === 'connecting' ? 'authorise' : null),
  }
}

export function portalName(row: PortalRow): string {
  return row.name ?? new URL(row.origin).host
}

/** Readings of the directory whose changes are shown. */
const CHANGES_SHOWN = 20

/** What settings may choose from. @throws HubError `request/not-found`. */
export async function directoryView(tx: Tx, id: PortalId): Promise<PortalDirectory> {
  const row = await loadPortal(tx, id)
  if (row === undefined) throw new HubError('request/not-found')
  const users = await loadDirectory<PortalUser>(tx, id, 'user')
  const pipelines = await loadDirectory<PortalPipeline>(tx, id, 'pipeline')
  return {
    syncedAt: row.syncedAt?.toISOString() ?? null,
    counts: await directoryCounts(tx, id),
    changes: (await directoryChanges(tx, id, CHANGES_SHOWN)).map(({ at, changes }) => ({
      at: at.toISOString(),
      rows: changes,
    })),
    users: users.map((user) => ({
      id: user.id,
      name: user.name,
      active: user.active,
      surname: user.hasSurname,
    })),
    pipelines: pipelines.map((pipeline) => ({
      entity: pipeline.entity,
      id: pipeline.id,
      name: pipeline.name,
      stages: pipeline.stages.map(({ id: stageId, name, semantics }) => ({ id: stageId, name, semantics })),
    })),
  }
}

function portalView(row: PortalRow, waiting: ReadonlyMap<PortalId, number>): Portal {
  return {
    id: row.id,
    name: portalName(row),
    origin: row.origin,
    health: portalHealth(row),
    crmMode: row.crmMode,
    region: row.region,
    actingUser: row.actingUser === null ? null : { ...row.actingUser },
    scopes: {
      needed: [...NEEDED_SCOPES],
      // The wider scope covers the needed one, so that one counts as granted too.
      granted: [...new Set([...row.scopes, ...(row.scopes.includes('user') ? ['user_basic'] : [])])],
    },
    tokenExpiresAt: row.tokens === null ? null : (row.tokenExpiresAt?.toISOString() ?? null),
    syncedAt: row.syncedAt?.toISOString() ?? null,
    queue: { waiting: waiting.get(row.id) ?? 0, pausedUntil: futureOrNull(row.pausedUntil) },
    createdAt: row.createdAt.toISOString(),
    installedAt: row.installedAt?.toISOString() ?? null,
  }
}

function futureOrNull(at: Date | null): string | null {
  return at === null || at.getTime() <= Date.now() ? null : at.toISOString()
}
