import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import { mountPage } from './mount.fixture.ts'
import { useSaveKey, useUnsavedGuard } from './unsaved.ts'

let cleanup: (() => void) | undefined
afterEach(() => cleanup?.())

async function guarded(isDirty: boolean) {
  const dirty = ref(isDirty)
  const discard = vi.fn(() => {
    dirty.value = false
  })
  const save = vi.fn()
  const Page = defineComponent({
    setup() {
      useUnsavedGuard(dirty, discard)
      useSaveKey(save)
      return () => h('p', 'form')
    },
  })
  const { wrapper, router } = await mountPage(Page, '/main')
  cleanup = () => wrapper.unmount()
  const dialog = () => document.querySelector('[role="dialog"]')
  const press = async (label: string) => {
    const button = [...document.querySelectorAll('[role="dialog"] button')].find((entry) =>
      entry.textContent?.includes(label),
    )
    ;(button as HTMLButtonElement).click()
    await nextTick()
  }
  return { dirty, discard, save, router, dialog, press }
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('unsaved changes', () => {
  it('with nothing changed one leaves without being asked', async () => {
    const { router, dialog } = await guarded(false)
    await router.push('/elsewhere')
    expect(router.currentRoute.value.path).toBe('/elsewhere')
    expect(dialog()).toBeNull()
  })

  it('staying keeps the page and the changes', async () => {
    const { router, press, dirty, discard } = await guarded(true)
    const leaving = router.push('/elsewhere')
    await settled()
    await press('Stay')
    await leaving
    expect(router.currentRoute.value.path).toBe('/main')
    expect(dirty.value).toBe(true)
    expect(discard).not.toHaveBeenCalled()
  })

  it('leaving discards them first, also between tabs of one page', async () => {
    const { router, press, discard } = await guarded(true)
    const leaving = router.push('/chats')
    await settled()
    await press('Leave without saving')
    await leaving
    expect(router.currentRoute.value.path).toBe('/chats')
    expect(discard).toHaveBeenCalledTimes(1)
  })

  it('closing the tab makes the browser ask only while something is unsaved', async () => {
    const { dirty } = await guarded(true)
    const close = () => {
      const event = new Event('beforeunload', { cancelable: true })
      window.dispatchEvent(event)
      return event.defaultPrevented
    }
    expect(close()).toBe(true)
    dirty.value = false
    expect(close()).toBe(false)
  })

  it('Ctrl+S and ⌘S save instead of storing the page, in any keyboard layout', async () => {
    const { save } = await guarded(false)
    for (const modifier of [{ ctrlKey: true }, { metaKey: true }]) {
      const event = new KeyboardEvent('keydown', { ...modifier, code: 'KeyS', key: 'ы', cancelable: true })
      window.dispatchEvent(event)
      expect(event.defaultPrevented).toBe(true)
    }
    window.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyS', key: 's' }))
    expect(save).toHaveBeenCalledTimes(2)
  })
})
