import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { mountPage } from '../../forms/mount.fixture.ts'
import JournalPage from './JournalPage.vue'

let cleanup: (() => void) | undefined
beforeEach(() => {
  vi.stubGlobal(
    'fetch',
    async () =>
      new Response(JSON.stringify({ data: [], nextCursor: null }), {
        status: 200,
        headers: { 'content-type': 'application/json' },
      }),
  )
})
afterEach(() => {
  cleanup?.()
  vi.unstubAllGlobals()
})

it('a search typed into the journal does not bring back a reader who has left it', async () => {
  const { wrapper, router } = await mountPage(JournalPage, '/journal', [
    { path: '/journal/:eventId?', name: 'journal', component: JournalPage },
  ])
  cleanup = () => wrapper.unmount()
  const search = wrapper.get<HTMLInputElement>('input[type="search"]')
  await search.setValue('Anna')
  await vi.waitFor(() => expect(router.currentRoute.value.query).toEqual({ search: 'Anna' }))
  await search.setValue('Anna Or')
  await router.push('/elsewhere')
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(router.currentRoute.value.path).toBe('/elsewhere')
})
