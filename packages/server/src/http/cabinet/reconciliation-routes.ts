import { RepairRequest } from '@trunkline/contracts/http/reconciliation'
import { IdString } from '@trunkline/contracts/http/shared'
import type { IntegrationId } from '@trunkline/contracts/ids'
import { Type } from 'typebox'
import { askReconciliation } from '../../flows/reconcile/ask-reconciliation.ts'
import { repairFinding, wantRepair } from '../../flows/reconcile/repair-finding.ts'
import { oneFindingView, reconciliationView } from '../../flows/views/reconciliation-view.ts'
import type { HttpContext } from '../context.ts'
import { type CabinetDoor, whoOf } from './door.ts'

const FindingPath = Type.Object({ id: IdString })
const WhichIntegration = Type.Object({ integration: Type.Optional(IdString) })

/** What we wrote compared with what the portal has: the latest comparison, another one now, and repairs. */
export function reconciliationRoutes(door: CabinetDoor, context: HttpContext): void {
  const { database } = context
  const administrator = { allow: 'administrator' } as const

  door.get(
    '/api/reconciliation',
    { config: administrator, schema: { querystring: WhichIntegration } },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        reconciliationView(tx, request.query.integration as IntegrationId | undefined),
      ),
  )
  door.post(
    '/api/reconciliation',
    { config: administrator, schema: { querystring: WhichIntegration } },
    async (request) => {
      const who = whoOf(request)
      const integrationId = request.query.integration as IntegrationId | undefined
      return database.inWorkspace(who.workspaceId, async (tx) => {
        await askReconciliation(tx, who, integrationId)
        return reconciliationView(tx, integrationId)
      })
    },
  )
  door.post(
    '/api/reconciliation/findings/:id',
    { config: administrator, schema: { params: FindingPath, body: RepairRequest } },
    async (request) => {
      const who = whoOf(request)
      const { id } = request.params
      // What was found some time ago may be otherwise by now; marking it as seen does no harm.
      if (request.body.repair !== 'seen') {
        const portalId = await database.inWorkspace(who.workspaceId, (tx) => wantRepair(tx, id))
        if (portalId !== undefined) await context.portalDesk.ask(who.workspaceId, portalId, 'look-again')
      }
      return database.inWorkspace(who.workspaceId, async (tx) => {
        await repairFinding(tx, id, request.body.repair, {
          userId: who.userId,
          name: who.name,
          now: context.now(),
        })
        return oneFindingView(tx, id)
      })
    },
  )
}
