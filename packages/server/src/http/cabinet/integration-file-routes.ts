import {
  IntegrationFileApply,
  IntegrationFilePlan,
  IntegrationQuery,
} from '@trunkline/contracts/http/settings'
import {
  applyIntegration,
  exportIntegration,
  planIntegration,
} from '../../flows/settings/integration-file.ts'
import type { HttpContext } from '../context.ts'
import { type CabinetDoor, whoOf } from './door.ts'
import { integrationOf, VALUE_BYTES } from './settings-routes.ts'

/** The integration as one file: out, what it would change, in. */
export function integrationFileRoutes(door: CabinetDoor, context: HttpContext): void {
  const { database } = context
  const administrator = { allow: 'administrator' } as const

  door.get(
    '/api/integration/file',
    { config: administrator, schema: { querystring: IntegrationQuery } },
    async (request, reply) => {
      const yaml = await database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        exportIntegration(tx, integrationOf(request)),
      )
      return reply
        .type('application/yaml; charset=utf-8')
        .header('content-disposition', 'attachment; filename="trunkline-integration.yaml"')
        .header('cache-control', 'no-store')
        .send(yaml)
    },
  )
  door.post(
    '/api/integration/file/plan',
    {
      config: administrator,
      bodyLimit: VALUE_BYTES,
      schema: { querystring: IntegrationQuery, body: IntegrationFilePlan },
    },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        planIntegration(tx, request.body.yaml, integrationOf(request)),
      ),
  )
  door.post(
    '/api/integration/file/apply',
    {
      config: administrator,
      bodyLimit: VALUE_BYTES,
      schema: { querystring: IntegrationQuery, body: IntegrationFileApply },
    },
    async (request) => {
      const who = whoOf(request)
      const { yaml, versions, reason } = request.body
      return database.inWorkspace(who.workspaceId, (tx) =>
        applyIntegration(tx, who, { yaml, versions, reason }, integrationOf(request)),
      )
    },
  )
}
