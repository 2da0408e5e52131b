import type { Home } from '@trunkline/contracts/http/journal'
import { afterEach, expect, it, vi } from 'vitest'
import { mountPage } from '../../forms/mount.fixture.ts'
import HomePage from './HomePage.vue'

const notice = (at: number): Home['notices'][number] => ({
  integrationId: '01a00000-0000-7000-8000-000000000001',
  section: 'chats',
  pointer: `/responsibleRules/${at}/userId`,
  code: 'user-dismissed',
  message: { ru: `Правило ${at}: сотрудник уволен.`, en: `Rule ${at}: the user is dismissed.` },
  since: '2026-11-22T10:00:00.000Z',
})
const home = (notices: Home['notices']): Home => ({
  ledger: {
    accepted: 0,
    passed: 0,
    notPassed: 0,
    held: 0,
    failed: 0,
    pending: 0,
    difference: 0,
    byReason: [],
  },
  today: { conversations: 0, messages: 0, entities: 0, medianFirstAnswerS: null },
  channels: [],
  portals: [],
  nextSteps: [],
  notices,
})

let cleanup: (() => void) | undefined
afterEach(() => {
  cleanup?.()
  vi.unstubAllGlobals()
})

async function open(notices: Home['notices']) {
  vi.stubGlobal('fetch', async () => Response.json(home(notices)))
  const settings = { path: '/settings/:section', name: 'settings', component: { template: '<p />' } }
  const others = ['channels', 'bitrix24'].map((name) => ({ ...settings, path: `/${name}`, name }))
  const { wrapper } = await mountPage(HomePage, '/', [settings, ...others])
  cleanup = () => wrapper.unmount()
  await vi.waitFor(() => expect(wrapper.find('[data-test="ledger"]').exists()).toBe(true))
  return wrapper
}

it('the first page tells each setting that points to something gone, and leads to the place (UIS-17)', async () => {
  const wrapper = await open([notice(0), notice(3)])
  const card = wrapper.get('[data-test="notices"]')
  expect(card.text()).toContain('2 settings point to something that is gone')
  expect(card.text()).toContain('Rule 3: the user is dismissed.')
  expect(card.findAll('a').map((link) => link.attributes('href'))).toEqual(
    [0, 3].map(
      (at) =>
        `/settings/chats?integration=01a00000-0000-7000-8000-000000000001#/responsibleRules/${at}/userId`,
    ),
  )
})

it('many are shown in part, and all of them on demand', async () => {
  const wrapper = await open(Array.from({ length: 8 }, (_, at) => notice(at)))
  const card = wrapper.get('[data-test="notices"]')
  expect(card.findAll('li')).toHaveLength(5)
  await card.get('button').trigger('click')
  expect(card.findAll('li')).toHaveLength(8)
})

it('nothing is said while nothing is broken', async () => {
  expect((await open([])).find('[data-test="notices"]').exists()).toBe(false)
})
