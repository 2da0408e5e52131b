import type { Locale } from '@trunkline/contracts/locale'

const MONTHS = {
  ru: 'января,февраля,марта,апреля,мая,июня,июля,августа,сентября,октября,ноября,декабря'.split(','),
  en: 'January,February,March,April,May,June,July,August,September,October,November,December'.split(','),
} as const

export interface LocalTime {
  /** «12 марта 2026», "12 March 2026". */
  readonly day: string
  /** `09:05`, 24 hours. */
  readonly clock: string
}

/**
 * An instant on the wall of a time zone. Month names are ours: those of `Intl` differ between machines.
 * An unknown zone counts as UTC, an unreadable instant is shown as it is.
 */
export function localTime(instant: string, timeZone: string, locale: Locale): LocalTime {
  const ms = Date.parse(instant)
  if (Number.isNaN(ms)) return { day: '—', clock: '—' }
  const parts = new Map(
    formatter(timeZone)
      .formatToParts(ms)
      .map((part) => [part.type, part.value]),
  )
  const month = MONTHS[locale][Number(parts.get('month')) - 1] ?? ''
  return {
    day: `${Number(parts.get('day'))} ${month} ${parts.get('year')}`,
    clock: `${parts.get('hour')}:${parts.get('minute')}`,
  }
}

/** The day of an instant on the wall of a time zone, `2026-03-12`; what cannot be read as an instant is given back. */
export function localDay(instant: string, timeZone: string): string {
  const ms = Date.parse(instant)
  // A day alone is the same day everywhere.
  if (Number.isNaN(ms) || !instant.includes('T')) return instant.slice(0, 10)
  const parts = new Map(
    formatter(timeZone)
      .formatToParts(ms)
      .map((part) => [part.type, part.value]),
  )
  return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`
}

/** Formatters by zone: making one takes longer than everything else about a decision. */
const formatters = new Map<string, Intl.DateTimeFormat>()
/** There are fewer zones; names that nobody knows must not fill the memory. */
const MAX_FORMATTERS = 600

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const made = newFormatter(timeZone)
  if (formatters.size < MAX_FORMATTERS) formatters.set(timeZone, made)
  return made
}

function newFormatter(timeZone: string): Intl.DateTimeFormat {
  const options = {
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  } as const
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone })
  } catch {
    // A zone name that this machine does not know (RangeError).
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
  }
}
