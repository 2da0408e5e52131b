import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h, ref, shallowRef } from 'vue'
import { mountPage } from '../../forms/mount.fixture.ts'
import LintCard from './LintCard.vue'
import { useLint } from './use-lint.ts'

/** How the next questions are answered: a status, after `answer` is called. */
let status: number
let answer: () => void
let cleanup: (() => void) | undefined
beforeEach(() => {
  vi.stubGlobal('fetch', async () => {
    await new Promise<void>((resolve) => {
      answer = resolve
    })
    const body = status === 200 ? { data: [] } : { code: 'hub/invalid' }
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
  })
})
afterEach(() => {
  cleanup?.()
  vi.unstubAllGlobals()
})

it('a section is said to be without remarks only when it was looked through as it stands', async () => {
  const value = shallowRef<Record<string, unknown>>({ title: 'a' })
  const Page = defineComponent({
    setup() {
      const { findings } = useLint(ref('chats'), value)
      return () => h(LintCard, { findings: findings.value, section: 'chats' })
    },
  })
  const { wrapper } = await mountPage(Page)
  cleanup = () => wrapper.unmount()
  const card = () => wrapper.find('[data-test="lint"]')
  const asked = async () => {
    answer = undefined as unknown as () => void
    await vi.waitFor(() => expect(answer).toBeTypeOf('function'), 3_000)
  }
  await asked()
  expect(card().exists()).toBe(false)

  status = 200
  answer()
  await vi.waitFor(() => expect(card().exists()).toBe(true))
  expect(wrapper.get('[role="status"]').text()).toBe(card().text())

  status = 422
  value.value = { title: 7 }
  await asked()
  answer()
  await vi.waitFor(() => expect(card().exists()).toBe(false))
  expect(wrapper.get('[role="status"]').text()).toBe('')
})
