import { HubError } from '@trunkline/contracts/errors'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import { compareContact, findingKey } from '@trunkline/domain/reconcile/compare'
import { type Pump, readWritten } from '@trunkline/portal'
import type { Database } from '../../store/database.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { lookedAgain, type WantedFinding, wantedFindings } from '../../store/wanted-findings.ts'
import { markedFindings, questionOf, WINDOW_MS } from './run-reconciliation.ts'
import { writtenContacts } from './written-contacts.ts'

/**
 * Asks the portal once more about what somebody is about to repair. What is not so any more vanishes, so that a repair of
 * an old finding does nothing. May be done twice.
 * @throws HubError when the portal cannot be asked.
 */
export async function lookAgain(
  deps: { readonly database: Database; readonly pumpOf: (portalId: string) => Pump | undefined },
  workspaceId: WorkspaceId,
  portalId: PortalId,
): Promise<void> {
  const { database } = deps
  const wanted = await database.inWorkspace(workspaceId, (tx) => wantedFindings(tx, portalId))
  if (wanted.length === 0) return
  const pump = deps.pumpOf(portalId)
  if (pump === undefined) throw new HubError('portal/reauthorise')
  for (const row of wanted) {
    const stands = await isStill(database, pump, workspaceId, row)
    await database.inWorkspace(workspaceId, async (tx) => {
      await lookedAgain(tx, row.id, stands)
      if (!stands) await appendRealtime(tx, 'cabinet', { kind: 'reconciliation' })
    })
  }
}

async function isStill(
  database: Database,
  pump: Pump,
  workspaceId: WorkspaceId,
  row: WantedFinding,
): Promise<boolean> {
  const { finding } = row
  const key = findingKey(finding)
  if (finding.kind === 'card-stray') {
    const since = new Date(row.firstAt.getTime() - WINDOW_MS)
    const found = await markedFindings(database, pump, workspaceId, row, { since })
    return found.some((one) => findingKey(one) === key)
  }
  const written = () =>
    database.inWorkspace(workspaceId, (tx) => writtenContacts(tx, row, [finding.contactId]))
  const before = await written()
  const sight = await readWritten(pump, questionOf(before))
  // A conversation that was written meanwhile is judged by neither state alone: the repair itself asks whether it rests.
  return [...before, ...(await written())].some((one) =>
    compareContact(one, sight).some((found) => findingKey(found) === key),
  )
}
