import type { Json } from '@trunkline/contracts/json'
import type { Text } from '@trunkline/contracts/locale'

/** Names for the ids in traces and steps. A missing name falls back to what the trace kept, then to the id. */
export interface NameBook {
  /** Channel titles by id. */
  readonly channels?: Readonly<Record<string, string>>
  /** Portal users' names by id. */
  readonly users?: Readonly<Record<string, string>>
  /** Card titles by `type:id`, such as `deal:12`. */
  readonly cards?: Readonly<Record<string, string>>
  /** Stages by `lead:id` and `deal:id`: both kinds use the same ids. */
  readonly stages?: Readonly<Record<string, string>>
  /** Pipelines of deals by id. */
  readonly pipelines?: Readonly<Record<string, string>>
  /** Fields of cards by `type:code`, such as `deal:UF_CRM_1`. */
  readonly fields?: Readonly<Record<string, string>>
}

const CARD_WORDS: Readonly<Record<string, Text>> = {
  deal: { ru: 'сделка', en: 'deal' },
  lead: { ru: 'лид', en: 'lead' },
  contact: { ru: 'контакт', en: 'contact' },
  company: { ru: 'компания', en: 'company' },
}

/** «сделка № 12 «Окна»»: always in the nominative, so that it fits any sentence after a colon or a dash. */
export function cardName(ref: string, names: NameBook, title?: string): Text {
  const [type = '', id = ''] = ref.split(':')
  const word = cardWord(type)
  const shown = names.cards?.[ref] ?? title ?? ''
  return {
    ru: `${word.ru} № ${id}${shown === '' ? '' : ` «${shown}»`}`,
    en: `${word.en} No. ${id}${shown === '' ? '' : ` “${shown}”`}`,
  }
}

/** Name of a portal user, or the id where the directory does not know them. */
export function userName(id: string, names: NameBook): Text {
  const name = names.users?.[id]
  if (name !== undefined) return { ru: name, en: name }
  return { ru: `пользователь № ${id}`, en: `user No. ${id}` }
}

/** «стадия «Новая», воронка «Опт»»: a place by the names of the portal; empty when it is the portal's own. */
export function placeName(card: string, stageId: string, pipelineId: string, names: NameBook): Text {
  const stage = stageId === '' ? '' : (names.stages?.[`${card}:${stageId}`] ?? stageId)
  const pipeline = pipelineId === '' ? '' : (names.pipelines?.[pipelineId] ?? pipelineId)
  const ru = [stage === '' ? '' : `стадия «${stage}»`, pipeline === '' ? '' : `воронка «${pipeline}»`]
  const en = [stage === '' ? '' : `stage “${stage}”`, pipeline === '' ? '' : `pipeline “${pipeline}”`]
  return {
    ru: ru.filter((part) => part !== '').join(', '),
    en: en.filter((part) => part !== '').join(', '),
  }
}

/** Name of a card's field, or its code where the directory does not know it. */
export function fieldName(entity: string, code: string, names: NameBook): string {
  return names.fields?.[`${entity}:${code}`] ?? code
}

/** Kind of card in words, in the nominative. */
export function cardWord(type: string): Text {
  return CARD_WORDS[type] ?? { ru: 'карточка', en: 'card' }
}

/** A value of a trace line as text; an absent one reads as a dash. */
export function shown(value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return '—'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `2026-02-01T12:00:00+03:00` → `01.02.2026`: the day as the portal wrote it; empty when unknown. */
export function dayOf(value: Json | undefined): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(typeof value === 'string' ? value : '')
  return match ? `${match[3]}.${match[2]}.${match[1]}` : ''
}

/** Russian plural: 1 карточка, 2 карточки, 5 карточек. */
export function plural(count: number, one: string, few: string, many: string): string {
  const tens = count % 100
  const ones = count % 10
  if (tens >= 11 && tens <= 14) return `${count} ${many}`
  if (ones === 1) return `${count} ${one}`
  return ones >= 2 && ones <= 4 ? `${count} ${few}` : `${count} ${many}`
}
