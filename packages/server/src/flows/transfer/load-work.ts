import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type {
  ContactId,
  ConversationId,
  IntegrationId,
  PortalId,
  WorkspaceId,
} from '@trunkline/contracts/ids'
import type { Locale } from '@trunkline/contracts/locale'
import type { IntegrationSettings } from '@trunkline/contracts/settings/index'
import { requestOpening } from '@trunkline/domain/conversation/request-text'
import { sectionOf } from '@trunkline/domain/transfer/input'
import type { ConversationRow } from '../../store/conversations.ts'
import {
  type CommentRow,
  type CrmLinkAround,
  type CrmLinkRow,
  commentsOf,
  crmLinksAround,
} from '../../store/crm-links.ts'
import type { Tx } from '../../store/database.ts'
import { type DecisionRow, loadDecision } from '../../store/decisions.ts'
import { loadRequest, type RequestRow } from '../../store/requests.ts'
import { settingsOfVersions } from '../../store/settings.ts'
import { type StepRow, stepsOf } from '../../store/step-ledger.ts'
import { talkFacts } from '../../store/talk-facts.ts'
import { loadTransferHead, type TransferHead, type TransferPortal } from '../../store/transfer-head.ts'
import type { TransferRow } from '../../store/transfers.ts'
import { adapterOf } from '../channel-account.ts'
import { factsAround, progressFacts, sortingFacts, talkFactsOf, visitFacts } from './conversation-facts.ts'
import { loadDirectoryFacts, loadMappedFields, portalFacts } from './portal-facts.ts'
import { writtenComments } from './written-comments.ts'

/** All that one conversation's transfer is decided and written from, as of one moment. */
export interface TransferWork {
  readonly workspaceId: WorkspaceId
  readonly integrationId: IntegrationId
  readonly portal: TransferPortal
  readonly settings: IntegrationSettings
  readonly transfer: TransferRow
  readonly conversation: ConversationRow
  readonly channelTitle: string
  readonly contactId: ContactId
  readonly contactName: string | undefined
  readonly facts: TransferFacts
  readonly steps: readonly StepRow[]
  /** Cards it is tied to that are not known to be deleted. */
  readonly links: readonly CrmLinkRow[]
  readonly comments: readonly CommentRow[]
  readonly lastDecision: DecisionRow | undefined
  readonly locale: Locale
  readonly timeZone: string
  /** Code of the portal's SOURCE dictionary for cards made from this channel; undefined leaves it to the portal. */
  readonly sourceId: string | undefined
}

/**
 * Reads everything about one conversation's transfer. The revision in `conversation` is read before the messages,
 * so what is written later holds at least that much.
 * @returns undefined when the integration has no portal, or the conversation is not to be transferred.
 */
