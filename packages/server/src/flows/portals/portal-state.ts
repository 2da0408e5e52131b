import type { PortalState } from '@trunkline/contracts/crm/facts'
import { ERRORS, type ErrorCode } from '@trunkline/contracts/errors'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import type { Text } from '@trunkline/contracts/locale'
import type { Database, Tx } from '../../store/database.ts'
import { putLanes } from '../../store/mailbox.ts'
import { savePortalState } from '../../store/portals.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { loadIntegrations } from '../../store/settings.ts'
import { heldContacts, unsettledContacts } from '../../store/transfers.ts'
import { TRANSFER_LANE, transferKey } from '../transfer/transfer-contact.ts'

/** The button that repairs each state. */
const REPAIRS: Readonly<Record<PortalState, string | null>> = {
  draft: 'authorise',
  authorising: 'authorise',
  connected: null,
  reauthorise: 'authorise',
  uninstalled: 'authorise',
  moved: 'check',
  'payment-required': 'check',
  unreachable: 'check',
  blocked: 'check',
}

/**
 * Moves a portal to a named state and tells whoever watches. Coming back to `connected` wakes everything that was held
 * for it, so that nothing waits for a message that may never come.
 */
export async function changePortalState(
  tx: Tx,
  portalId: PortalId,
  state: PortalState,
  code: string | undefined,
): Promise<void> {
  const changed = await savePortalState(tx, portalId, {
    state,
    reason: state === 'connected' ? null : reasonOf(code),
    action: REPAIRS[state],
  })
  if (!changed) return
  await appendRealtime(tx, 'cabinet', { kind: 'portal', portalId })
  const integrations = await loadIntegrations(tx)
  if (state === 'connected' && integrations.some((one) => one.portalId === portalId)) await wakeHeld(tx)
}

/** Wakes the transfer of every contact whose conversations are held, for these reasons; without any, whatever waits. */
export async function wakeHeld(tx: Tx, reasons?: readonly string[]): Promise<number> {
  let woken = 0
  for (const { id, portalId } of await loadIntegrations(tx)) {
    const contacts =
      reasons === undefined ? await unsettledContacts(tx, id) : await heldContacts(tx, id, reasons)
    await putLanes(
      tx,
      contacts.map((contactId) => ({
        lane: TRANSFER_LANE,
        key: transferKey(id, contactId),
        route: portalId,
      })),
    )
    woken += contacts.length
  }
  return woken
}

export async function saveState(
  database: Database,
  workspaceId: WorkspaceId,
  portalId: PortalId,
  state: PortalState,
  code: string | undefined,
): Promise<void> {
  await database.inWorkspace(workspaceId, (tx) => changePortalState(tx, portalId, state, code))
}

function reasonOf(code: string | undefined): Text | null {
  return code !== undefined && code in ERRORS ? ERRORS[code as ErrorCode].title : null
}
