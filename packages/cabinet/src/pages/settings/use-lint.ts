import type { LintFinding } from '@trunkline/contracts/http/settings'
import { onBeforeUnmount, type Ref, shallowRef, watch } from 'vue'
import { useIntegrationCalls } from '../integrations/use-integration.ts'

/** How long the draft must rest before it is looked through. */
const REST_MS = 600

/**
 * What the linter says about the draft as if it were saved, asked again a moment after each change; null while that is not
 * known: before the first answer, when the server could not be asked, and while the draft has no valid shape. A question
 * that is overtaken is dropped.
 */
export function useLint(section: Ref<string>, value: Ref<Record<string, unknown> | null>) {
  const { lint } = useIntegrationCalls()
  const findings = shallowRef<readonly LintFinding[] | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | undefined

  async function look(): Promise<void> {
    if (value.value === null) return
    asking = new AbortController()
    const { signal } = asking
    try {
      findings.value = (await lint(section.value, value.value, signal)).data
    } catch {
      // Advice is no reason to disturb: the next change asks again, and a save says what is really wrong.
      if (!signal.aborted) findings.value = null
    }
  }
  function stop() {
    clearTimeout(timer)
    asking?.abort()
  }
  watch(section, () => {
    findings.value = null
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
  return { findings }
}
