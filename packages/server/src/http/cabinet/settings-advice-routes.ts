import { IntegrationQuery, TitlePreviewRequest, UnsavedValue } from '@trunkline/contracts/http/settings'
import type { ConversationId } from '@trunkline/contracts/ids'
import { lintSaved, lintUnsaved } from '../../flows/settings/lint-settings.ts'
import { previewTitle } from '../../flows/settings/preview-title.ts'
import { sectionOf } from '../../flows/settings/settings-document.ts'
import { savedSentences, unsavedSentences } from '../../flows/settings/settings-sentences.ts'
import type { HttpContext } from '../context.ts'
import { type CabinetDoor, whoOf } from './door.ts'
import { integrationOf, SectionPath, VALUE_BYTES } from './settings-routes.ts'

/** What settings say in words, what is wrong or idle in them, what a template gives. */
export function settingsAdviceRoutes(door: CabinetDoor, context: HttpContext): void {
  const { database } = context
  const administrator = { allow: 'administrator' } as const

  door.get(
    '/api/settings/lint',
    { config: administrator, schema: { querystring: IntegrationQuery } },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) => lintSaved(tx, integrationOf(request))),
  )
  door.post(
    '/api/settings/:section/lint',
    {
      config: administrator,
      bodyLimit: VALUE_BYTES,
      schema: { params: SectionPath, querystring: IntegrationQuery, body: UnsavedValue },
    },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        lintUnsaved(tx, sectionOf(request.params.section), request.body.value, integrationOf(request)),
      ),
  )
  door.get(
    '/api/settings/:section/sentences',
    { config: administrator, schema: { params: SectionPath, querystring: IntegrationQuery } },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        savedSentences(tx, sectionOf(request.params.section), integrationOf(request)),
      ),
  )
  door.post(
    '/api/settings/:section/sentences',
    {
      config: administrator,
      bodyLimit: VALUE_BYTES,
      schema: { params: SectionPath, querystring: IntegrationQuery, body: UnsavedValue },
    },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        unsavedSentences(tx, sectionOf(request.params.section), request.body.value, integrationOf(request)),
      ),
  )
  door.post(
    '/api/settings/:section/preview-title',
    {
      config: administrator,
      schema: { params: SectionPath, querystring: IntegrationQuery, body: TitlePreviewRequest },
    },
    async (request) =>
      database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        previewTitle(
          tx,
          sectionOf(request.params.section),
          {
            template: request.body.template,
            conversationId: request.body.conversationId as ConversationId | undefined,
            now: context.now(),
          },
          integrationOf(request),
        ),
      ),
  )
}
