import { HubError } from '@trunkline/contracts/errors'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import type { Sealer } from '../../seal.ts'
import type { Database, Tx } from '../../store/database.ts'
import { loadPortal, type PortalRow } from '../../store/portals.ts'
import { changePortalState } from './portal-state.ts'
import { presentPump } from './present-pump.ts'
import type { PortalBook } from './serve-portals.ts'
import { syncDirectory } from './sync-directory.ts'
import { tokensOf, writeTokens } from './token-store.ts'

export interface RepairDeps {
  readonly database: Database
  readonly sealer: Sealer
  readonly portals: PortalBook
}

/**
 * Asks the portal whether we may still work in it, and gives it its state. A person asked, so tokens that were given up
 * are tried once more: the subscription may have been renewed.
 * @throws HubError `request/not-found`.
 */
export async function checkPortal(deps: RepairDeps, workspaceId: WorkspaceId, id: PortalId): Promise<void> {
  await askAgain(deps, workspaceId, id, { freshKeys: false })
}

/**
 * Gets new keys for the portal, whether or not the present ones still work (CHAT-21).
 * @throws HubError `request/not-found`, and what the portal says when it refuses.
 */
export async function refreshKeys(deps: RepairDeps, workspaceId: WorkspaceId, id: PortalId): Promise<void> {
  const problem = await askAgain(deps, workspaceId, id, { freshKeys: true })
  if (problem !== undefined) throw problem
}

/** Reads the portal's people, pipelines and stages anew. @throws HubError when it cannot be asked now. */
export async function refreshDirectory(
  deps: RepairDeps,
  workspaceId: WorkspaceId,
  id: PortalId,
): Promise<void> {
  await deps.database.inWorkspace(workspaceId, (tx) => present(tx, id))
  await syncDirectory(deps.database, await presentPump(deps.portals, id), workspaceId, id)
}

async function askAgain(
  deps: RepairDeps,
  workspaceId: WorkspaceId,
  id: PortalId,
  how: { freshKeys: boolean },
): Promise<HubError | undefined> {
  const { database, portals, sealer } = deps
  await database.inWorkspace(workspaceId, async (tx) => {
    const tokens = tokensOf(sealer, await present(tx, id))
    if (tokens === undefined || (tokens.deadCode === undefined && !how.freshKeys)) return
    const { deadCode: _, ...alive } = tokens
    await writeTokens(tx, sealer, id, how.freshKeys ? { ...alive, expiresAt: 0 } : alive)
  })
  portals.reconnected(id)
  try {
    const pump = await presentPump(portals, id)
    await pump.call({ method: 'profile' })
    await database.inWorkspace(workspaceId, (tx) => changePortalState(tx, id, 'connected', undefined))
    return undefined
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    await database.inWorkspace(workspaceId, (tx) => saveRefusal(tx, id, error))
    return error
  }
}

/** What a refusal means for the portal's state; one that says nothing about the connection changes nothing. */
async function saveRefusal(tx: Tx, id: PortalId, error: HubError): Promise<void> {
  switch (error.code) {
    case 'portal/uninstalled':
      return changePortalState(tx, id, 'uninstalled', error.code)
    case 'portal/payment-required':
      return changePortalState(tx, id, 'payment-required', error.code)
    case 'portal/blocked':
      return changePortalState(tx, id, 'blocked', error.code)
    case 'portal/unreachable':
    case 'portal/bad-certificate':
    case 'portal/private-address':
      return changePortalState(tx, id, 'unreachable', error.code)
    case 'portal/reauthorise': {
      const row = await present(tx, id)
      // A portal that was never connected stays on its way.
      if (row.tokens !== null) await changePortalState(tx, id, 'reauthorise', error.code)
    }
  }
}

async function present(tx: Tx, id: PortalId): Promise<PortalRow> {
  const row = await loadPortal(tx, id, 'lock')
  if (row === undefined) throw new HubError('request/not-found')
  return row
}
