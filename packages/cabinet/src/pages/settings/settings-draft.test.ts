import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, defineComponent, h, nextTick } from 'vue'
import { mountPage } from '../../forms/mount.fixture.ts'
import { useSettingsDraft } from './settings-draft.ts'

/** The section as the server keeps it; what the page sends, in order; and how the next save is answered. */
let server: { version: number; value: Record<string, unknown> }
let sent: { path: string; body: Record<string, unknown> }[]
let refusal: { status: number; errors?: unknown[] } | null
/** Reading fails. */
let isUnreadable: boolean
let cleanup: (() => void) | undefined

beforeEach(() => {
  server = { version: 1, value: { title: 'a', rules: [{ id: 'r1' }, { id: 'r2' }] } }
  sent = []
  refusal = null
  isUnreadable = false
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const answer = (status: number, body: unknown) =>
      new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
    if (init.method === 'PUT') {
      const body = JSON.parse(String(init.body)) as { value: Record<string, unknown>; version: number }
      sent.push({ path, body })
      if (refusal) return answer(refusal.status, { code: 'settings/not-saved', errors: refusal.errors })
      server = { version: server.version + 1, value: body.value }
    } else if (isUnreadable) return answer(403, { code: 'hub/refused' })
    return answer(200, {
      ...server,
      section: 'chats',
      schema: {
        properties: { title: { type: 'string' }, rules: { type: 'array', control: 'transfer-rules' } },
      },
    })
  })
})
afterEach(() => {
  cleanup?.()
  vi.unstubAllGlobals()
})

async function draftOf() {
  let held!: ReturnType<typeof useSettingsDraft>
  const Page = defineComponent({
    setup() {
      held = useSettingsDraft(computed(() => 'chats'))
      return () => h('p', 'form')
    },
  })
  const { wrapper } = await mountPage(Page)
  cleanup = () => wrapper.unmount()
  await vi.waitFor(() => expect(held.base.value?.version).toBe(1))
  return held
}

describe('a section being edited', () => {
  it('is saved whole under the version it was read with, with the reason when one was given', async () => {
    const held = await draftOf()
    held.draft.value = { ...held.draft.value, title: 'b' }
    expect(held.dirty.value).toBe(true)
    expect(await held.save('  the summer season ')).toBe(true)
    expect(sent).toEqual([
      {
        path: '/api/settings/chats',
        body: {
          value: { title: 'b', rules: [{ id: 'r1' }, { id: 'r2' }] },
          version: 1,
          reason: 'the summer season',
        },
      },
    ])
    expect(held.dirty.value).toBe(false)
    held.draft.value = { ...held.draft.value, title: 'c' }
    await held.save(' ')
    expect(sent[1]?.body).toEqual({ value: { title: 'c', rules: [{ id: 'r1' }, { id: 'r2' }] }, version: 2 })
  })

  it('what the save answered is what is edited next, also when nothing can be read after it', async () => {
    const held = await draftOf()
    isUnreadable = true
    held.draft.value = { ...held.draft.value, title: 'b' }
    expect(await held.save()).toBe(true)
    expect(held.base.value?.version).toBe(2)
    expect(held.draft.value.title).toBe('b')
    expect(held.query.data.value?.version).toBe(2)
    held.draft.value = { ...held.draft.value, title: 'c' }
    await held.save()
    expect(sent[1]?.body).toMatchObject({ version: 2, value: { title: 'c' } })
  })

  it('what is typed as soon as it is saved stays', async () => {
    const held = await draftOf()
    held.draft.value = { ...held.draft.value, title: 'b' }
    const saving = held.save()
    await vi.waitFor(() => expect(held.base.value?.version).toBe(2))
    held.draft.value = { ...held.draft.value, title: 'bc' }
    await saving
    expect(held.draft.value.title).toBe('bc')
  })

  it('taking the newer version keeps the draft when it cannot be read, and says so', async () => {
    const held = await draftOf()
    isUnreadable = true
    held.draft.value = { ...held.draft.value, title: 'mine' }
    await held.reload()
    expect(held.draft.value.title).toBe('mine')
    expect(held.refusal.value?.status).toBe(403)
  })

  it('what was said about a field goes as soon as the field is changed, and not before', async () => {
    const held = await draftOf()
    const message = { ru: 'Нет', en: 'No' }
    refusal = {
      status: 422,
      errors: [
        { pointer: '/value/rules/1/when', code: 'x', message },
        { pointer: '/value/title', code: 'x', message },
      ],
    }
    held.draft.value = { ...held.draft.value, title: 'b' }
    expect(await held.save()).toBe(false)
    expect(held.errors.value).toEqual({ '/rules/1/when': 'No', '/title': 'No' })
    held.draft.value = { ...held.draft.value, rules: [{ id: 'r2' }, { id: 'r1' }] }
    await nextTick()
    expect(held.errors.value).toEqual({ '/title': 'No' })
  })

  it('a save over somebody else’s is refused and loses nothing of the draft', async () => {
    const held = await draftOf()
    refusal = { status: 409 }
    held.draft.value = { ...held.draft.value, title: 'mine' }
    expect(await held.save()).toBe(false)
    expect(held.overtaken.value).toBe(true)
    expect(held.draft.value.title).toBe('mine')
  })
})
