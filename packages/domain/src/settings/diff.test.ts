import { defaultSettings, SECTION_NAMES } from '@trunkline/contracts/settings/index'
import type { ResponsibleRule } from '@trunkline/contracts/settings/rules'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diff } from './diff.ts'
import { listMoves } from './list-moves.ts'
import { same } from './same-value.ts'
import { and, anySettings, BOT, is, SITE, WORLD } from './settings.fixture.ts'
import { namesOf } from './settings-world.ts'

const names = namesOf(WORLD)
const rule = (id: string, change: Partial<ResponsibleRule> = {}): ResponsibleRule => ({
  id,
  title: `Правило ${id}`,
  active: true,
  when: and(is('site', '=', `${id}.ru`)),
  userId: '7',
  ...change,
})
const chats = defaultSettings('chats')
const rules = (before: ResponsibleRule[], after: ResponsibleRule[]) =>
  diff('chats', { ...chats, responsibleRules: before }, { ...chats, responsibleRules: after }, names)
const said = (changes: ReturnType<typeof diff>) => changes.map((change) => change.sentence.ru)

describe('the difference of two values', () => {
  test('is empty exactly when they are equal', () => {
    fc.assert(
      fc.property(anySettings, anySettings, fc.boolean(), (one, other, again) => {
        for (const section of SECTION_NAMES) {
          const before = one[section] as never
          const after = (again ? structuredClone(one) : other)[section] as never
          expect(diff(section, before, after, names).length === 0, section).toBe(same(before, after))
        }
      }),
      { numRuns: 300 },
    )
  })

  test('is told in whole sentences in both languages', () => {
    fc.assert(
      fc.property(anySettings, anySettings, (one, other) => {
        for (const section of SECTION_NAMES) {
          for (const { sentence } of diff(section, one[section] as never, other[section] as never, names)) {
            expect(sentence.ru).toMatch(/^[«А-ЯЁA-Z].*[.»]$/s)
            expect(sentence.en).toMatch(/^[“A-Z].*[.”]$/s)
            expect(sentence.ru + sentence.en).not.toMatch(/undefined|null|\[object|\.\./)
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  test('says of a setting what it was and what it is', () => {
    const after = { ...chats, enabled: true, channelIds: [BOT], defaultResponsibleId: '9' }
    const changes = diff('chats', { ...chats, channelIds: [SITE] }, after, names)
    expect(changes.map(({ pointer, kind }) => `${kind} ${pointer}`)).toEqual([
      'changed /enabled',
      'changed /channelIds',
      'changed /defaultResponsibleId',
    ])
    expect(said(changes)).toEqual([
      'Передавать чаты: было «Не передавать чаты в Битрикс24», стало «Передавать чаты в Битрикс24».',
      'Каналы: добавлено «Бот», убрано «Сайт».',
      'Ответственный по умолчанию: было «Ответственный по умолчанию не выбран», стало «Ответственный всегда — Павел Ильин».',
    ])
  })
})

describe('rules', () => {
  test('that came and went are named with their sentence', () => {
    const changes = rules([rule('a'), rule('b')], [rule('b'), rule('c')])
    expect(said(changes)).toEqual([
      'Фильтр ответственных: удалено правило «Правило a». Если Сайт — «a.ru», ответственный — Анна Ветрова.',
      'Фильтр ответственных: добавлено правило «Правило c». Если Сайт — «c.ru», ответственный — Анна Ветрова.',
    ])
    expect(changes.map((change) => [change.kind, change.before === null, change.after === null])).toEqual([
      ['removed', false, true],
      ['added', true, false],
    ])
  })

  test('one moved up is one move, not many', () => {
    const order = [rule('a'), rule('b'), rule('c'), rule('d')]
    expect(said(rules(order, [order[3]!, order[0]!, order[1]!, order[2]!]))).toEqual([
      'Фильтр ответственных: перемещено правило «Правило d» с места 4 на место 1.',
    ])
  })

  test('one switched off, renamed, given another user and other conditions is the same rule', () => {
    const after = rule('a', { active: false, title: 'Опт', userId: '9', when: and(is('phone', 'empty')) })
    const changes = rules([rule('a')], [after])
    expect(changes.every((change) => change.kind === 'changed')).toBe(true)
    expect(said(changes)).toEqual([
      'Фильтр ответственных: правило «Опт» выключено.',
      'Фильтр ответственных: правило «Опт» раньше называлось «Правило a».',
      'Фильтр ответственных: правило «Опт» условие было «Сайт — «a.ru»», стало «Телефон — не указано».',
      'Фильтр ответственных: правило «Опт» было «ответственный — Анна Ветрова», стало «ответственный — Павел Ильин».',
    ])
  })
})

test('moves are the fewest that turn one order into the other', () => {
  const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 6 })
  fc.assert(
    fc.property(ids, ids, (before, after) => {
      const { added, removed, kept } = listMoves(before, after)
      expect(added.map((index) => after[index])).toEqual(after.filter((id) => !before.includes(id)))
      expect(removed.map((index) => before[index])).toEqual(before.filter((id) => !after.includes(id)))
      const still = kept.filter((one) => !one.moved)
      expect(still.every((one, at) => at === 0 || still[at - 1]!.before < one.before)).toBe(true)
      expect(still.length).toBe(mostInOrder(before, after))
    }),
  )
})

/** The longest common subsequence by trying every subset. */
function mostInOrder(before: readonly string[], after: readonly string[]): number {
  const common = after.filter((id) => before.includes(id))
  let best = 0
  for (let chosen = 0; chosen < 2 ** common.length; chosen++) {
    const some = common.filter((_, index) => (chosen >> index) & 1)
    const places = some.map((id) => before.indexOf(id))
    if (places.every((place, at) => at === 0 || places[at - 1]! < place)) best = Math.max(best, some.length)
  }
  return best
}
