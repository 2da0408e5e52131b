import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { StreamState } from '../../api/events.ts'
import { useBreak } from './use-break.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('a moment of connecting is not told as a break, a longer one is, until the stream is back', async () => {
  const stream = ref<StreamState>('connecting')
  const scope = effectScope()
  const isBroken = scope.run(() => useBreak(stream))!
  vi.advanceTimersByTime(1_000)
  stream.value = 'live'
  await nextTick()
  vi.advanceTimersByTime(10_000)
  expect(isBroken.value).toBe(false)

  stream.value = 'connecting'
  await nextTick()
  vi.advanceTimersByTime(1_000)
  expect(isBroken.value).toBe(false)
  vi.advanceTimersByTime(1_000)
  expect(isBroken.value).toBe(true)
  stream.value = 'live'
  await nextTick()
  expect(isBroken.value).toBe(false)
  scope.stop()
})
