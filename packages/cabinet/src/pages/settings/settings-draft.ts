import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import type { SettingsDocument } from '@trunkline/contracts/http/settings'
import { computed, type Ref, ref, shallowRef, watch } from 'vue'
import { type ApiProblem, asProblem } from '../../api/client.ts'
import { keys } from '../../api/query-keys.ts'
import { emptyRequired, schemaFields } from '../../forms/schema-fields.ts'
import { currentLocale, translate } from '../../i18n.ts'
import { useIntegrationCalls, useIntegrationId } from '../integrations/use-integration.ts'

/**
 * One section being edited: the last saved document, the draft over it, and what the server said.
 *
 * A document that arrives while there are unsaved changes does not touch the draft; it only says that somebody saved
 * meanwhile (`overtaken`), and saving is refused until the reader takes the new one.
 */
export function useSettingsDraft(section: Ref<string>) {
  const queryClient = useQueryClient()
  const integration = useIntegrationId()
  const calls = useIntegrationCalls()
  const query = useQuery({
    queryKey: computed(() => keys.settings(section.value, integration)),
    queryFn: ({ signal }) => calls.settings(section.value, signal),
  })
  const base = shallowRef<SettingsDocument | null>(null)
  const draft = ref<Record<string, unknown>>({})
  const refusal = shallowRef<ApiProblem | null>(null)
  const local = ref<Record<string, string>>({})
  const overtaken = ref(false)

  const dirty = computed(() => base.value !== null && !sameJson(draft.value, base.value.value))

  function take(document: SettingsDocument) {
    base.value = document
    draft.value = toPlain(document.value)
    refusal.value = null
    local.value = {}
    overtaken.value = false
  }
  watch(
    query.data,
    (document) => {
      if (!document) return
      const other = base.value?.section !== document.section
      if (other || !dirty.value || base.value === null) take(document)
      else if (document.version !== base.value.version) overtaken.value = true
      else base.value = document
    },
    { immediate: true },
  )

  /** Fields changed since they were refused: what was said about them no longer holds, least of all by index. */
  const mended = ref(new Set<string>())
  const errors = computed(() =>
    Object.fromEntries(
      Object.entries({ ...byField(refusal.value), ...local.value }).filter(
        ([pointer]) => !mended.value.has(pointer.split('/')[1] ?? ''),
      ),
    ),
  )
  watch(
    draft,
    (now, before) => {
      const changed = Object.keys(now).filter((name) => now[name] !== before[name])
      if (changed.length > 0) mended.value = new Set([...mended.value, ...changed])
    },
    // A change and a save may come together: the save is the later one.
    { flush: 'sync' },
  )
  const saving = useMutation({
    mutationFn: (body: { value: Record<string, unknown>; version: number; reason?: string }) =>
      calls.saveSettings(section.value, body),
  })

  /** @returns whether it was saved; otherwise `errors`, `refusal` or `overtaken` say why. */
  async function save(reason = ''): Promise<boolean> {
    const document = base.value
    if (!document || saving.isPending.value) return false
    refusal.value = null
    mended.value = new Set()
    const missing = emptyRequired(schemaFields(document.schema), draft.value)
    local.value = Object.fromEntries(missing.map((pointer) => [pointer, translate('forms.required')]))
    if (missing.length > 0) return false
    let saved: SettingsDocument
    try {
      saved = await saving.mutateAsync({
        value: draft.value,
        version: document.version,
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      })
    } catch (error) {
      const problem = asProblem(error)
      if (problem.status === 409) overtaken.value = true
      else refusal.value = problem
      return false
    }
    await accept(saved)
    await queryClient.invalidateQueries({ queryKey: keys.integrations })
    void queryClient.invalidateQueries({ queryKey: keys.settingsVersions(saved.section, integration) })
    void queryClient.invalidateQueries({ queryKey: keys.home })
    return true
  }

  /** The server answered a write with what it has now: that is the document, without asking for it once more. */
  async function accept(document: SettingsDocument): Promise<void> {
    if (document.section === section.value) take(document)
    const queryKey = keys.settings(document.section, integration)
    // A reading that began before the write would bring the older document.
    await queryClient.cancelQueries({ queryKey })
    queryClient.setQueryData(queryKey, document)
  }

  /** Drops the draft and takes what the server has now; when it cannot be asked, the draft stays and `refusal` says why. */
  async function reload(): Promise<void> {
    const answer = await query.refetch()
    if (answer.isSuccess) take(answer.data)
    else refusal.value = asProblem(answer.error)
  }

  function reset() {
    if (base.value) take(base.value)
  }

  /** The server refused the value in another way than by a save (a dry-run): shown as if it were one. */
  function refuse(problem: ApiProblem) {
    refusal.value = problem
    mended.value = new Set()
  }

  return {
    accept,
    refuse,
    query,
    base,
    draft,
    dirty,
    errors,
    refusal,
    overtaken,
    saving: saving.isPending,
    save,
    reload,
    reset,
  }
}

function byField(problem: ApiProblem | null): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [pointer, message] of Object.entries(problem?.fieldErrors(currentLocale()) ?? {})) {
    found[pointer.replace(/^\/value(?=\/)/, '')] = message
  }
  return found
}

/** A copy of plain JSON; answers of the server arrive wrapped in read-only proxies that cannot be cloned otherwise. */
function toPlain(value: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>
}

/** Equal as JSON, whatever the order of keys; lists keep their order. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((entry, i) => sameJson(entry, b[i]))
    )
  }
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
    sameJson(left[key], right[key]),
  )
}
