import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { CardFields, PlanStep, Target } from '@trunkline/contracts/crm/plan'
import { renderTitle } from '../templates/render-title.ts'
import { CHAT_EVENT_TYPE, DEFAULT_TITLE_TEMPLATE, type TitleVariables } from '../templates/title-variables.ts'
import type { GateInput } from './gates.ts'
import { siteOf } from './rule-facts.ts'
import { responsibleFor } from './rules.ts'
import { passingOf } from './section.ts'
import { CREATE_CONTACT, CREATE_DEAL, CREATE_LEAD, commentKey, notifyKey } from './step-keys.ts'
import { line, refText } from './trace.ts'

/**
 * The steps that make the first card of a client (CHAT-43, AMB-22): a lead in classic mode; in simple mode, or by
 * choice, a deal with a contact; then the comment in it and, if asked, one notice (CHAT-65).
 *
 * A contact that this conversation made before is used again, never made twice.
 * @returns undefined when nobody can be responsible; the trace says so.
 */
export function creationSteps(input: GateInput, trace: TraceLine[]): PlanStep[] | undefined {
  const { facts, settings } = input
  const passing = passingOf(facts, settings)
  const { crmMode } = facts.portal
  const setting = passing.cardKind
  const card = setting === 'deal' || crmMode === 'simple' ? 'deal' : 'lead'
  const ownContact = facts.bound.crmContact
  const responsibleId = responsibleFor(passing.responsibleRules, passing.defaultResponsibleId, input, trace)
  if (responsibleId === undefined) return undefined

  const locale = facts.locale ?? 'ru'
  const title = renderTitle(DEFAULT_TITLE_TEMPLATE[locale], titleVariables(facts), locale)
  const common = {
    responsibleId,
    sourceDescription: sourceOf(facts),
    ...(facts.conversation.utm && Object.keys(facts.conversation.utm).length > 0
      ? { utm: facts.conversation.utm }
      : {}),
  }
  const person: CardFields = {
    name: contactName(facts),
    phones: facts.contact.phones,
    emails: facts.contact.emails,
  }
  trace.push(
    line('create', 'chose', {
      card,
      crmMode,
      setting,
      title,
      contact: card === 'lead' ? 'none' : ownContact ? refText(ownContact) : 'new',
    }),
  )

  const steps: PlanStep[] = []
  const key = card === 'lead' ? CREATE_LEAD : CREATE_DEAL
  if (card === 'lead') {
    steps.push({
      kind: 'create-lead',
      key,
      fields: { title, ...person, ...common },
      ...(ownContact ? { contact: ownContact } : {}),
    })
  } else {
    let contact: Target | undefined = ownContact
    if (!contact) {
      steps.push({ kind: 'create-contact', key: CREATE_CONTACT, fields: { ...person, ...common } })
      contact = { step: CREATE_CONTACT }
    }
    steps.push({ kind: 'create-deal', key, fields: { title, ...common }, contact })
  }
  const made: Target = { step: key }
  steps.push({ kind: 'comment', key: commentKey(made), target: made })
  if (passing.notifyResponsible) {
    steps.push({ kind: 'notify', key: notifyKey(key), userId: responsibleId, about: made })
  }
  trace.push(
    line('notify', passing.notifyResponsible ? 'chose' : 'skip', {
      notifyResponsible: passing.notifyResponsible,
      userId: responsibleId,
    }),
  )
  return steps
}

/** What a name template may insert for this conversation. Also for previews. */
export function titleVariables(facts: TransferFacts): TitleVariables {
  const { conversation, contact } = facts
  const phone = contact.phones[0] ?? ''
  const email = contact.emails[0] ?? ''
  const utm = conversation.utm ?? {}
  return {
    event_type: CHAT_EVENT_TYPE[facts.locale ?? 'ru'],
    channel_type: conversation.channelTypeTitle,
    channel: conversation.channelTitle,
    visitor: contact.name?.trim() || phone || email,
    name: contact.name ?? '',
    phone,
    email,
    communication_id: String(conversation.number),
    date: conversation.startedAt.slice(0, 10),
    site: siteOf(conversation.pageUrl),
    page: conversation.pageUrl ?? '',
    utm_source: utm.source ?? '',
    utm_medium: utm.medium ?? '',
    utm_campaign: utm.campaign ?? '',
    utm_content: utm.content ?? '',
    utm_term: utm.term ?? '',
  }
}

/** A card must have a name; a nameless visitor is called by phone, e-mail or conversation number. */
function contactName(facts: TransferFacts): string {
  const { contact, conversation } = facts
  const stranger = facts.locale === 'en' ? 'Visitor' : 'Посетитель'
  return (
    contact.name?.trim() || contact.phones[0] || contact.emails[0] || `${stranger} № ${conversation.number}`
  )
}

function sourceOf({ conversation }: TransferFacts): string {
  const page = conversation.pageUrl === undefined ? '' : `, ${conversation.pageUrl}`
  return `${conversation.channelTypeTitle}: ${conversation.channelTitle}${page}`
}
