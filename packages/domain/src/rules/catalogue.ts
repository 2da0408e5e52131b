import type { Text } from '@trunkline/contracts/locale'
import { text } from '@trunkline/contracts/locale'
import type { Operator } from '@trunkline/contracts/rules/condition'
import type { PassingSectionName } from '@trunkline/contracts/settings/index'
import { FIELDS } from './fields.ts'

/**
 * `choice`: one id out of a list; `text` and `list` compare without regard to letter case; `datetime`: an ISO 8601
 * instant, written into names and fields but not compared.
 */
export type FieldType = 'choice' | 'text' | 'number' | 'boolean' | 'list' | 'datetime'

/** A parameter of an event: conditions compare it (CHAT-58), names insert it (CHAT-73), mappings write it (CHAT-75). */
export interface RuleField {
  readonly label: Text
  readonly type: FieldType
  /** Which names to show for the ids of a `choice`: a list of the server's, or one of CHOICE_WORDS. */
  readonly choices?: 'channels' | 'channel-types' | 'portal-users' | ChoiceList
  /** Absent: conditions may compare it, and names and mappings may take its value. */
  readonly use?: 'conditions' | 'values'
  /** Absent: chats and requests both have it. */
  readonly onlyIn?: PassingSectionName
  /** What people type between the braces of a name template. */
  readonly variable?: string
}

/** Fields by name. The facts record of an evaluation has values under the same names. */
export type RuleCatalogue = Readonly<Record<string, RuleField>>

export type ChoiceList = 'events' | 'started-by' | 'visitor-types' | 'form-types'

/** Values of the choices that are ours, in words. */
export const CHOICE_WORDS: Readonly<Record<ChoiceList, Readonly<Record<string, Text>>>> = {
  events: { chat: text('Чат', 'chat'), request: text('Офлайн-заявка', 'offline request') },
  'started-by': { contact: text('Клиент', 'Client'), operator: text('Оператор', 'Operator') },
  'visitor-types': { new: text('Новый', 'New'), returned: text('Вернулся', 'Returned') },
  'form-types': {
    widget: text('Форма чата на сайте', 'Form of the site chat'),
    'site-form': text('Форма сайта', 'Form of the site'),
  },
}

/** Operators that make sense for each type of field. */
export const OPERATORS_BY_TYPE: Readonly<Record<FieldType, readonly Operator[]>> = {
  choice: ['=', '!=', 'in', 'notIn', 'empty', 'notEmpty'],
  text: ['=', '!=', 'in', 'notIn', 'contains', 'notContains', 'beginsWith', 'empty', 'notEmpty'],
  number: ['=', '!=', '>', '<', 'empty', 'notEmpty'],
  boolean: ['=', '!='],
  list: ['contains', 'notContains', 'beginsWith', 'empty', 'notEmpty'],
  datetime: ['empty', 'notEmpty'],
}

/** Operators that take no value. */
export const OPERATORS_WITHOUT_VALUE: readonly Operator[] = ['empty', 'notEmpty']

/** How the fields of a site's own form are named: the prefix, then the name that the form gives the field. */
export const FORM_FIELD_PREFIX = 'form.'
const ANY_FORM_FIELD = 'form.*'

const WHOLE: RuleCatalogue = FIELDS

function catalogueOf(fits: (field: RuleField) => boolean): RuleCatalogue {
  return Object.fromEntries(Object.entries(WHOLE).filter(([, field]) => fits(field)))
}

const fitsIn = (section: PassingSectionName) => (field: RuleField) =>
  field.onlyIn === undefined || field.onlyIn === section
const CONDITIONS: Readonly<Record<PassingSectionName, RuleCatalogue>> = {
  chats: catalogueOf((field) => fitsIn('chats')(field) && field.use !== 'values'),
  requests: catalogueOf((field) => fitsIn('requests')(field) && field.use !== 'values'),
}
const VALUES: Readonly<Record<PassingSectionName, RuleCatalogue>> = {
  chats: catalogueOf((field) => fitsIn('chats')(field) && field.use !== 'conditions'),
  requests: catalogueOf((field) => fitsIn('requests')(field) && field.use !== 'conditions'),
}

/** What the rules of a section may look at. `form.*` stands for every field of a site's own form. */
export function conditionFields(section: PassingSectionName): RuleCatalogue {
  return CONDITIONS[section]
}

/** What the mappings of a section may take: the sources of UIS-31. */
export function mappingFields(section: PassingSectionName): RuleCatalogue {
  return VALUES[section]
}

/**
 * A field by the name that settings give it; undefined when there is none. A name such as `form.city` is a field of a
 * site's form where the catalogue has `form.*`: any name fits, for which fields a form has is not known beforehand.
 */
export function fieldNamed(catalogue: RuleCatalogue, name: string): RuleField | undefined {
  if (name === ANY_FORM_FIELD) return undefined
  if (Object.hasOwn(catalogue, name)) return catalogue[name]
  if (!name.startsWith(FORM_FIELD_PREFIX) || !Object.hasOwn(catalogue, ANY_FORM_FIELD)) return undefined
  const own = name.slice(FORM_FIELD_PREFIX.length)
  const any = catalogue[ANY_FORM_FIELD]!
  return own.trim() === ''
    ? undefined
    : { ...any, label: text(`${any.label.ru} «${own}»`, `${any.label.en} “${own}”`) }
}

/** The label of a field; of one that is no longer in the catalogue, its name. */
export function fieldLabel(name: string): Text {
  return fieldNamed(WHOLE, name)?.label ?? text(name, name)
}
