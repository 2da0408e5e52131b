import type { Portal } from '@trunkline/contracts/http/portals'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Component, defineComponent, h, nextTick, ref } from 'vue'
import { mountPage } from '../../forms/mount.fixture.ts'
import ConnectPortalDialog from './ConnectPortalDialog.vue'
import EditPortalDialog from './EditPortalDialog.vue'

let cleanup: (() => void) | undefined
beforeEach(() => {
  vi.stubGlobal('fetch', async () => new Response('{}', { status: 200 }))
})
afterEach(() => {
  cleanup?.()
  vi.unstubAllGlobals()
})

/** The dialog on a page that can open it again. */
async function dialog(part: Component, props: Record<string, unknown>) {
  const open = ref(false)
  const Page = defineComponent({
    render: () =>
      h(part, {
        ...props,
        open: open.value,
        'onUpdate:open': (next: boolean) => {
          open.value = next
        },
      }),
  })
  const { wrapper } = await mountPage(Page)
  cleanup = () => wrapper.unmount()
  const show = async () => {
    open.value = true
    await vi.waitFor(() => expect(document.querySelector('[role="dialog"]')).not.toBeNull())
  }
  await show()
  return { open, show }
}
const box = (label: string) => {
  const found = [...document.querySelectorAll<HTMLLabelElement>('[role="dialog"] label')].find((each) =>
    each.textContent?.includes(label),
  )
  return document.getElementById(found?.htmlFor ?? '') as HTMLInputElement
}
const button = (label: string) =>
  [...document.querySelectorAll<HTMLButtonElement>('[role="dialog"] button')].find(
    (each) => each.textContent?.trim() === label,
  )!
async function type(into: HTMLInputElement, text: string) {
  into.value = text
  into.dispatchEvent(new Event('input', { bubbles: true }))
  await nextTick()
}
const words = () => document.querySelector('[role="dialog"]')?.textContent ?? ''

describe('connecting a portal', () => {
  const submit = () => document.querySelector<HTMLButtonElement>('[data-test="connect-submit"]')!

  it('waits for an address that can be one, and says what is wrong when the field is left or Enter is pressed', async () => {
    await dialog(ConnectPortalDialog, { connecting: { connect: vi.fn() } })
    const domain = box('Portal domain')
    expect(submit().disabled).toBe(true)
    await type(domain, 'acme')
    expect(submit().disabled).toBe(true)
    expect(words()).not.toContain('does not look like')
    domain.dispatchEvent(new Event('focusout', { bubbles: true }))
    await nextTick()
    expect(words()).toContain('This does not look like the address of a portal')

    await type(domain, '')
    expect(words()).not.toContain('Enter the address of the portal')
    domain.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
    await nextTick()
    expect(words()).toContain('Enter the address of the portal')
    expect(domain.getAttribute('aria-invalid')).toBe('true')

    await type(domain, 'acme.bitrix24.ru')
    expect(submit().disabled).toBe(false)
    expect(words()).toContain('https://acme.bitrix24.ru')
  })

  it('sends the address and the name, and is closed when the consent has begun', async () => {
    const connect = vi.fn(async () => undefined)
    const { open } = await dialog(ConnectPortalDialog, { connecting: { connect } })
    await type(box('Portal domain'), ' Acme.bitrix24.ru/crm ')
    await type(box('Name'), 'Head office')
    document.querySelector('[role="dialog"] form')!.dispatchEvent(new Event('submit', { cancelable: true }))
    await vi.waitFor(() => expect(open.value).toBe(false))
    expect(connect).toHaveBeenCalledExactlyOnceWith({ domain: 'Acme.bitrix24.ru/crm', name: 'Head office' })
  })
})

describe('the gear of a portal', () => {
  it('Cancel forgets what was typed: the next time the last saved name and address are there', async () => {
    const portal: Portal = {
      id: 'p1',
      name: 'Head office',
      origin: 'https://acme.bitrix24.ru',
      health: { state: 'connected', reason: null, since: '2026-11-22T10:00:00.000Z', action: null },
      crmMode: null,
      region: null,
      actingUser: null,
      scopes: { needed: [], granted: [] },
      tokenExpiresAt: null,
      syncedAt: null,
      queue: { waiting: 0, pausedUntil: null },
      createdAt: '2026-11-22T10:00:00.000Z',
      installedAt: null,
    }
    const { open, show } = await dialog(EditPortalDialog, { portal })
    expect(box('Name').value).toBe('Head office')
    await type(box('Name'), 'Another')
    await type(box('Portal domain'), 'other.bitrix24.ru')
    button('Cancel').click()
    await vi.waitFor(() => expect(document.querySelector('[role="dialog"]')).toBeNull())
    expect(open.value).toBe(false)
    await show()
    expect(box('Name').value).toBe('Head office')
    expect(box('Portal domain').value).toBe('https://acme.bitrix24.ru')
  })
})
