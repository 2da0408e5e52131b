import {
  IntegrationName,
  IntegrationPut,
  IntegrationQuery,
  SettingsPut,
} from '@trunkline/contracts/http/settings'
import { IdString } from '@trunkline/contracts/http/shared'
import type { IntegrationId, PortalId } from '@trunkline/contracts/ids'
import { type Static, Type } from 'typebox'
import {
  addIntegration,
  integrationViews,
  nameIntegration,
  removeIntegration,
} from '../../flows/settings/integrations.ts'
import { chooseIntegrationPortal, saveSection } from '../../flows/settings/save-section.ts'
import { integrationView, sectionOf, settingsDocument } from '../../flows/settings/settings-document.ts'
import type { HttpContext } from '../context.ts'
import { localeOf } from '../problem.ts'
import { type CabinetDoor, whoOf } from './door.ts'

export const SectionPath = Type.Object({ section: Type.String({ maxLength: 40 }) })
/** Most bytes of a section's value in a request: rules with their conditions are large. */
export const VALUE_BYTES = 4 * 1024 * 1024

const IntegrationPath = Type.Object({ id: IdString })

/** Which integration a request is about; undefined: the oldest. */
export function integrationOf(request: {
  readonly query: Static<typeof IntegrationQuery>
}): IntegrationId | undefined {
  return request.query.integration as IntegrationId | undefined
}

/** Integrations, their portals, and the settings of its sections. */
export function settingsRoutes(door: CabinetDoor, context: HttpContext): void {
  const { database } = context
  const administrator = { allow: 'administrator' } as const

  door.get('/api/integrations', { config: administrator }, async (request) => ({
    data: await database.inWorkspace(whoOf(request).workspaceId, integrationViews),
  }))
  door.post(
    '/api/integrations',
    { config: administrator, schema: { body: IntegrationName } },
    async (request, reply) => {
      const who = whoOf(request)
      const added = await database.inWorkspace(who.workspaceId, (tx) =>
        addIntegration(tx, who, request.body.name),
      )
      return reply.code(201).send(added)
    },
  )
  door.patch(
    '/api/integrations/:id',
    { config: administrator, schema: { params: IntegrationPath, body: IntegrationName } },
    async (request) => {
      const who = whoOf(request)
      return database.inWorkspace(who.workspaceId, (tx) =>
        nameIntegration(tx, who, request.params.id as IntegrationId, request.body.name),
      )
    },
  )
  door.delete(
    '/api/integrations/:id',
    { config: administrator, schema: { params: IntegrationPath } },
    async (request, reply) => {
      const who = whoOf(request)
      await database.inWorkspace(who.workspaceId, (tx) =>
        removeIntegration(tx, who, request.params.id as IntegrationId),
      )
      return reply.code(204).send()
    },
  )
  door.get(
    '/api/integration',
    { config: administrator, schema: { querystring: IntegrationQuery } },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) => integrationView(tx, integrationOf(request))),
  )
  door.put(
    '/api/integration',
    { config: administrator, schema: { querystring: IntegrationQuery, body: IntegrationPut } },
    async (request) => {
      const who = whoOf(request)
      return database.inWorkspace(who.workspaceId, async (tx) => {
        const integration = integrationOf(request)
        await chooseIntegrationPortal(tx, who, request.body.portalId as PortalId, integration)
        return integrationView(tx, integration)
      })
    },
  )
  door.get(
    '/api/settings/:section',
    { config: administrator, schema: { params: SectionPath, querystring: IntegrationQuery } },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        settingsDocument(tx, sectionOf(request.params.section), localeOf(request), integrationOf(request)),
      ),
  )
  door.put(
    '/api/settings/:section',
    {
      config: administrator,
      bodyLimit: VALUE_BYTES,
      schema: { params: SectionPath, querystring: IntegrationQuery, body: SettingsPut },
    },
    async (request) => {
      const who = whoOf(request)
      const section = sectionOf(request.params.section)
      const { value, version, reason } = request.body
      return database.inWorkspace(who.workspaceId, async (tx) => {
        const integration = integrationOf(request)
        await saveSection(tx, who, section, { value, version, reason }, integration)
        return settingsDocument(tx, section, localeOf(request), integration)
      })
    },
  )
}
