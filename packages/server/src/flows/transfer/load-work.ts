import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { ContactId, ConversationId, IntegrationId, WorkspaceId } from '@trunkline/contracts/ids'
import type { Locale } from '@trunkline/contracts/locale'
import type { IntegrationSettings } from '@trunkline/contracts/settings/index'
import { requestOpening } from '@trunkline/domain/conversation/request-text'
import { loadChannel } from '../../store/channels.ts'
import { identitiesOf, loadContact } from '../../store/contacts.ts'
import { type ConversationRow, loadConversation } from '../../store/conversations.ts'
import type { Tx } from '../../store/database.ts'
import { loadDirectory, loadPortal, type PortalRow } from '../../store/portals.ts'
import { loadRequest, type RequestRow } from '../../store/requests.ts'
import { integrationOfTransfer, settingsInForce } from '../../store/settings.ts'
import {
  type CommentRow,
  type CrmLinkRow,
  commentsOf,
  crmLinksOf,
  type DecisionRow,
  knownCards,
  loadDecision,
  loadTransfer,
  type StepRow,
  stepsOf,
  type TransferRow,
  talkFacts,
} from '../../store/transfers.ts'
import { loadWorkspace } from '../../store/workspaces.ts'
import { adapterOf } from '../channel-account.ts'
import { talkFactsOf, visitFacts } from './conversation-facts.ts'
import { portalFacts } from './portal-facts.ts'
import { writtenComments } from './written-comments.ts'

/** All that one conversation's transfer is decided and written from, as of one moment. */
export interface TransferWork {
  readonly workspaceId: WorkspaceId
  readonly integrationId: IntegrationId
  readonly portal: PortalRow
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
  const integration = await integrationOfTransfer(tx, conversationId)
  if (integration === undefined || integration.portalId === null) return undefined
  const portal = await loadPortal(tx, integration.portalId)
  const conversation = await loadConversation(tx, conversationId)
  const transfer = await loadTransfer(tx, integration.id, conversationId)
  if (portal === undefined || conversation === undefined || transfer === undefined) return undefined
  const channel = await loadChannel(tx, conversation.channelId, 'with-deleted')
  if (channel === undefined) return undefined
  const workspace = await loadWorkspace(tx)
  const contact = await loadContact(tx, conversation.contactId)
  const identities = await identitiesOf(tx, conversation.contactId)
  const links = await crmLinksOf(tx, integration.id, conversationId)
  const settings = await settingsInForce(tx, integration.id)
  const sources = await loadDirectory<{ id: string }>(tx, portal.id, 'source')
  const talk = await talkFacts(tx, conversation)
  const request = conversation.kind === 'request' ? await loadRequest(tx, conversationId) : undefined
  const adapter = adapterOf(channel.type)
  // Both are in every portal from the start. Source: reference/bitrix24.md §4.5, SOURCE.
  const wantedSource = adapter.can.contactForm ? 'WEB' : 'OTHER'
  const known = await knownCards(tx, integration.id, conversation.contactId)
  const standing = links.filter((link) => link.goneAt === null)
  const gone = links.filter((link) => link.goneAt !== null)
  const crmContact = standing.find((link) => link.role === 'contact')
  const section = settings[conversation.kind === 'request' ? 'requests' : 'chats']
  const contactName = contact?.name ?? undefined
  const values = (kind: string) =>
    identities
      .filter((identity) => identity.kind === kind)
      .map((identity) => identity.value)
      .sort()
  const steps = await stepsOf(tx, integration.id, conversationId)
  const facts: TransferFacts = {
    now: now.toISOString(),
    locale: workspace.locale,
    portal: await portalFacts(tx, portal, section),
    ...(request === undefined ? {} : { event: 'request' as const, request: requestFacts(request) }),
    conversation: {
      id: conversation.id,
      number: conversation.number,
      channelId: channel.id,
      channelType: channel.type,
      channelTypeTitle: adapter.title[workspace.locale],
      channelTitle: channel.title,
      startedAt: conversation.startedAt.toISOString(),
      ...(conversation.closedAt === null ? {} : { closedAt: conversation.closedAt.toISOString() }),
      openingText: (request === undefined ? talk.openingText : requestOpening(request.fields)).slice(0, 200),
      ...visitFacts(conversation.context),
      ...talkFactsOf(talk),
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
      targets: boundTargets(standing, gone).map(entityOf),
      ...(crmContact === undefined ? {} : { crmContact: entityOf(crmContact) }),
    },
    ...(gone.length === 0 ? {} : { gone: gone.map(entityOf) }),
    knownCards: known,
  }
  return {
    workspaceId: workspace.id,
    integrationId: integration.id,
    portal,
    settings,
    transfer,
    conversation,
    channelTitle: channel.title,
    contactId: conversation.contactId,
    contactName,
    facts,
    steps,
    links: standing,
    comments: writtenComments(steps, await commentsOf(tx, integration.id, conversationId)),
    lastDecision: transfer.decisionId === null ? undefined : await loadDecision(tx, transfer.decisionId),
    locale: workspace.locale,
    timeZone: workspace.timeZone,
    sourceId: sources.some((source) => source.id === wantedSource) ? wantedSource : undefined,
  }
}

/** What changes while a plan is written: the step ledger, the comments, where the conversation and transfer stand. */
export async function reloadWork(tx: Tx, work: TransferWork): Promise<TransferWork | undefined> {
  const { integrationId } = work
  const { id } = work.conversation
  const conversation = await loadConversation(tx, id)
  const transfer = await loadTransfer(tx, integrationId, id)
  if (conversation === undefined || transfer === undefined) return undefined
  const steps = await stepsOf(tx, integrationId, id)
  return {
    ...work,
    conversation,
    transfer,
    steps,
    comments: writtenComments(steps, await commentsOf(tx, integrationId, id)),
  }
}

/**
 * The cards that get the transcript. When its lead or deal was deleted and only copies in the contact and company stand,
 * it is decided anew where it goes; the copies are known to the step ledger.
 */
function boundTargets(standing: readonly CrmLinkRow[], gone: readonly CrmLinkRow[]): readonly CrmLinkRow[] {
  const isTarget = (link: CrmLinkRow) => link.role === 'target'
  const isCard = (link: CrmLinkRow) => isTarget(link) && (link.type === 'lead' || link.type === 'deal')
  return gone.some(isCard) && !standing.some(isCard) ? [] : standing.filter(isTarget)
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
