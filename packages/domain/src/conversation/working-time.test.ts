import { defaultSettings } from '@trunkline/contracts/settings/index'
import { WEEK_DAYS } from '@trunkline/contracts/settings/main'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isTimeZone, isWorkingTime, type WorkHours } from './working-time.ts'

const office: WorkHours = { ...defaultSettings('main'), hasWorkHours: true }
const night: WorkHours = { ...office, workDays: ['fri'], workFrom: '22:00', workTill: '06:00' }
const always: WorkHours = { ...office, workDays: ['mon'], workFrom: '09:00', workTill: '09:00' }

// 2026-03-02 is a Monday.
describe('working time', () => {
  test.each<[string, WorkHours, string, string, boolean]>([
    ['the first minute', office, '2026-03-02T06:00:00Z', 'Europe/Moscow', true],
    ['a minute before', office, '2026-03-02T05:59:59Z', 'Europe/Moscow', false],
    ['the last minute', office, '2026-03-02T14:59:59Z', 'Europe/Moscow', true],
    ['the end itself', office, '2026-03-02T15:00:00Z', 'Europe/Moscow', false],
    ['the same instant elsewhere', office, '2026-03-02T06:00:00Z', 'UTC', false],
    ['Saturday', office, '2026-03-07T09:00:00Z', 'Europe/Moscow', false],
    [
      'Saturday in Moscow, Friday still in Los Angeles',
      office,
      '2026-03-07T01:00:00Z',
      'America/Los_Angeles',
      true,
    ],
    ['after midnight of a night shift', night, '2026-03-07T02:00:00Z', 'UTC', true],
    ['its morning end', night, '2026-03-07T06:00:00Z', 'UTC', false],
    ['before midnight of the next day', night, '2026-03-07T23:00:00Z', 'UTC', false],
    ['before it on a day without one', night, '2026-03-06T02:00:00Z', 'UTC', false],
    ['around the clock from Monday', always, '2026-03-03T08:59:00Z', 'UTC', true],
    ['until Tuesday', always, '2026-03-03T09:00:00Z', 'UTC', false],
    ['a zone nobody knows counts as UTC', office, '2026-03-02T09:00:00Z', 'Mars/Base', true],
  ])('%s', (_, hours, at, zone, inside) => {
    expect(isWorkingTime(at, hours, zone)).toBe(inside)
  })

  test('is unknown without working hours, and for an instant that cannot be read', () => {
    expect(isWorkingTime('2026-03-02T09:00:00Z', { ...office, hasWorkHours: false }, 'UTC')).toBeUndefined()
    expect(isWorkingTime('yesterday', office, 'UTC')).toBeUndefined()
  })

  test('in a week is as long as the shifts together', () => {
    const clock = fc.integer({ min: 0, max: 47 }).map((half) => half * 30)
    const hhmm = (min: number) =>
      `${String(Math.floor(min / 60)).padStart(2, '0')}:${String(min % 60).padStart(2, '0')}`
    fc.assert(
      fc.property(clock, clock, fc.subarray([...WEEK_DAYS], { minLength: 1 }), (from, till, workDays) => {
        const hours = { ...office, workDays, workFrom: hhmm(from), workTill: hhmm(till) }
        let inside = 0
        for (let half = 0; half < 7 * 48; half++) {
          const at = new Date(Date.UTC(2026, 2, 2) + half * 1_800_000).toISOString()
          if (isWorkingTime(at, hours, 'UTC')) inside += 30
        }
        const shiftMin = till > from ? till - from : till - from + 1440
        expect(inside).toBe(shiftMin * workDays.length)
      }),
      { numRuns: 30 },
    )
  })
})

test('a time zone is known by its name', () => {
  expect(isTimeZone('Asia/Omsk')).toBe(true)
  expect(isTimeZone('Омск')).toBe(false)
  expect(isTimeZone('')).toBe(false)
})
