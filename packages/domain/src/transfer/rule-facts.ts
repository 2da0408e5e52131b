import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import { FORM_FIELD_PREFIX } from '../rules/catalogue.ts'
import type { FactValue, RuleFacts } from '../rules/evaluate.ts'
import type { FIELDS } from '../rules/fields.ts'

/** Every field of the catalogue but those of a site's form, whose names are the site's own. */
type KnownFacts = Readonly<Record<Exclude<keyof typeof FIELDS, 'form.*'>, FactValue>>

/** Values of the catalogue's fields for one event: the only place where rules, names and mappings read the facts. */
export function ruleFacts(facts: TransferFacts): RuleFacts {
  const { conversation, contact, request } = facts
  const { ordinal, firstTouch } = conversation
  const utm = conversation.utm ?? {}
  const firstUtm = firstTouch?.utm ?? {}
  const known: KnownFacts = {
    event: facts.event ?? 'chat',
    channelId: conversation.channelId,
    channelTitle: conversation.channelTitle,
    channelType: conversation.channelType,
    channelTypeTitle: conversation.channelTypeTitle,
    visitor: contact.name?.trim() || contact.phones[0] || contact.emails[0],
    contactName: contact.name,
    phone: contact.phones,
    email: contact.emails,
    messengerId: contact.messengerIds,
    visitorType: ordinal === undefined ? undefined : ordinal > 1 ? 'returned' : 'new',
    ordinal,
    conversationNumber: conversation.number,
    openingText: conversation.openingText,
    startedBy: conversation.startedBy ?? 'contact',
    operatorName: conversation.operatorName,
    tags: conversation.tags,
    isGroup: conversation.isGroup ?? false,
    workingTime: conversation.workingTime,
    startedAt: conversation.startedAt,
    operatorJoinedAt: conversation.operatorJoinedAt,
    closedAt: conversation.closedAt,
    conversationId: conversation.id,
    site: siteOf(conversation.pageUrl),
    pageUrl: conversation.pageUrl,
    pageTitle: conversation.pageTitle,
    referrer: conversation.referrer,
    'utm.source': utm.source,
    'utm.medium': utm.medium,
    'utm.campaign': utm.campaign,
    'utm.content': utm.content,
    'utm.term': utm.term,
    'firstTouch.at': firstTouch?.at,
    'firstTouch.site': siteOf(firstTouch?.pageUrl),
    'firstTouch.pageUrl': firstTouch?.pageUrl,
    'firstTouch.referrer': firstTouch?.referrer,
    'firstTouch.utm.source': firstUtm.source,
    'firstTouch.utm.medium': firstUtm.medium,
    'firstTouch.utm.campaign': firstUtm.campaign,
    'firstTouch.utm.content': firstUtm.content,
    'firstTouch.utm.term': firstUtm.term,
    'request.formName': request?.formName,
    'request.formType': request?.formType,
    'request.personalDataConsent': request?.personalDataConsent,
    'request.mailingConsent': request?.mailingConsent,
  }
  return request === undefined ? known : { ...known, ...formFields(request.fields) }
}

/** What was filled in by the name of the field; a name that comes several times has all its values. */
function formFields(fields: readonly { readonly name: string; readonly value: string }[]): RuleFacts {
  const byName = new Map<string, string[]>()
  for (const { name, value } of fields) {
    const key = `${FORM_FIELD_PREFIX}${name}`
    byName.set(key, [...(byName.get(key) ?? []), value])
  }
  return Object.fromEntries(
    [...byName].map(([key, values]) => [key, values.length === 1 ? values[0] : values]),
  )
}

/** Host of a page address; empty when there is none or it is not an address. */
function siteOf(pageUrl: string | undefined): string {
  return pageUrl !== undefined && URL.canParse(pageUrl) ? new URL(pageUrl).hostname : ''
}
