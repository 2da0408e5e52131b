import type { ContactId, IntegrationId, PortalId } from '@trunkline/contracts/ids'
import { text } from '@trunkline/contracts/locale'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import type { Tx } from '../../store/database.ts'
import { rerouteLane } from '../../store/lane-routes.ts'
import { putLanes } from '../../store/mailbox.ts'
import { deletePortalMembers } from '../../store/portal-members.ts'
import { deletePortal, type PortalRow } from '../../store/portals.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { endRun, openRun } from '../../store/reconciliations.ts'
import { choosePortal, type IntegrationRow, loadIntegrations } from '../../store/settings.ts'
import { unsettledContacts } from '../../store/transfers.ts'
import { RECONCILE_LANE } from '../reconcile/ask-reconciliation.ts'
import { noticeBrokenSettings } from '../settings/notice-broken-settings.ts'
import { TRANSFER_LANE, transferKey } from '../transfer/transfer-contact.ts'
import { PORTAL_LANE } from './portal-desk.ts'
import { wakeHeld } from './portal-state.ts'

/** An integration writes to this portal from now on: what waits goes there, what was held is looked at again. */
export async function takePortal(
  tx: Tx,
  actor: { readonly userId: string; readonly name: string | null },
  integration: IntegrationRow,
  portal: Pick<PortalRow, 'id' | 'name' | 'origin'>,
): Promise<void> {
  await endComparison(tx, integration.id)
  await choosePortal(tx, integration.id, portal.id)
  await rerouteLane(tx, TRANSFER_LANE, everyKeyOf(integration.id), portal.id)
  await insertAudit(tx, {
    id: newId(),
    actorUserId: actor.userId,
    actorName: actor.name,
    action: 'portal-chosen',
    subject: portal.name ?? portal.origin,
  })
  await wakeHeld(tx)
  await noticeBrokenSettings(tx)
  await appendRealtime(tx, 'cabinet', { kind: 'portal', portalId: portal.id })
}

/**
 * An integration has no portal any more. The portal may be away for good, so whichever node is free settles what waits
 * for it.
 */
export async function leavePortal(tx: Tx, integrationId: IntegrationId): Promise<void> {
  await endComparison(tx, integrationId)
  await rerouteLane(tx, TRANSFER_LANE, everyKeyOf(integrationId), null)
  await putLanes(
    tx,
    (await unsettledContacts(tx, integrationId)).map((contactId) => ({
      lane: TRANSFER_LANE,
      key: transferKey(integrationId, contactId),
      route: null,
    })),
  )
}

/** Takes an entry away, with its keys and with who of it is who here; whoever worked with it leaves it. */
export async function forgetPortal(tx: Tx, portalId: PortalId): Promise<void> {
  const left = (await loadIntegrations(tx)).filter((one) => one.portalId === portalId)
  await deletePortal(tx, portalId)
  await deletePortalMembers(tx, portalId)
  for (const { id } of left) await leavePortal(tx, id)
  // What was still asked of its owner is answered by whoever is free.
  await rerouteLane(tx, PORTAL_LANE, portalId, null)
  if (left.length > 0) await noticeBrokenSettings(tx)
  await appendRealtime(tx, 'cabinet', { kind: 'portal', portalId })
}

/** A comparison with the former portal says nothing about the present one. */
async function endComparison(tx: Tx, integrationId: IntegrationId): Promise<void> {
  const run = await openRun(tx, integrationId)
  await rerouteLane(tx, RECONCILE_LANE, integrationId, null)
  if (run === undefined) return
  await endRun(tx, run.id, {
    state: 'failed',
    error: text(
      'Сравнение прервано: интеграция больше не работает с этим порталом',
      'The comparison was broken off: the integration does not work with this portal any more',
    ),
  })
  await appendRealtime(tx, 'cabinet', { kind: 'reconciliation' })
}

function everyKeyOf(integrationId: IntegrationId): string {
  return transferKey(integrationId, '' as ContactId)
}
