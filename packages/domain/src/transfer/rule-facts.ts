import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { RuleFacts } from '../rules/evaluate.ts'

/** Values of the catalogue's fields for one event: the only place where rules, names and mappings read the facts. */
export function ruleFacts(facts: TransferFacts): RuleFacts {
  const { conversation, contact } = facts
  const utm = conversation.utm ?? {}
  return {
    channelId: conversation.channelId,
    channelType: conversation.channelType,
    site: siteOf(conversation.pageUrl),
    pageUrl: conversation.pageUrl,
    'utm.source': utm.source,
    'utm.medium': utm.medium,
    'utm.campaign': utm.campaign,
    'utm.content': utm.content,
    'utm.term': utm.term,
    openingText: conversation.openingText,
    phone: contact.phones,
    email: contact.emails,
    contactName: contact.name,
    conversationNumber: conversation.number,
  }
}

/** Host of a page address; empty when there is none or it is not an address. */
export function siteOf(pageUrl: string | undefined): string {
  return pageUrl !== undefined && URL.canParse(pageUrl) ? new URL(pageUrl).hostname : ''
}