export async function loadTransferWork(
  tx: Tx,
  conversationId: ConversationId,
  now: Date,
): Promise<TransferWork | undefined> {
  const head = await loadTransferHead(tx, conversationId)
  if (head?.portal === undefined) return undefined
  const { integrationId, portal, conversation, transfer, channel, contact, workspace } = head
  const settings = await settingsOfVersions(tx, integrationId, head.versions)
  const directory = await loadDirectoryFacts(tx, portal)
  const links = await crmLinksAround(tx, portal.id, { conversationId, contactId: conversation.contactId })
  const talk = await talkFacts(tx, conversation)
  const request = conversation.kind === 'request' ? await loadRequest(tx, conversationId) : undefined
  const written = await loadWritten(tx, head, portal.id)
  const adapter = adapterOf(channel.type)
  // Both are in every portal from the start. Source: reference/bitrix24.md §4.5, SOURCE.
  const wantedSource = adapter.can.contactForm ? 'WEB' : 'OTHER'
  const own = links.filter((link) => link.conversationId === conversationId)
  const standing = own.filter((link) => link.goneAt === null)
  const gone = own.filter((link) => link.goneAt !== null)
  const crmContact = standing.find((link) => link.role === 'contact')
  const section = settings[sectionOf({ event: conversation.kind })]
  const around = factsAround(
    workspace,
    settings.main,
    portalFacts(
      portal,
      portal.syncedAt === null ? undefined : directory,
      await loadMappedFields(tx, portal.id, section),
    ),
  )
  const contactName = contact.name ?? undefined
  const values = (kind: string) =>
    contact.identities
      .filter((identity) => identity.kind === kind)
      .map((identity) => identity.value)
      .sort()
  const facts: TransferFacts = {
    now: now.toISOString(),
    ...around,
    ...(request === undefined ? {} : { event: 'request' as const, request: requestFacts(request) }),
    conversation: {
      id: conversation.id,
      number: conversation.number,
      channelId: conversation.channelId,
      channelType: channel.type,
      channelTypeTitle: adapter.title[workspace.locale],
      channelTitle: channel.title,
      startedAt: conversation.startedAt.toISOString(),
      openingText: (request === undefined ? talk.openingText : requestOpening(request.fields)).slice(0, 200),
      ...visitFacts(conversation.context),
      ...talkFactsOf(talk),
      ...progressFacts({ ...talk, closedAt: conversation.closedAt }),
      ...sortingFacts(conversation),
    },
    contact: {
      id: conversation.contactId,
      ...(contactName === undefined ? {} : { name: contactName }),
      phones: values('phone'),
      emails: values('email'),
      // A site visitor is known to nobody but that browser: no way to reach them, so not contact data (AMB-23).
      messengerIds: adapter.can.contactData.includes('messenger-id') ? values('channel') : [],
    },
    bound: {
      targets: standing.filter((link) => link.role === 'target').map(entityOf),
      ...(crmContact === undefined ? {} : { crmContact: entityOf(crmContact) }),
    },
    ...(gone.length === 0 ? {} : { gone: gone.map(entityOf) }),
    knownCards: knownCards(links, conversation.contactId),
  }
  return {
    workspaceId: tx.workspaceId as WorkspaceId,
    integrationId,
    portal,
    settings,
    transfer,
    conversation,
    channelTitle: channel.title,
    contactId: conversation.contactId,
    contactName,
    facts,
    ...written,
    links: standing,
    locale: around.locale,
    timeZone: around.timeZone,
    sourceId: directory.sourceIds.has(wantedSource) ? wantedSource : undefined,
  }
}

/** What earlier decisions left in this portal, and the last one of this integration. */
async function loadWritten(
  tx: Tx,
  { transfer, begun }: TransferHead,
  portalId: PortalId,
): Promise<Pick<TransferWork, 'steps' | 'comments' | 'lastDecision'>> {
  const { conversationId, decisionId } = transfer
  const steps = begun ? await stepsOf(tx, portalId, conversationId) : []
  return {
    steps,
    comments:
      steps.length === 0 ? [] : writtenComments(steps, await commentsOf(tx, portalId, conversationId)),
    lastDecision: decisionId === null ? undefined : await loadDecision(tx, decisionId),
  }
}

/** Cards that conversations of the contact are tied to and that are still there, each once: identity by binding. Pure. */
export function knownCards(links: readonly CrmLinkAround[], contactId: ContactId): EntityRef[] {
  const cards = new Map<string, EntityRef>()
  for (const { type, id, goneAt, contactId: whose } of links)
    if (goneAt === null && whose === contactId) cards.set(`${type} ${id}`, { type, id })
  return [...cards].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, card]) => card)
}

function requestFacts({
  formName,
  formType,
  technical,
  personalDataConsent,
  mailingConsent,
  fields,
}: RequestRow): NonNullable<TransferFacts['request']> {
  return { formName, formType, technical, personalDataConsent, mailingConsent, fields }
}

function entityOf(link: EntityRef): EntityRef {
  return { type: link.type, id: link.id }
}
