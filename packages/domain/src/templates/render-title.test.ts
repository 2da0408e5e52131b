import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dropEmpty, EMPTY_MARK } from './drop-empty.ts'
import { MAX_TEMPLATE_CHARS, MAX_TITLE_CHARS, renderTitle, templateProblems } from './render-title.ts'
import { DEFAULT_TITLE_TEMPLATE, TITLE_VARIABLES, type TitleVariables } from './title-variables.ts'

function variables(given: Partial<TitleVariables> = {}): TitleVariables {
  const none = Object.fromEntries(Object.keys(TITLE_VARIABLES).map((key) => [key, '']))
  return { ...(none as TitleVariables), event_type: 'Чат', channel_type: 'Telegram', ...given }
}

describe('a title', () => {
  test('by default names event, channel type and visitor', () => {
    expect(renderTitle(DEFAULT_TITLE_TEMPLATE.ru, variables({ visitor: 'Анна' }))).toBe('Чат Telegram — Анна')
    expect(
      renderTitle(DEFAULT_TITLE_TEMPLATE.en, variables({ event_type: 'chat', visitor: 'Anna' }), 'en'),
    ).toBe('Telegram chat — Anna')
  })

  test('holds channel type, phone and communication number when asked (CHAT-73)', () => {
    const title = renderTitle(
      '{{ channel_type }} {{ phone }} #{{ communication_id }}',
      variables({ phone: '+79161234567', communication_id: '128' }),
    )
    expect(title).toBe('Telegram +79161234567 #128')
  })

  test.each([
    ['Чат ∅ — Анна', 'Чат — Анна'],
    ['Чат Telegram — ∅', 'Чат Telegram'],
    ['∅ — Анна', 'Анна'],
    ['A, ∅, B', 'A, B'],
    ['A (∅) B', 'A B'],
    ['A («∅» / ∅) B', 'A B'],
    ['A - ∅ | B', 'A - B'],
    ['∅ ∅', ''],
    ['A ∅ B', 'A B'],
    ['заказ №∅', 'заказ'],
  ])('drops an empty variable with its separator: %s', (before, after) => {
    expect(dropEmpty(before.replaceAll('∅', EMPTY_MARK))).toBe(after)
  })

  test('is the default one when the template cannot be rendered', () => {
    for (const broken of [
      '{{ name',
      '{% include "x" %}',
      '{% for a in b %}{% endfor %}',
      '{{ name | date: "%Y" }}',
      '',
    ]) {
      expect(renderTitle(broken, variables({ visitor: 'Анна' }))).toBe('Чат Telegram — Анна')
    }
  })

  test('may choose by condition', () => {
    const template = '{% if phone %}{{ phone }}{% else %}без телефона{% endif %}'
    expect(renderTitle(template, variables())).toBe('без телефона')
    expect(renderTitle(template, variables({ phone: '+7916' }))).toBe('+7916')
    expect(renderTitle('{{ name | default: "Гость" }}', variables())).toBe('Гость')
  })

  test('is not empty even when nothing is known', () => {
    expect(renderTitle('{{ name }}', variables({ event_type: '', channel_type: '' }))).toBe('Чат № —')
  })

  test('is never empty, never too long, one line, and keeps no mark, whatever people type', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom(...Object.values(DEFAULT_TITLE_TEMPLATE), '{{ name }}{{page}}'),
        ),
        fc.record(
          Object.fromEntries(
            Object.keys(TITLE_VARIABLES).map((key) => [key, fc.string({ unit: 'binary', maxLength: 300 })]),
          ),
        ),
        (template, values) => {
          const title = renderTitle(template, values as TitleVariables)
          expect(title.length).toBeGreaterThan(0)
          expect(title.length).toBeLessThanOrEqual(MAX_TITLE_CHARS)
          expect(title).not.toMatch(/\p{Cc}/u)
          expect(title).not.toContain(EMPTY_MARK)
          expect(title.isWellFormed()).toBe(true)
          expect(renderTitle(template, values as TitleVariables)).toBe(title)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('never contains what a value of a customer would execute', () => {
    expect(renderTitle('{{ name }}', variables({ name: '{{ phone }}{% raw %}', phone: 'secret' }))).toBe(
      '{{ phone }}{% raw %}',
    )
  })
})

describe('a template', () => {
  test('with an unknown variable, filter, tag or bad syntax is refused in both languages', () => {
    const refused = {
      '{{ nom }}': 'unknown-variable',
      '{{ name': 'syntax',
      '{% render "a" %}': 'syntax',
      '  ': 'empty',
    }
    for (const [template, code] of Object.entries(refused)) {
      const [problem] = templateProblems(template)
      expect(problem?.code, template).toBe(code)
      expect(problem?.message.ru).toMatch(/[а-я]/i)
      expect(problem?.message.en).toMatch(/[a-z]/i)
    }
    expect(templateProblems('x'.repeat(MAX_TEMPLATE_CHARS + 1))[0]?.code).toBe('too-long')
    expect(templateProblems('{{ name | nope }}')[0]?.code).toBe('syntax')
  })

  test('of bad syntax is explained in the language of the reader, not in that of the engine', () => {
    const said = {
      'Заявка {{ name': 'Переменная не закрыта: после её имени нужны скобки «}}».',
      '{% for a in b %}': 'Команды «for» в названиях нет.',
      '{% if name %}a': 'Команда не закрыта: {% if name %}.',
      '{{ name | nope }}': 'Такой обработки нет: nope.',
      'Заявка {{ | }}': 'Шаблон не разобран (знак 11). Проверьте скобки «{{ }}» и «{% %}».',
    }
    for (const [template, words] of Object.entries(said))
      expect(templateProblems(template)[0]?.message.ru, template).toBe(words)
  })

  test('made of our own variables is accepted', () => {
    const all = Object.keys(TITLE_VARIABLES).map((name) => `{{ ${name} }}`)
    expect(templateProblems(all.join(' '))).toEqual([])
    expect(templateProblems(DEFAULT_TITLE_TEMPLATE.ru)).toEqual([])
  })
})
