import { computed, onScopeDispose, ref, watch } from 'vue'
import { type ApiProblem, asProblem } from '../../api/client.ts'

const AUTOSAVE_MS = 1_500

/**
 * The comment of an employee on a request: saved by itself a moment after the last key, by the button, and when the
 * request is left. What a colleague saved meanwhile is taken over only while nothing of one's own is unsaved.
 *
 * @param draft what was not saved last time, and where to keep what is not saved yet: a save may fail after the request
 * is left, and the tab may close before it begins.
 */
export function useRequestComment(
  saved: () => string,
  save: (comment: string) => Promise<void>,
  draft: { readonly text: string; readonly keep: (text: string) => void },
) {
  const text = ref(draft.text.trim() === '' ? saved() : draft.text)
  const saving = ref(false)
  const problem = ref<ApiProblem | null>(null)
  /** What the hub has, as far as we know. */
  let known = saved()
  const dirty = computed(() => text.value.trim() !== saved().trim())
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(saved, (now) => {
    if (text.value.trim() === known.trim()) text.value = now
    known = now
  })

  async function store(): Promise<void> {
    clearTimeout(timer)
    if (!dirty.value || saving.value) return
    const sent = text.value
    saving.value = true
    problem.value = null
    try {
      await save(sent)
      if (text.value === sent) draft.keep('')
    } catch (error) {
      problem.value = asProblem(error)
    } finally {
      saving.value = false
      // Typed on meanwhile: that is saved as well.
      if (problem.value === null && text.value !== sent) later()
    }
  }
  function later(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void store(), AUTOSAVE_MS)
  }
  function typed(): void {
    draft.keep(dirty.value ? text.value : '')
    later()
  }
  onScopeDispose(() => {
    clearTimeout(timer)
    void store()
  })
  return { text, dirty, saving, problem, typed, store }
}
