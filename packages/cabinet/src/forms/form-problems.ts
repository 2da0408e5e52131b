import { computed, nextTick, ref, shallowRef } from 'vue'
import { type ApiProblem, asProblem } from '../api/client.ts'
import { currentLocale } from '../i18n.ts'

/**
 * The life of a small form: sends once at a time, keeps the refusal, marks fields by their JSON pointers and takes the
 * reader to the first of them.
 *
 * `check` names fields that are wrong before anything is sent: pointer → sentence.
 */
export function useFormProblems() {
  const busy = ref(false)
  const problem = shallowRef<ApiProblem | null>(null)
  const local = ref<Record<string, string>>({})
  const errors = computed(() => ({ ...problem.value?.fieldErrors(currentLocale()), ...local.value }))

  async function send<T>(
    action: () => Promise<T>,
    options: { check?: () => Record<string, string>; form?: HTMLElement | null } = {},
  ): Promise<T | undefined> {
    if (busy.value) return undefined
    problem.value = null
    local.value = options.check?.() ?? {}
    if (Object.keys(local.value).length === 0) {
      busy.value = true
      try {
        return await action()
      } catch (error) {
        problem.value = asProblem(error)
      } finally {
        busy.value = false
      }
    }
    await nextTick()
    options.form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
    return undefined
  }

  function clear() {
    problem.value = null
    local.value = {}
  }

  return { busy, problem, errors, send, clear }
}
