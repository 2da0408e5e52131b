import { describe, expect, it } from 'vitest'
import { daysBefore, listTime, urgency, waited } from './short-time.ts'

const now = new Date(2026, 10, 22, 12, 0).getTime()
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString()
const plain = (text: string) => text.replace(/\s/g, ' ')

describe('times in the list', () => {
  it('grow coarser with age, in the language of the person', () => {
    expect(listTime(ago(0), now, 'ru', 'сейчас')).toBe('сейчас')
    expect(plain(listTime(ago(5), now, 'ru', ''))).toBe('5 мин')
    expect(plain(listTime(ago(5), now, 'en', ''))).toBe('5 min')
    expect(listTime(ago(125), now, 'ru', '')).toBe('09:55')
    expect(listTime(ago(24 * 60), now, 'ru', '')).toBe('вчера')
    expect(plain(listTime(ago(10 * 24 * 60), now, 'en', ''))).toBe('Nov 12')
  })

  it('count days by the calendar, not by 24 hours', () => {
    expect(
      daysBefore(new Date(2026, 10, 21, 23, 59).toISOString(), new Date(2026, 10, 22, 0, 1).getTime()),
    ).toBe(1)
    expect(
      daysBefore(new Date(2026, 10, 22, 0, 1).toISOString(), new Date(2026, 10, 22, 23, 59).getTime()),
    ).toBe(0)
  })

  it('of waiting say how long and how pressing', () => {
    expect(plain(waited(ago(0), now, 'en'))).toBe('1 min')
    expect(plain(waited(ago(190), now, 'en'))).toBe('3 hr')
    expect(plain(waited(ago(3 * 24 * 60), now, 'ru'))).toBe('3 дн.')
    expect([urgency(ago(1), now), urgency(ago(10), now), urgency(ago(45), now)]).toEqual([
      'calm',
      'soon',
      'late',
    ])
  })
})
