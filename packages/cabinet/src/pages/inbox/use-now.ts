import { onScopeDispose, type Ref, ref } from 'vue'

const TICK_MS = 20_000

const nowMs = ref(Date.now())
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The present moment, ticking every 20 seconds while anybody looks: one timer for the whole page. */
export function useNow(): Readonly<Ref<number>> {
  nowMs.value = Date.now()
  users += 1
  timer ??= setInterval(() => {
    nowMs.value = Date.now()
  }, TICK_MS)
  onScopeDispose(() => {
    users -= 1
    if (users > 0) return
    clearInterval(timer)
    timer = undefined
  })
  return nowMs
}
