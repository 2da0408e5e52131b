import { onScopeDispose, type Ref, ref, watch } from 'vue'
import type { StreamState } from '../../api/events.ts'

/** A page that has just been opened connects within a moment, which is no break to speak of. */
const GRACE_MS = 1_500

/** Whether the connection has been away for so long that the reader should know. */
export function useBreak(stream: Readonly<Ref<StreamState>>): Readonly<Ref<boolean>> {
  const isBroken = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    stream,
    (state) => {
      clearTimeout(timer)
      if (state === 'live') isBroken.value = false
      else
        timer = setTimeout(() => {
          isBroken.value = true
        }, GRACE_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return isBroken
}
