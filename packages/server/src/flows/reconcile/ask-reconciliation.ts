import { HubError } from '@trunkline/contracts/errors'
import type { IntegrationId } from '@trunkline/contracts/ids'
import { text } from '@trunkline/contracts/locale'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import type { Database, Tx } from '../../store/database.ts'
import { putLanes } from '../../store/mailbox.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { insertRun } from '../../store/reconciliations.ts'
import { loadIntegration, loadIntegrations } from '../../store/settings.ts'
import { workspaceIds } from '../../store/workspaces.ts'

/** The lane in which the owner of a portal compares it. The key is the integration's id, the route the portal's. */
export const RECONCILE_LANE = 'reconcile'

/**
 * Asks for a comparison of what an integration wrote with what its portal has, for the node that owns the portal. While
 * one is open, asking again changes nothing.
 * @param by who pressed the button; null at night, which is not told in the audit.
 * @throws HubError `request/not-found`; `request/conflict` when the integration has no portal.
 */
export async function askReconciliation(
  tx: Tx,
  by: { readonly userId: string; readonly name: string } | null,
  integrationId?: IntegrationId,
): Promise<void> {
  const integration = await loadIntegration(tx, integrationId)
  if (integration.portalId === null)
    throw new HubError('request/conflict', {
      publicText: text(
        'Портал не выбран: сравнивать не с чем',
        'No portal is chosen: there is nothing to compare',
      ),
    })
  const { id, portalId } = integration
  const added = await insertRun(tx, { id: newId(), integrationId: id, portalId, askedBy: by })
  await putLanes(tx, [{ lane: RECONCILE_LANE, key: id, route: portalId }])
  if (!added) return
  await appendRealtime(tx, 'cabinet', { kind: 'reconciliation' })
  if (by === null) return
  await insertAudit(tx, {
    id: newId(),
    actorUserId: by.userId,
    actorName: by.name,
    action: 'reconciliation-asked',
    subject: '',
  })
}

/** Every night: every integration of every company that has a portal. */
export async function askReconciliations(database: Database): Promise<void> {
  for (const workspaceId of await workspaceIds(database)) {
    await database.inWorkspace(workspaceId, async (tx) => {
      for (const { id, portalId } of await loadIntegrations(tx))
        if (portalId !== null) await askReconciliation(tx, null, id)
    })
  }
}
