import { type MainSettings, WEEK_DAYS } from '@trunkline/contracts/settings/main'

/** When a company works, as the Main section has it. */
export type WorkHours = Pick<MainSettings, 'hasWorkHours' | 'workDays' | 'workFrom' | 'workTill'>

const DAY_MIN = 24 * 60

/**
 * Whether an instant is inside working time (CHAT-58).
 *
 * A shift belongs to the day it begins on: one that ends earlier than it begins goes on after midnight, one that ends
 * when it begins lasts around the clock. The beginning is inside, the end is not.
 * @param at ISO 8601.
 * @param timeZone such as `Europe/Moscow`; an unknown one counts as UTC.
 * @returns undefined when there are no working hours, or the instant cannot be read: nothing is known then.
 */
export function isWorkingTime(at: string, hours: WorkHours, timeZone: string): boolean | undefined {
  const ms = Date.parse(at)
  if (!hours.hasWorkHours || Number.isNaN(ms)) return undefined
  const { day, minute } = wallClock(ms, timeZone)
  const from = minutesOf(hours.workFrom)
  const till = minutesOf(hours.workTill)
  const worksOn = (index: number) => hours.workDays.includes(WEEK_DAYS[(index + 7) % 7]!)
  const lengthMin = till > from ? till - from : till - from + DAY_MIN
  const begunToday = minute >= from && minute < from + lengthMin
  const begunYesterday = minute + DAY_MIN < from + lengthMin
  return (worksOn(day) && begunToday) || (worksOn(day - 1) && begunYesterday)
}

/** Whether this machine knows a time zone by that name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name })
    return true
  } catch {
    // Intl answers an unknown name with a RangeError and has no other way to ask.
    return false
  }
}

const SHORT_DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Day of the week, 0 = Monday, and minutes since midnight on the wall of a zone. */
function wallClock(ms: number, timeZone: string): { day: number; minute: number } {
  const parts = new Map(
    new Intl.DateTimeFormat('en-GB', {
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: isTimeZone(timeZone) ? timeZone : 'UTC',
    })
      .formatToParts(ms)
      .map((part) => [part.type, part.value]),
  )
  return {
    day: SHORT_DAYS.indexOf(parts.get('weekday') ?? 'Mon'),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  }
}

function minutesOf(clock: string): number {
  const [hours, minutes] = clock.split(':')
  return Number(hours) * 60 + Number(minutes)
}
