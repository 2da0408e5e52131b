import type { Home } from '@trunkline/contracts/http/journal'
import { afterEach, expect, it, vi } from 'vitest'
import { mountPage } from '../../forms/mount.fixture.ts'
import HomePage from './HomePage.vue'

const home = (state: string): Home => ({
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
  portals: [
    {
      id: '01a00000-0000-7000-8000-000000000001',
      name: 'Portal',
      origin: 'https://portal.example',
      health: { state, reason: null, since: '2026-11-22T10:00:00.000Z', action: null },
      waiting: 0,
    },
  ],
  nextSteps: [],
  notices: [],
})

let cleanup: (() => void) | undefined
afterEach(() => {
  cleanup?.()
  vi.unstubAllGlobals()
})

it.each([
  ['needs-attention', ['health', 'ledger']],
  ['connected', ['ledger', 'health']],
])('a portal that is %s stands where that state belongs on the first page: %j', async (state, order) => {
  vi.stubGlobal(
    'fetch',
    async () =>
      new Response(JSON.stringify(home(state)), {
        status: 200,
        headers: { 'content-type': 'application/json' },
      }),
  )
  const { wrapper } = await mountPage(HomePage, '/', [
    { path: '/channels', name: 'channels', redirect: '/elsewhere' },
    { path: '/integrations', name: 'bitrix24', redirect: '/elsewhere' },
  ])
  cleanup = () => wrapper.unmount()
  await vi.waitFor(() => expect(wrapper.find('[data-test="ledger"]').exists()).toBe(true))
  const parts = wrapper.findAll('[data-test="ledger"], [data-test="health"]')
  expect(parts.map((part) => part.attributes('data-test'))).toEqual(order)
})
