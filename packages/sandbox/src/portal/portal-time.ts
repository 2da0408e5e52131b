/** Dates as the portal reads and prints them: ISO-8601 with the portal's offset. */

/** `2026-08-21T13:58:56+03:00` for an instant. */
export function portalDateTime(at: number, utcOffsetMinutes: number): string {
  const local = new Date(at + utcOffsetMinutes * 60_000).toISOString().slice(0, 19)
  return local + offsetText(utcOffsetMinutes)
}

function offsetText(utcOffsetMinutes: number): string {
  const sign = utcOffsetMinutes < 0 ? '-' : '+'
  const minutes = Math.abs(utcOffsetMinutes)
  return `${sign}${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** Midnight of that day with the portal's offset: how date-only fields come back. Source: reference/bitrix24.md §2.7. */
export function portalDate(at: number, utcOffsetMinutes: number): string {
  return `${portalDateTime(at, utcOffsetMinutes).slice(0, 10)}T00:00:00${offsetText(utcOffsetMinutes)}`
}

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/
const RUSSIAN_DATE = /^(\d{2})\.(\d{2})\.(\d{4})(?: (\d{2}:\d{2})(?::(\d{2}))?)?$/

/** The instant of a date or date-time text, or `null`; without an offset the portal's zone is meant. */
export function parsePortalTime(text: string, utcOffsetMinutes: number): number | null {
  const russian = RUSSIAN_DATE.exec(text.trim())
  const iso = russian
    ? `${russian[3]}-${russian[2]}-${russian[1]}${russian[4] ? `T${russian[4]}:${russian[5] ?? '00'}` : ''}`
    : text.trim()
  const match = DATE_TIME.exec(iso)
  if (!match) return null
  const [, day, clock = '00:00', seconds = '00', zone] = match
  const offset =
    zone === undefined ? offsetText(utcOffsetMinutes) : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
  const at = Date.parse(`${day}T${clock}:${seconds}${offset}`)
  return Number.isNaN(at) ? null : at
}
