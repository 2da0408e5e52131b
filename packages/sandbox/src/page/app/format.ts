import type { EntityName, Item, PortalData } from './portal-api.ts'
import type { Language, Texts } from './texts.ts'

const LOCALES: Readonly<Record<Language, string>> = { ru: 'ru-RU', en: 'en-GB' }

/** `42 000 ₽`; nothing for an empty amount. */
export function money(amount: unknown, currency: string, language: Language): string {
  const value = Number(amount ?? 0)
  if (!Number.isFinite(value) || value === 0) return ''
  return new Intl.NumberFormat(LOCALES[language], {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: 0,
  }).format(value)
}

/** Day and time of an instant in milliseconds or ISO 8601. */
export function moment(at: number | string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(at),
  )
}

/** `12:30:05.120`, for rows that come many a second. */
export function clockTime(at: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  }).format(at)
}

export function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** What a card is called in lists and headings. */
export function titleOf(kind: EntityName, item: Item, texts: Texts): string {
  const name = [item['name'], item['lastName']].map(text).filter(Boolean).join(' ')
  const title = kind === 'contact' ? name : text(item['title']) || name
  return title || `${texts.entity[kind]} ${item.id}`
}

export function employeeName(data: PortalData, id: unknown): string {
  const employee = data.employees.find((one) => one.id === Number(id))
  return employee ? `${employee.name} ${employee.lastName}`.trim() : ''
}

export function listOf(data: PortalData, kind: EntityName): readonly Item[] {
  return { lead: data.leads, deal: data.deals, contact: data.contacts, company: data.companies }[kind]
}

/** Stages of the leads or of one pipeline of deals, in order. */
export function stagesOf(
  data: PortalData,
  kind: 'lead' | 'deal',
  categoryId: number,
): PortalData['statuses'] {
  const dictionary = kind === 'lead' ? 'STATUS' : categoryId === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${categoryId}`
  return data.statuses
    .filter(({ entityId }) => entityId === dictionary)
    .sort((left, right) => left.sort - right.sort)
}

export function initials(name: string): string {
  return name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .join('')
    .slice(0, 2)
    .toUpperCase()
}
