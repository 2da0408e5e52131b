import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TITLE_VARIABLES, titleVariablesOf } from '../templates/title-variables.ts'
import { decide } from './decide.ts'
import { someFacts, someRequest } from './facts.fixture.ts'
import { sectionOf } from './input.ts'
import { anyFacts, openSettings } from './random.fixture.ts'
import { previewTitle } from './title.ts'

const parts = fc.constantFrom(
  ...Object.keys(TITLE_VARIABLES).map((name) => `{{ ${name} }}`),
  '{{ form.city }}',
  ' — ',
  'Заявка',
  '{% if phone %}тел.{% endif %}',
  '{{ broken',
)

test('the preview of a template is the title of the card that is then made (CHAT-70)', () => {
  let made = 0
  fc.assert(
    fc.property(
      anyFacts,
      openSettings,
      fc.array(parts, { maxLength: 5 }).map((some) => some.join(' ')),
      fc.array(parts, { maxLength: 3 }).map((some) => some.join(' ')),
      (facts, settings, titleTemplate, activityTemplate) => {
        const section = sectionOf(facts)
        const decision = decide(facts, {
          ...settings,
          [section]: { ...settings[section], titleTemplate, activityTemplate },
        })
        for (const step of decision.need ? [] : decision.plan.steps) {
          if (step.kind === 'create-lead' || step.kind === 'create-deal') {
            made += 1
            expect(step.fields.title).toBe(previewTitle(section, titleTemplate, facts))
          }
          if (step.kind === 'create-activity') {
            const template = activityTemplate.trim() === '' ? titleTemplate : activityTemplate
            expect(step.subject).toBe(previewTitle(section, template, facts))
          }
        }
      },
    ),
    { numRuns: 1000 },
  )
  expect(made).toBeGreaterThan(50)
})

describe('names by kind of event (CHAT-72, CHAT-73)', () => {
  const request = someFacts({ event: 'request', request: someRequest() })
  test.each([
    ['chats', 'ru', 'Чат Telegram — Анна'],
    ['chats', 'en', 'Telegram chat — Анна'],
    ['requests', 'ru', 'Офлайн-заявка Telegram — Анна'],
    ['requests', 'en', 'Telegram offline request — Анна'],
  ] as const)('%s in %s by default: %s', (section, locale, expected) => {
    const facts = section === 'chats' ? someFacts() : request
    expect(previewTitle(section, '', { ...facts, locale })).toBe(expected)
  })

  test('channel type, phone and communication number are there (CHAT-73)', () => {
    const template = '{{ channel_type }} {{ phone }} №{{ communication_id }}'
    expect(previewTitle('chats', template, someFacts())).toBe('Telegram +79161234567 №128')
  })

  test('fields of a site’s form are inserted by name', () => {
    const template = '{{ form_name }}: {{ form.city }}{{ form["Ваш вопрос"] }}, {{ personal_data_consent }}'
    expect(previewTitle('requests', template, request)).toBe('Обратный звонок: Казань, да')
  })

  test('the section of a preview says as what the event is named', () => {
    expect(previewTitle('requests', '{{ event_type }}', someFacts())).toBe('Офлайн-заявка')
  })

  test.each([
    [undefined, '2026-03-01'],
    ['Europe/Moscow', '2026-03-01'],
    ['Asia/Vladivostok', '2026-03-02'],
    ['America/New_York', '2026-03-01'],
    ['Mars/Base', '2026-03-01'],
  ])('the day is that of the time zone %s', (timeZone, day) => {
    const { conversation } = someFacts()
    const late = someFacts({ conversation: { ...conversation, startedAt: '2026-03-01T20:30:00.000Z' } })
    const facts = timeZone === undefined ? late : { ...late, timeZone }
    expect(previewTitle('chats', '{{ date }}', facts)).toBe(day)
  })

  test('variables offered fit the section', () => {
    const names = (section: 'chats' | 'requests') => titleVariablesOf(section).map((one) => one.name)
    expect(names('chats')).toContain('operator')
    expect(names('chats')).not.toContain('form_name')
    expect(names('requests')).toContain('form_name')
    expect(names('requests')).not.toContain('operator')
    for (const { label } of titleVariablesOf('requests')) {
      expect(label.ru).toMatch(/\S/)
      expect(label.en).toMatch(/\S/)
    }
  })
})
