import { HubError } from '@trunkline/contracts/errors'
import type { TitlePreview } from '@trunkline/contracts/http/settings'
import type { ConversationId, IntegrationId } from '@trunkline/contracts/ids'
import type { SectionName } from '@trunkline/contracts/settings/index'
import { templateProblems } from '@trunkline/domain/templates/render-title'
import { previewTitle as titleOf } from '@trunkline/domain/transfer/title'
import type { Tx } from '../../store/database.ts'
import { newestConversation } from '../../store/decided.ts'
import { loadIntegration } from '../../store/settings.ts'
import { loadTransferWork } from '../transfer/load-work.ts'

/**
 * What a template gives for a real conversation (or request): from the facts that its transfer would be decided with now,
 * by the function that names cards (CHAT-70). Without a named conversation the newest of the section.
 * @throws HubError `request/not-found` for a section without names, or a conversation that the integration has not.
 */
export async function previewTitle(
  tx: Tx,
  section: SectionName,
  wish: { template: string; conversationId: ConversationId | undefined; now: Date },
  integrationId?: IntegrationId,
): Promise<TitlePreview> {
  if (section === 'main') throw new HubError('request/not-found')
  const integration = await loadIntegration(tx, integrationId)
  const id =
    wish.conversationId ??
    (await newestConversation(tx, integration.id, section === 'requests' ? 'request' : 'chat'))
  // Without a portal there is nothing yet that could be named.
  const found = id === undefined ? undefined : await loadTransferWork(tx, id, wish.now)
  // A conversation that another integration passes has the facts of another portal.
  const work = found?.integrationId === integration.id ? found : undefined
  if (work === undefined && wish.conversationId !== undefined) throw new HubError('request/not-found')
  // Empty stands for the default template.
  const problems = wish.template.trim() === '' ? [] : templateProblems(wish.template, section)
  return {
    title: work === undefined || problems.length > 0 ? null : titleOf(section, wish.template, work.facts),
    conversation:
      work === undefined
        ? null
        : {
            id: work.conversation.id,
            number: Number(work.conversation.number),
            contactName: work.contactName ?? work.facts.contact.phones[0] ?? null,
            channelTitle: work.channelTitle,
          },
    problems: problems.map(({ code, message }) => ({ pointer: '/template', code, message: { ...message } })),
  }
}
