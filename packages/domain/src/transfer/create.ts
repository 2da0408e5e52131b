import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { CardFields, PlanStep, Target } from '@trunkline/contracts/crm/plan'
import { activitySteps } from './activity.ts'
import type { DecisionInput } from './input.ts'
import { customFields, fillSteps } from './mappings.ts'
import { type PlaceList, placeFor } from './place.ts'
import { responsibleFor } from './rules.ts'
import { CREATE_CONTACT, CREATE_DEAL, CREATE_LEAD, commentKey, notifyKey } from './step-keys.ts'
import { titleFrom } from './title.ts'
import { line, refText } from './trace.ts'
import { utmFor } from './utm.ts'

export interface Creation {
  /** Whose rules of places apply. */
  readonly list: PlaceList
  readonly withActivity: boolean
  /** The client's contact, when the portal has one already: the card is tied to it and no second one is made. */
  readonly foundContact: EntityRef | undefined
  /** The client's company, when the portal has one: the card is tied to it as well. None is ever made. */
  readonly foundCompany: EntityRef | undefined
}

/**
 * The steps that make a card (CHAT-43, CHAT-44, AMB-22): a lead in classic mode; in simple mode, or by choice, a deal
 * with a contact; then the comment in it, the activity if asked (UIS-21), and one notice if asked (CHAT-65).
 *
 * A contact that this conversation made before is used again, never made twice.
 * @returns undefined when nobody can be responsible; the trace says so.
 */
export function creationSteps(
  { list, withActivity, foundContact, foundCompany }: Creation,
  input: DecisionInput,
  trace: TraceLine[],
): PlanStep[] | undefined {
  const { facts, passing } = input
  const { crmMode } = facts.portal
  const setting = passing.cardKind
  const card = setting === 'deal' || crmMode === 'simple' ? 'deal' : 'lead'
  const ownContact = facts.bound.crmContact
  const contact = ownContact ?? foundContact
  const responsibleId = responsibleFor(input, trace)
  if (responsibleId === undefined) {
    trace.push(line('no-responsible', 'stop', {}))
    return undefined
  }
  const place = placeFor(card, list, input, trace)
  const title = titleFrom(passing.titleTemplate, input.values, facts)
  const common: CardFields = {
    responsibleId,
    sourceDescription: sourceOf(facts),
    ...utmFor(input, trace),
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
      contact: contact ? refText(contact) : card === 'lead' ? 'none' : 'new',
      ...(foundCompany ? { company: refText(foundCompany) } : {}),
    }),
  )

  const company = foundCompany ? { company: foundCompany } : {}
  const steps: PlanStep[] = []
  const key = card === 'lead' ? CREATE_LEAD : CREATE_DEAL
  if (card === 'lead') {
    const fields = { title, ...person, ...common, ...place, ...customFields('lead', input, trace) }
    steps.push({ kind: 'create-lead', key, fields, ...(contact ? { contact } : {}), ...company })
  } else {
    let tied: Target | undefined = contact
    if (!tied) {
      const fields = { ...person, ...common, ...customFields('contact', input, trace) }
      steps.push({ kind: 'create-contact', key: CREATE_CONTACT, fields })
      tied = { step: CREATE_CONTACT }
    }
    const fields = { title, ...common, ...place, ...customFields('deal', input, trace) }
    steps.push({ kind: 'create-deal', key, fields, contact: tied, ...company })
  }
  const made: Target = { step: key }
  steps.push({ kind: 'comment', key: commentKey(made), target: made })
  if (foundContact && !ownContact) steps.push(...fillSteps(foundContact, input, trace))
  if (withActivity) steps.push(...activitySteps(made, responsibleId, input, trace))
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

/** A card must have a name; a nameless visitor is called by phone, e-mail or conversation number. */
function contactName(facts: TransferFacts): string {
  const { contact, conversation } = facts
  const stranger = facts.locale === 'en' ? 'Visitor' : 'Посетитель'
  return (
    contact.name?.trim() || contact.phones[0] || contact.emails[0] || `${stranger} № ${conversation.number}`
  )
}

function sourceOf({ conversation, request }: TransferFacts): string {
  const form = request === undefined || request.formName === '' ? '' : `, ${request.formName}`
  const page = conversation.pageUrl === undefined ? '' : `, ${conversation.pageUrl}`
  return `${conversation.channelTypeTitle}: ${conversation.channelTitle}${form}${page}`
}
