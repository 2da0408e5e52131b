/** Simple CRM mode: the portal turns every new lead into a contact and a deal by itself, a moment after the call. */

import { itemInput } from './crm-input.ts'
import type { CrmStore } from './crm-store.ts'
import { CONTACT, type CrmEntity, DEAL, LEAD } from './crm-types.ts'
import { phpInt } from './crm-values.ts'
import { createEntity, updateEntity, type WriteContext } from './crm-write.ts'
import { elementsOf, type PhpMap } from './php-values.ts'

const KEPT_FOR_CONTACT = ['name', 'secondName', 'lastName', 'post', 'honorific', 'birthdate']
const KEPT_FOR_BOTH = [
  'assignedById',
  'sourceId',
  'sourceDescription',
  'originatorId',
  'originId',
  'utmSource',
  'utmMedium',
  'utmCampaign',
  'utmContent',
  'utmTerm',
]

/** Converts what is waiting. Source: reference/bitrix24.md §4.5 (simple mode; the deal carries `leadId`). */
export function convertWaitingLeads(context: WriteContext): void {
  const { store } = context
  const waiting = store.state.leadsToConvert.splice(0)
  for (const id of waiting) {
    const lead = store.get(LEAD, id)
    if (lead) convertLead(context, lead)
  }
}

function convertLead(context: WriteContext, lead: CrmEntity): void {
  const { store } = context
  const contactIds = elementsOf(lead.values['contactIds'])
  const contactId = contactIds[0] ?? createContact(context, lead)
  const deal = add(context, store, DEAL, {
    ...picked(lead, [...KEPT_FOR_BOTH, 'title', 'comments', 'opportunity', 'currencyId', 'companyId']),
    leadId: lead.id,
    contactIds: contactIds.length > 0 ? contactIds : [contactId],
  })
  const status = store.dictionary('STATUS').find(({ semantics }) => semantics === 'S')
  updateEntity(context, lead, {
    ...itemInput(
      store,
      LEAD,
      { stageId: status?.statusId ?? 'CONVERTED', contactId },
      { originalUserNames: false, isUpdate: true },
    ),
  })
  for (const comment of store.state.comments) {
    if (comment.entityType === 'lead' && comment.entityId === lead.id) {
      comment.entityType = 'deal'
      comment.entityId = deal.id
    }
  }
}

function createContact(context: WriteContext, lead: CrmEntity): number {
  const { store } = context
  const fm = lead.fm.map(({ typeId, valueType, value }) => ({ typeId, valueType, value }))
  const contact = add(context, store, CONTACT, {
    ...picked(lead, [...KEPT_FOR_BOTH, ...KEPT_FOR_CONTACT]),
    name: lead.values['name'] ?? lead.values['title'] ?? null,
    leadId: lead.id,
    companyId: phpInt(lead.values['companyId']),
    fm,
  })
  return contact.id
}

function add(
  context: WriteContext,
  store: CrmStore,
  typeId: typeof DEAL | typeof CONTACT,
  fields: PhpMap,
): CrmEntity {
  return createEntity(
    context,
    typeId,
    itemInput(store, typeId, fields, { originalUserNames: false, isUpdate: false }),
  )
}

function picked(lead: CrmEntity, names: readonly string[]): PhpMap {
  return Object.fromEntries(names.map((name) => [name, lead.values[name] ?? null]))
}
