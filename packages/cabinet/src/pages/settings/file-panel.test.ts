import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { mountPage } from '../../forms/mount.fixture.ts'
import FilePanel from './FilePanel.vue'

let applied: unknown[]
/** Answers the next plan. */
let answer: () => void
let cleanup: (() => void) | undefined
beforeEach(() => {
  applied = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (path.endsWith('/plan')) {
      await new Promise<void>((resolve) => {
        answer = resolve
      })
    } else if (path.endsWith('/apply')) applied.push(JSON.parse(String(init.body)))
    const change = { section: 'chats', pointer: '/title', text: { ru: 'Имя', en: 'The name' } }
    const plan = { problems: [], changes: [change], applicable: true, versions: { chats: 4 } }
    return new Response(JSON.stringify(plan), {
      status: 200,
      headers: { 'content-type': 'application/json' },
    })
  })
})
afterEach(() => {
  cleanup?.()
  vi.unstubAllGlobals()
})

const at = <T extends HTMLElement>(name: string) => document.querySelector<T>(`[data-test="${name}"]`)
function type(text: string) {
  const box = at<HTMLTextAreaElement>('import-yaml')!
  box.value = text
  box.dispatchEvent(new Event('input'))
}
async function ask() {
  await vi.waitFor(() => expect(at<HTMLButtonElement>('import-plan')?.disabled).toBe(false))
  at('import-plan')!.click()
  await vi.waitFor(() => expect(answer).toBeTypeOf('function'))
}

describe('a file of an integration', () => {
  beforeEach(async () => {
    answer = undefined as unknown as () => void
    const { wrapper } = await mountPage({ render: () => h(FilePanel, { open: true, titles: {} }) })
    cleanup = () => wrapper.unmount()
    await vi.waitFor(() => expect(at('import-yaml')).not.toBeNull())
  })

  it('is applied as it was when its changes were shown', async () => {
    type('a: 1')
    await ask()
    answer()
    await vi.waitFor(() => expect(at('import-apply')).not.toBeNull())
    at('import-apply')!.click()
    await vi.waitFor(() => expect(applied).toEqual([{ yaml: 'a: 1', versions: { chats: 4 } }]))
  })

  it('that is changed while its changes are worked out shows none of them', async () => {
    type('a: 1')
    await ask()
    type('a: 2')
    answer()
    await vi.waitFor(() => expect(at<HTMLButtonElement>('import-plan')?.disabled).toBe(false))
    expect(at('plan')).toBeNull()
    expect(at('import-apply')).toBeNull()
  })
})
