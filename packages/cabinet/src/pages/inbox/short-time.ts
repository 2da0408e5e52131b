import type { Locale } from '@trunkline/contracts/locale'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Whole days between two instants by this browser's calendar: 0 today, 1 yesterday. */
export function daysBefore(at: string, nowMs: number): number {
  const then = new Date(at)
  const now = new Date(nowMs)
  const start = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
  return Math.round((start(now) - start(then)) / DAY_MS)
}

/**
 * A time in as few letters as a row of the list has: "5 min", "14:32", "yesterday", "12 Nov", "12.11.25".
 * @param justNow what to say within the first minute.
 */
export function listTime(at: string, nowMs: number, locale: Locale, justNow: string): string {
  const age = nowMs - Date.parse(at)
  if (age < MINUTE_MS) return justNow
  if (age < HOUR_MS) return units(Math.floor(age / MINUTE_MS), 'minute', locale)
  const days = daysBefore(at, nowMs)
  const date = new Date(at)
  if (days === 0) return date.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
  if (days === 1) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-1, 'day')
  if (date.getFullYear() === new Date(nowMs).getFullYear()) {
    return date.toLocaleDateString(locale, { day: 'numeric', month: 'short' })
  }
  return date.toLocaleDateString(locale, { day: '2-digit', month: '2-digit', year: '2-digit' })
}

/** How long somebody waits, in one unit: "40 min", "3 hr", "2 days". */
export function waited(since: string, nowMs: number, locale: Locale): string {
  const age = Math.max(0, nowMs - Date.parse(since))
  if (age < HOUR_MS) return units(Math.max(1, Math.floor(age / MINUTE_MS)), 'minute', locale)
  if (age < DAY_MS) return units(Math.floor(age / HOUR_MS), 'hour', locale)
  return units(Math.floor(age / DAY_MS), 'day', locale)
}

/** How pressing a wait is: `calm` under 5 minutes, `late` from 30. */
export function urgency(since: string, nowMs: number): 'calm' | 'soon' | 'late' {
  const minutes = (nowMs - Date.parse(since)) / MINUTE_MS
  return minutes >= 30 ? 'late' : minutes >= 5 ? 'soon' : 'calm'
}

function units(count: number, unit: 'minute' | 'hour' | 'day', locale: Locale): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count)
}
