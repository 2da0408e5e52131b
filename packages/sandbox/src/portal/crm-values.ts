/** Turns what a caller sent into what the CRM keeps, field by field, with PHP's own leniency and the portal's refusals. */
import type { CrmField } from './crm-fields.ts'
import type { CrmStore } from './crm-store.ts'
import type { UserField } from './crm-types.ts'
import { elementsOf, intOf, isArray, isYes, numberOf, type PhpValue, textOf } from './php-values.ts'
import { parsePortalTime, portalDate, portalDateTime } from './portal-time.ts'
import { coreError, RestError } from './rest-error.ts'

/** Which family of methods is answering: it decides how a refusal is worded. */
export type ApiFamily = 'item' | 'classic'

/** The value of a field is not acceptable. Source: reference/bitrix24.md §4.2 and §4.3. */
export function invalidField(family: ApiFamily, fieldName: string): RestError {
  const text = `Invalid value of the field "${fieldName}"`
  return family === 'item' ? new RestError(400, 'CRM_FIELD_ERROR_VALUE_NOT_VALID', text) : coreError(text)
}

export function requiredField(family: ApiFamily, fieldName: string): RestError {
  const text = `The field "${fieldName}" is required`
  return family === 'item' ? new RestError(400, 'CRM_FIELD_ERROR_VALUE_NOT_VALID', text) : coreError(text)
}

/** PHP's `(int)`: a non-empty array is 1, text that is no number is 0. */
export function phpInt(value: PhpValue | undefined): number {
  if (isArray(value)) return elementsOf(value).length > 0 ? 1 : 0
  if (value === true) return 1
  const whole = intOf(value)
  if (whole !== null) return whole
  const match = /^\s*[+-]?\d+/.exec(textOf(value))
  return match ? Number(match[0]) : 0
}

/** PHP's `(string)`: any array is the word `Array`. This is the garbage a wrong batch reference leaves in a CRM. */
function phpString(value: PhpValue): string {
  return isArray(value) ? 'Array' : textOf(value)
}

/** The stored value of a standard field; `null` clears. */
export function storedValue(store: CrmStore, field: CrmField, raw: PhpValue, family: ApiFamily): PhpValue {
  const offset = store.state.utcOffsetMinutes
  switch (field.type) {
    case 'int':
      return raw === null || raw === '' ? null : phpInt(raw)
    case 'ref':
      return phpInt(raw)
    case 'user': {
      const id = phpInt(raw)
      if (!store.state.employees.some((employee) => employee.id === id))
        throw invalidField(family, field.name)
      return id
    }
    case 'double':
      return numberOf(raw) ?? 0
    case 'flag':
      return isYes(raw) ? 'Y' : 'N'
    case 'date':
    case 'datetime': {
      if (raw === null || raw === '') return null
      const at = parsePortalTime(phpString(raw), offset)
      if (at === null) throw invalidField(family, field.name)
      return field.type === 'date' ? portalDate(at, offset) : portalDateTime(at, offset)
    }
    case 'ids':
      return [...new Set(elementsOf(raw).map((one) => phpInt(one)))].filter((id) => id > 0)
    default: {
      const text = raw === null ? '' : phpString(raw)
      return text === '' ? null : text
    }
  }
}

/** The stored value of a user field; multiple ones are lists. */
export function storedUserValue(
  store: CrmStore,
  field: UserField,
  raw: PhpValue,
  family: ApiFamily,
): PhpValue {
  if (field.multiple) {
    return elementsOf(isArray(raw) ? raw : [raw]).flatMap((one) => {
      const value = singleUserValue(store, field, one, family)
      return value === null ? [] : [value]
    })
  }
  return singleUserValue(store, field, isArray(raw) ? (elementsOf(raw)[0] ?? null) : raw, family)
}

function singleUserValue(store: CrmStore, field: UserField, raw: PhpValue, family: ApiFamily): PhpValue {
  if (field.userTypeId === 'boolean') return isYes(raw) ? 'Y' : 'N'
  if (raw === null || raw === '') return null
  switch (field.userTypeId) {
    case 'integer':
    case 'employee':
      return phpInt(raw)
    case 'double':
      return numberOf(raw) ?? 0
    case 'enumeration': {
      const id = phpInt(raw)
      return field.list.some((item) => item.id === id) ? id : null
    }
    case 'date':
    case 'datetime': {
      const at = parsePortalTime(phpString(raw), store.state.utcOffsetMinutes)
      if (at === null) throw invalidField(family, field.fieldName)
      const print = field.userTypeId === 'date' ? portalDate : portalDateTime
      return print(at, store.state.utcOffsetMinutes)
    }
    default:
      return phpString(raw)
  }
}

export function isEmptyUserValue(value: PhpValue | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
