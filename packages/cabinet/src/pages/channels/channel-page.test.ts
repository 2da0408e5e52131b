import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mountPage } from '../../forms/mount.fixture.ts'
import ChannelPage from './ChannelPage.vue'
import { manifestWith } from './channels.fixture.ts'

let sent: string[]
let state: string
let cleanup: (() => void) | undefined
beforeEach(() => {
  sent = []
  state = 'connected'
  const settings = { address: 'https://a.example', greeting: 'Hello' }
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (init.method !== 'GET') sent.push(`${init.method} ${path}`)
    if (init.method === 'PATCH') Object.assign(settings, JSON.parse(String(init.body)).settings)
    const at = '2026-11-22T10:00:00.000Z'
    const channel = {
      id: 'c1',
      type: 'telegram',
      title: 'Bot',
      state,
      health: { state, reason: null, since: at, action: null },
      settings,
      secretsSet: {},
      account: null,
      publicKey: 'k',
      hookUrl: null,
      passed: ['chats'],
      lastEventAt: null,
      createdAt: at,
    }
    const manifest = manifestWith({
      address: { type: 'string', label: { ru: 'Адрес', en: 'Address' }, reconnect: true },
      greeting: { type: 'string', label: { ru: 'Привет', en: 'Greeting' } },
    })
    const body = path.startsWith('/api/channel-types') ? { data: [manifest] } : channel
    return new Response(JSON.stringify(body), {
      status: 200,
      headers: { 'content-type': 'application/json' },
    })
  })
})
afterEach(() => {
  cleanup?.()
  vi.unstubAllGlobals()
})

async function page() {
  const { wrapper } = await mountPage(ChannelPage, '/channels/c1', [
    { path: '/channels/:id', component: ChannelPage },
  ])
  cleanup = () => wrapper.unmount()
  await vi.waitFor(() => expect(wrapper.find('[data-field="address"] input').exists()).toBe(true))
  const change = async (name: string, text: string) => {
    await wrapper.get(`[data-field="${name}"] input`).setValue(text)
    await wrapper.get('form').trigger('submit')
  }
  return { wrapper, change }
}

describe('a setting that a connection is made with', () => {
  it('says that its change connects the channel anew, and does it', async () => {
    const { wrapper, change } = await page()
    const said = 'A change connects the channel anew'
    expect(wrapper.get('[data-field="address"]').text()).toContain(said)
    expect(wrapper.get('[data-field="greeting"]').text()).not.toContain(said)
    await change('address', 'https://b.example')
    await vi.waitFor(() => expect(sent).toEqual(['PATCH /api/channels/c1', 'POST /api/channels/c1/connect']))
  })

  it('leaves a channel that is off as it is, and other settings leave the connection', async () => {
    const { change } = await page()
    await change('greeting', 'Hi')
    await vi.waitFor(() => expect(sent).toEqual(['PATCH /api/channels/c1']))
    cleanup?.()
    state = 'off'
    const off = await page()
    await off.change('address', 'https://c.example')
    await vi.waitFor(() => expect(sent).toHaveLength(2))
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(sent).toEqual(['PATCH /api/channels/c1', 'PATCH /api/channels/c1'])
  })
})
