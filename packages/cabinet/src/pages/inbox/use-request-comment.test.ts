import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { useRequestComment } from './use-request-comment.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function comment(save: (text: string) => Promise<void>, draft = '') {
  const kept = ref(draft)
  const saved = ref('')
  const scope = effectScope()
  const part = scope.run(() =>
    useRequestComment(
      () => saved.value,
      async (text) => {
        await save(text)
        saved.value = text
      },
      {
        text: draft,
        keep: (text) => {
          kept.value = text
        },
      },
    ),
  )!
  const type = (text: string) => {
    part.text.value = text
    part.typed()
  }
  return { saved, kept, part, type, leave: () => scope.stop() }
}

describe('the comment on a request', () => {
  it('is saved once, a moment after the last key', async () => {
    const calls: string[] = []
    const { type, part } = comment(async (text) => void calls.push(text))
    type('Пере')
    type('Перезвонила')
    await vi.advanceTimersByTimeAsync(1_400)
    expect(calls).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect(calls).toEqual(['Перезвонила'])
    expect(part.dirty.value).toBe(false)
  })

  it('is saved when the request is left before that moment', () => {
    const calls: string[] = []
    const { type, leave } = comment(async (text) => void calls.push(text))
    type('Перезвонила')
    leave()
    expect(calls).toEqual(['Перезвонила'])
  })

  it('takes over what a colleague wrote, but never over what is unsaved', async () => {
    const { saved, part, type } = comment(async () => undefined)
    saved.value = 'от коллеги'
    await nextTick()
    expect(part.text.value).toBe('от коллеги')
    type('моё')
    saved.value = 'снова коллега'
    await nextTick()
    expect(part.text.value).toBe('моё')
  })

  it('is kept on the device from the first key until it is saved', async () => {
    const { type, kept } = comment(async () => undefined)
    type('Перезвонила')
    expect(kept.value).toBe('Перезвонила')
    await vi.advanceTimersByTimeAsync(1_600)
    expect(kept.value).toBe('')
  })

  it('that could not be saved when the request was left is there again, and is saved then', async () => {
    const first = comment(async () => {
      throw new Error('offline')
    })
    first.type('Перезвонила')
    first.leave()
    await vi.advanceTimersByTimeAsync(0)
    expect(first.kept.value).toBe('Перезвонила')

    const calls: string[] = []
    const again = comment(async (text) => void calls.push(text), first.kept.value)
    expect(again.part.text.value).toBe('Перезвонила')
    expect(again.part.dirty.value).toBe(true)
    await again.part.store()
    expect(calls).toEqual(['Перезвонила'])
    expect(again.kept.value).toBe('')
  })

  it('keeps the words and says what went wrong when it cannot be saved', async () => {
    const { type, part } = comment(async () => {
      throw new Error('offline')
    })
    type('Перезвонила')
    await part.store()
    expect(part.problem.value).not.toBeNull()
    expect(part.text.value).toBe('Перезвонила')
    expect(part.dirty.value).toBe(true)
  })

  it('saves what was typed while it was being saved', async () => {
    const calls: string[] = []
    const { type, part } = comment(async (text) => {
      calls.push(text)
      await new Promise((resolve) => setTimeout(resolve, 500))
    })
    type('раз')
    void part.store()
    await vi.advanceTimersByTimeAsync(100)
    type('раз, два')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(calls).toEqual(['раз', 'раз, два'])
  })
})
