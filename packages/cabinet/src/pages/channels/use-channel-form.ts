import type { ChannelManifest } from '@trunkline/contracts/channel/manifest'
import { computed, ref, useTemplateRef } from 'vue'
import { useFormProblems } from '../../forms/form-problems.ts'
import { emptyRequired, schemaFields, valueToSend } from '../../forms/schema-fields.ts'
import { useWords } from '../../i18n.ts'

/** What is sent of a channel, new or changed. */
export interface ChannelDraft {
  readonly title: string
  readonly settings: Record<string, unknown>
}

/**
 * The name and the settings of a channel while somebody edits them; drawn by ChannelForm.vue under `ref="form"`.
 * @param secretsSet names of secrets that the server has already: they may stay empty.
 */
export function useChannelForm(
  manifest: () => ChannelManifest | undefined,
  secretsSet: () => Readonly<Record<string, boolean>> | undefined = () => undefined,
) {
  const { t } = useWords()
  const { busy, problem, errors, send, clear } = useFormProblems()
  const form = useTemplateRef<{ element: HTMLFormElement | null }>('form')
  const title = ref('')
  const settings = ref<Record<string, unknown>>({})
  const draft = computed<ChannelDraft>(() => ({
    title: title.value.trim(),
    settings: valueToSend(schemaFields(manifest()?.settings), settings.value),
  }))

  function check(): Record<string, string> {
    const missing = emptyRequired(schemaFields(manifest()?.settings), settings.value, secretsSet())
    return {
      ...(draft.value.title === '' ? { '/title': t('forms.required') } : {}),
      ...Object.fromEntries(missing.map((pointer) => [`/settings${pointer}`, t('forms.required')])),
    }
  }
  const submit = <T>(action: (draft: ChannelDraft) => Promise<T>) =>
    send(() => action(draft.value), { check, form: form.value?.element ?? null })

  return { title, settings, draft, busy, problem, errors, clear, submit, element: () => form.value?.element }
}
