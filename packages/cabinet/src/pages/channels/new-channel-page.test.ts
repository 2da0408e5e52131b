import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import { mountPage } from '../../forms/mount.fixture.ts'
import { manifestWith } from './channels.fixture.ts'
import NewChannelPage from './NewChannelPage.vue'

let sent: string[]
let required: string[]
let connected: () => void
let cleanup: (() => void) | undefined

beforeEach(() => {
  sent = []
  required = []
  const connection = new Promise<void>((resolve) => {
    connected = resolve
  })
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const answer = (body: unknown) =>
      new Response(JSON.stringify(body), { status: 200, headers: { 'content-type': 'application/json' } })
    if (path.startsWith('/api/channel-types')) {
      const manifest = manifestWith({
        token: { type: 'string', minLength: 1, label: { ru: 'Токен', en: 'Token' } },
      })
      return answer({ data: [{ ...manifest, settings: { ...manifest.settings, required } }] })
    }
    if (init.method === 'POST') sent.push(path)
    if (path === '/api/channels/c1/connect') await connection
    return answer({ id: 'c1', data: [] })
  })
})
afterEach(() => {
  cleanup?.()
  vi.unstubAllGlobals()
})

async function page() {
  const Channel = defineComponent({ render: () => h('p', 'the channel') })
  const { wrapper, router } = await mountPage(NewChannelPage, '/channels/new/telegram', [
    { path: '/channels/new/:type', component: NewChannelPage },
    { path: '/channels/:id', name: 'channel', component: Channel },
  ])
  cleanup = () => wrapper.unmount()
  await vi.waitFor(() => expect(wrapper.find('[data-test="create-channel"]').exists()).toBe(true))
  return { wrapper, router }
}

describe('a new channel', () => {
  it('is made once, however often it is sent before it is connected', async () => {
    const { wrapper, router } = await page()
    await wrapper.get('form').trigger('submit')
    await vi.waitFor(() => expect(sent).toEqual(['/api/channels', '/api/channels/c1/connect']))
    await wrapper.get('form').trigger('submit')
    connected()
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/channels/c1'))
    expect(sent).toEqual(['/api/channels', '/api/channels/c1/connect'])
  })

  it('takes the reader to the first empty field instead of sending it', async () => {
    required = ['token']
    const { wrapper } = await page()
    await wrapper.get('form').trigger('submit')
    const field = wrapper.get('[data-field="token"] input')
    await vi.waitFor(() => expect(document.activeElement).toBe(field.element))
    expect(field.attributes('aria-invalid')).toBe('true')
    expect(sent).toEqual([])
  })

  it('asks before what was typed is left, and not before the page it leads to itself', async () => {
    const { wrapper, router } = await page()
    await wrapper.get('input').setValue('Sales')
    const leaving = router.push('/elsewhere')
    await vi.waitFor(() => expect(document.querySelector('[role="dialog"]')).not.toBeNull())
    const stay = [...document.querySelectorAll<HTMLElement>('[role="dialog"] button')].find((each) =>
      each.textContent?.includes('Stay'),
    )
    stay!.click()
    await leaving
    expect(router.currentRoute.value.path).toBe('/channels/new/telegram')
    await nextTick()
    connected()
    await wrapper.get('form').trigger('submit')
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/channels/c1'))
  })
})
