import { afterEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { mountPage } from '../forms/mount.fixture.ts'
import { useNotify } from './notify.ts'
import { mendToasts } from './toast-region.ts'

let cleanup: (() => void)[] = []
afterEach(() => {
  for (const undo of cleanup) undo()
  cleanup = []
})

it('a toast is drawn with guards that are not hidden while they take the focus, in a region named for the reader', async () => {
  let notify!: ReturnType<typeof useNotify>
  const Page = defineComponent({
    setup() {
      notify = useNotify()
      return () => h('p', 'page')
    },
  })
  const { wrapper } = await mountPage(Page)
  cleanup = [mendToasts(document.body, () => 'Уведомления'), () => wrapper.unmount()]
  notify.done('Saved')
  const guards = () => [...document.querySelectorAll('[role="region"] > span[tabindex="0"]')]
  await vi.waitFor(() => expect(guards()).toHaveLength(2))
  await vi.waitFor(() =>
    expect(guards().map((guard) => guard.getAttribute('aria-hidden'))).toEqual([null, null]),
  )
  expect(document.querySelector('[role="region"]')?.getAttribute('aria-label')).toBe('Уведомления')
})
