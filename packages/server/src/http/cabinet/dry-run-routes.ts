import { DryRunRequest, DryRunTracesRequest, IntegrationQuery } from '@trunkline/contracts/http/settings'
import type { DecisionId } from '@trunkline/contracts/ids'
import { dryRun, dryRunTraces } from '../../flows/settings/dry-run.ts'
import { sectionOf } from '../../flows/settings/settings-document.ts'
import type { HttpContext } from '../context.ts'
import { type CabinetDoor, whoOf } from './door.ts'
import { integrationOf, SectionPath, VALUE_BYTES } from './settings-routes.ts'

/** What changed settings would make of conversations that were decided before. */
export function dryRunRoutes(door: CabinetDoor, context: HttpContext): void {
  const { database } = context
  const administrator = { allow: 'administrator' } as const

  door.post(
    '/api/settings/:section/dry-run',
    {
      config: administrator,
      bodyLimit: VALUE_BYTES,
      schema: { params: SectionPath, querystring: IntegrationQuery, body: DryRunRequest },
    },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        dryRun(tx, sectionOf(request.params.section), request.body, integrationOf(request)),
      ),
  )
  door.post(
    '/api/settings/:section/dry-run/traces',
    {
      config: administrator,
      bodyLimit: VALUE_BYTES,
      schema: { params: SectionPath, querystring: IntegrationQuery, body: DryRunTracesRequest },
    },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        dryRunTraces(
          tx,
          sectionOf(request.params.section),
          {
            value: request.body.value,
            decisionId: request.body.decisionId as DecisionId,
          },
          integrationOf(request),
        ),
      ),
  )
}
