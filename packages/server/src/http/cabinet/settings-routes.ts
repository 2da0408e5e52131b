import { IntegrationPut, SettingsPut } from '@trunkline/contracts/http/settings'
import type { PortalId } from '@trunkline/contracts/ids'
import { Type } from 'typebox'
import { chooseIntegrationPortal, saveSection } from '../../flows/settings/save-section.ts'
import { integrationView, sectionOf, settingsDocument } from '../../flows/settings/settings-document.ts'
import type { HttpContext } from '../context.ts'
import { localeOf } from '../problem.ts'
import { type CabinetDoor, whoOf } from './door.ts'

export const SectionPath = Type.Object({ section: Type.String({ maxLength: 40 }) })
/** Most bytes of a section's value in a request: rules with their conditions are large. */
export const VALUE_BYTES = 4 * 1024 * 1024

/** The integration, its portal, and the settings of its sections. */
export function settingsRoutes(door: CabinetDoor, context: HttpContext): void {
  const { database } = context
  const administrator = { allow: 'administrator' } as const

  door.get('/api/integration', { config: administrator }, async (request) =>
    database.inWorkspace(whoOf(request).workspaceId, integrationView),
  )
  door.put(
    '/api/integration',
    { config: administrator, schema: { body: IntegrationPut } },
    async (request) => {
      const who = whoOf(request)
      return database.inWorkspace(who.workspaceId, async (tx) => {
        await chooseIntegrationPortal(tx, who, request.body.portalId as PortalId)
        return integrationView(tx)
      })
    },
  )
  door.get(
    '/api/settings/:section',
    { config: administrator, schema: { params: SectionPath } },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        settingsDocument(tx, sectionOf(request.params.section), localeOf(request)),
      ),
  )
  door.put(
    '/api/settings/:section',
    { config: administrator, bodyLimit: VALUE_BYTES, schema: { params: SectionPath, body: SettingsPut } },
    async (request) => {
      const who = whoOf(request)
      const section = sectionOf(request.params.section)
      const { value, version, reason } = request.body
      return database.inWorkspace(who.workspaceId, async (tx) => {
        await saveSection(tx, who, section, { value, version, reason })
        return settingsDocument(tx, section, localeOf(request))
      })
    },
  )
}
