import { onScopeDispose, type Ref, ref } from 'vue'

const STEP_MS = 30_000

/** The present moment in ms, moving every half a minute, so that "5 minutes ago" stays true. */
export function useNow(): Ref<number> {
  const now = ref(Date.now())
  const timer = setInterval(() => {
    now.value = Date.now()
  }, STEP_MS)
  onScopeDispose(() => clearInterval(timer))
  return now
}
