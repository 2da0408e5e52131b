import type { DecisionView } from '@trunkline/contracts/http/journal'
import { mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, setLocale } from '../../i18n.ts'
import DecisionCard from './DecisionCard.vue'
import { outcomeLook, stepLook, verdictLook } from './looks.ts'

const decision: DecisionView = {
  id: '01900000-0000-7000-8000-000000000001',
  at: '2026-11-22T10:00:00Z',
  outcome: 'failed',
  reason: 'portal-refused',
  summary: { ru: 'Портал отказал.', en: 'The portal refused.' },
  contactClass: 'first',
  trace: [
    { code: 'main-on', verdict: 'pass', ru: 'Интеграция включена.', en: 'The integration is on.' },
    { code: 'rule', verdict: 'skip', ru: 'Правило <b>не</b> подошло.', en: 'The rule <b>did not</b> match.' },
    { code: 'data', verdict: 'stop', ru: 'Нет контактных данных.', en: 'No contact data.' },
  ],
  integration: null,
  settingsVersions: { main: 4, chats: 12 },
  steps: [
    {
      id: '01900000-0000-7000-8000-000000000002',
      kind: 'create-deal',
      status: 'failed',
      sentence: { ru: 'Создать сделку', en: 'Create a deal' },
      attempts: 3,
      error: 'stage is gone',
      link: null,
      at: null,
    },
    {
      id: '01900000-0000-7000-8000-000000000003',
      kind: 'create-contact',
      status: 'done',
      sentence: { ru: 'Найден контакт', en: 'Contact found' },
      attempts: 1,
      error: null,
      link: {
        type: 'contact',
        id: '87',
        title: 'Anna',
        url: 'https://portal.example/crm/contact/87/',
        made: false,
      },
      at: '2026-11-22T10:00:01Z',
    },
  ],
  candidates: [
    {
      type: 'deal',
      id: '488',
      title: 'Kitchen',
      url: 'https://portal.example/crm/deal/488/',
      chosen: false,
      why: { ru: 'Закрыта.', en: 'It is closed.' },
    },
  ],
}

const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/', component: { render: () => null } }],
})
const show = (over: Partial<DecisionView> = {}, newest = true, movable?: ReadonlySet<string>) =>
  mount(DecisionCard, {
    props: { decision: { ...decision, ...over }, newest, retrying: false, open: true, movable },
    global: { plugins: [i18n, router] },
  })

describe('Why?', () => {
  beforeEach(() => setLocale('en'))

  it('tells the decision in sentences of the reader, each gate with its verdict in words', async () => {
    const lines = () =>
      show()
        .findAll('[data-test="trace"] li')
        .map((line) => line.text().replace(/\s+/g, ' '))
    expect(lines()).toEqual([
      'Passed:The integration is on.',
      'Did not match:The rule <b>did not</b> match.',
      'Stopped:No contact data.',
    ])
    await setLocale('ru')
    expect(lines()[2]).toBe('Остановлено:Нет контактных данных.')
    expect(show().get('[data-test="summary"]').text()).toBe('Портал отказал.')
  })

  it('never reads a sentence as HTML', () => {
    expect(show().find('[data-test="trace"] b').exists()).toBe(false)
  })

  it('shows each step with its state, the tries, the error and the way to the CRM card', () => {
    const [failed, done] = show().findAll('[data-test="steps"] > li')
    expect(failed?.text()).toContain('Failed · 3 attempts')
    expect(failed?.text()).toContain('stage is gone')
    const link = done?.get('a')
    expect(link?.attributes()).toMatchObject({
      href: 'https://portal.example/crm/contact/87/',
      target: '_blank',
      rel: 'noopener noreferrer',
    })
  })

  it('says who lost and why, and by which settings it was decided', () => {
    const card = show()
    expect(card.get('[data-test="candidates"]').text()).toContain('It is closed.')
    expect(card.get('[data-test="versions"]').text().replace(/\s+/g, ' ')).toBe(
      'Versions of settings: main v4, chats v12',
    )
  })

  it('offers to try again only the newest decision, and only when it failed', () => {
    expect(show().text()).toContain('Try again')
    expect(show({}, false).text()).not.toContain('Try again')
    expect(show({ outcome: 'passed' }).text()).not.toContain('Try again')
  })

  it('offers to move the talk to the candidates that it may be moved to, and to no other', async () => {
    const lost = decision.candidates[0]!
    const passed = show({ outcome: 'passed' }, true, new Set([`${lost.type}:${lost.id}`]))
    await passed.get('[data-test="move-here"]').trigger('click')
    expect(passed.emitted('move')).toEqual([[lost]])
    expect(show({ outcome: 'passed' }).find('[data-test="move-here"]').exists()).toBe(false)
    const other = show({ outcome: 'passed' }, true, new Set(['deal:0']))
    expect(other.find('[data-test="move-here"]').exists()).toBe(false)
  })

  it('folds by its button and says so to assistive technology', async () => {
    const card = show()
    const button = card.get('button[aria-expanded]')
    expect(card.find(`[id="${button.attributes('aria-controls')}"]`).exists()).toBe(true)
    await button.trigger('click')
    expect(card.emitted('update:open')).toEqual([[false]])
  })
})

it('a verdict, state or outcome of a newer server is shown calmly instead of breaking the page', () => {
  expect([verdictLook('quantum').kind, stepLook('quantum').kind, outcomeLook('quantum').word]).toEqual([
    'note',
    'waiting',
    'pending',
  ])
})
