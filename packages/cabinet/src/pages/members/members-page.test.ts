import { afterEach, expect, it, vi } from 'vitest'
import { mountPage } from '../../forms/mount.fixture.ts'
import MembersPage from './MembersPage.vue'

let cleanup: (() => void) | undefined
afterEach(() => {
  cleanup?.()
  vi.unstubAllGlobals()
})

it('members are shown though links to the portal cannot be read, and that is said', async () => {
  const member = { userId: 'u1', name: 'Anna', email: 'anna@example.com', role: 'operator' }
  vi.stubGlobal('fetch', async (path: string) => {
    const isLinks = path.startsWith('/api/employee-links')
    const body = isLinks
      ? { code: 'hub/busy', title: { ru: 'Занято', en: 'Busy' } }
      : { data: [{ ...member, lastSeenAt: null, twoFactorEnabled: false }] }
    return new Response(JSON.stringify(body), {
      status: isLinks ? 403 : 200,
      headers: { 'content-type': 'application/json' },
    })
  })
  const { wrapper } = await mountPage(MembersPage)
  cleanup = () => wrapper.unmount()
  await vi.waitFor(() => expect(wrapper.find('[data-test="links-problem"]').exists()).toBe(true), 5_000)
  expect(wrapper.text()).toContain('anna@example.com')
})
