/** Contacts of a deal or lead by the classic binding methods. Source: reference/bitrix24.md §4.3. */
import { classicInput } from '../crm-input.ts'
import { CONTACT, type CrmEntity, DEAL, LEAD } from '../crm-types.ts'
import { phpInt } from '../crm-values.ts'
import { updateEntity } from '../crm-write.ts'
import { type Call, eventCause, type MethodTable } from '../method.ts'
import { elementsOf, intOf, isMap, isYes, mapOf, type PhpMap } from '../php-values.ts'
import { plainError } from '../rest-error.ts'

const FIELDS = {
  CONTACT_ID: {
    type: 'integer',
    isRequired: true,
    isReadOnly: false,
    isImmutable: false,
    isMultiple: false,
    isDynamic: false,
    title: 'CONTACT_ID',
  },
  SORT: {
    type: 'integer',
    isRequired: false,
    isReadOnly: false,
    isImmutable: false,
    isMultiple: false,
    isDynamic: false,
    title: 'SORT',
  },
  IS_PRIMARY: {
    type: 'char',
    isRequired: false,
    isReadOnly: false,
    isImmutable: false,
    isMultiple: false,
    isDynamic: false,
    title: 'IS_PRIMARY',
  },
}

function linkMethods(typeId: typeof LEAD | typeof DEAL): MethodTable {
  const ownerOf = (call: Call): CrmEntity => {
    const id = intOf(call.params['id']) ?? 0
    if (id <= 0) throw plainError("The parameter 'ownerEntityID' is invalid or not defined.")
    const owner = call.core.store.get(typeId, id)
    if (!owner) throw plainError('Not found.')
    return owner
  }
  const contactOf = (call: Call, row: PhpMap): number => {
    const id = intOf(row['CONTACT_ID']) ?? 0
    if (id <= 0 || !call.core.store.get(CONTACT, id)) throw plainError("The parameter 'fields' is not valid.")
    return id
  }
  const put = (call: Call, owner: CrmEntity, contactIds: number[]): void => {
    const { core, caller } = call
    updateEntity(
      core.writeContext(caller.employee.id, 'classic', eventCause(call)),
      owner,
      classicInput(core.store, typeId, { CONTACT_IDS: contactIds }),
    )
  }
  const idsOf = (owner: CrmEntity): number[] => elementsOf(owner.values['contactIds']).map((id) => phpInt(id))
  return {
    fields: () => ({ result: FIELDS }),
    'items.get': (call) => ({
      result: idsOf(ownerOf(call)).map((id, index) => ({
        CONTACT_ID: id,
        SORT: (index + 1) * 10,
        ROLE_ID: 0,
        IS_PRIMARY: index === 0 ? 'Y' : 'N',
      })),
    }),
    add: (call) => {
      const owner = ownerOf(call)
      const row = mapOf(call.params['fields'])
      const id = contactOf(call, row)
      const others = idsOf(owner).filter((one) => one !== id)
      put(call, owner, isYes(row['IS_PRIMARY']) ? [id, ...others] : [...others, id])
      return { result: true }
    },
    delete: (call) => {
      const owner = ownerOf(call)
      const id = contactOf(call, mapOf(call.params['fields']))
      if (!idsOf(owner).includes(id)) throw plainError('Not found.')
      put(
        call,
        owner,
        idsOf(owner).filter((one) => one !== id),
      )
      return { result: true }
    },
    'items.set': (call) => {
      const owner = ownerOf(call)
      const rows = elementsOf(call.params['items']).filter(isMap)
      const primary = rows.filter((row) => isYes(row['IS_PRIMARY']))
      const sorted = [...primary, ...rows.filter((row) => !primary.includes(row))]
      put(
        call,
        owner,
        sorted.map((row) => contactOf(call, row)),
      )
      return { result: true }
    },
    'items.delete': (call) => {
      put(call, ownerOf(call), [])
      return { result: true }
    },
  }
}

export const CRM_CONTACT_LINK_METHODS: MethodTable = Object.fromEntries(
  (
    [
      ['lead', LEAD],
      ['deal', DEAL],
    ] as const
  ).flatMap(([name, typeId]) =>
    Object.entries(linkMethods(typeId)).map(([verb, method]) => [`crm.${name}.contact.${verb}`, method]),
  ),
)
