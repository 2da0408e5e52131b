import type { LintFinding } from '@trunkline/contracts/http/settings'
import { onBeforeUnmount, type Ref, ref, shallowRef, watch } from 'vue'
import { useIntegrationCalls } from '../integrations/use-integration.ts'

/** How long the draft must rest before it is looked through. */
const REST_MS = 600

/**
 * What the linter says about the draft as if it were saved, asked again a moment after each change. A question that is
 * overtaken is dropped; while the server cannot be asked the last answer stays.
 */
export function useLint(section: Ref<string>, value: Ref<Record<string, unknown> | null>) {
  const { lint } = useIntegrationCalls()
  const findings = shallowRef<readonly LintFinding[]>([])
  const isLooking = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | undefined

  async function look(): Promise<void> {
    if (value.value === null) return
    asking = new AbortController()
    const { signal } = asking
    isLooking.value = true
    try {
      findings.value = (await lint(section.value, value.value, signal)).data
    } catch {
      // Advice is no reason to disturb: the next change asks again, and a save says what is really wrong.
    } finally {
      if (!signal.aborted) isLooking.value = false
    }
  }
  function stop() {
    clearTimeout(timer)
    asking?.abort()
  }
  watch(section, () => {
    findings.value = []
  })
  watch(
    value,
    (now, before) => {
      stop()
      if (now !== null)
        timer = setTimeout(() => void look(), before === null || before === undefined ? 0 : REST_MS)
    },
    { immediate: true },
  )
  onBeforeUnmount(stop)
  return { findings, isLooking }
}
