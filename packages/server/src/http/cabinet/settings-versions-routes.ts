import { IntegrationQuery, SettingsRestore } from '@trunkline/contracts/http/settings'
import { Type } from 'typebox'
import type { Auth } from '../../auth/create-auth.ts'
import { sectionOf, settingsDocument } from '../../flows/settings/settings-document.ts'
import { restoreVersion, settingsVersions, versionDocument } from '../../flows/settings/settings-versions.ts'
import type { HttpContext } from '../context.ts'
import { localeOf } from '../problem.ts'
import { type CabinetDoor, whoOf } from './door.ts'
import { integrationOf, SectionPath } from './settings-routes.ts'

const VersionPath = Type.Object({
  ...SectionPath.properties,
  version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
})
const VersionsQuery = Type.Object({
  ...IntegrationQuery.properties,
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
})

/** Who saved a section when and why, what they changed, and back to how it was. */
export function settingsVersionsRoutes(door: CabinetDoor, context: HttpContext, auth: Auth): void {
  const { database } = context
  const deps = { database, users: auth }
  const administrator = { allow: 'administrator' } as const

  door.get(
    '/api/settings/:section/versions',
    { config: administrator, schema: { params: SectionPath, querystring: VersionsQuery } },
    async (request) =>
      settingsVersions(
        deps,
        whoOf(request).workspaceId,
        sectionOf(request.params.section),
        {
          cursor: request.query.cursor,
          limit: request.query.limit,
        },
        integrationOf(request),
      ),
  )
  door.get(
    '/api/settings/:section/versions/:version',
    { config: administrator, schema: { params: VersionPath, querystring: IntegrationQuery } },
    async (request) =>
      versionDocument(
        deps,
        whoOf(request).workspaceId,
        sectionOf(request.params.section),
        request.params.version,
        integrationOf(request),
      ),
  )
  door.post(
    '/api/settings/:section/versions/:version/restore',
    {
      config: administrator,
      schema: { params: VersionPath, querystring: IntegrationQuery, body: SettingsRestore },
    },
    async (request) => {
      const who = whoOf(request)
      const section = sectionOf(request.params.section)
      const { version, reason } = request.body
      return database.inWorkspace(who.workspaceId, async (tx) => {
        const integration = integrationOf(request)
        await restoreVersion(
          tx,
          who,
          section,
          { restored: request.params.version, version, reason },
          integration,
        )
        return settingsDocument(tx, section, localeOf(request), integration)
      })
    },
  )
}
