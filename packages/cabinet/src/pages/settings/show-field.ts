import { nextTick } from 'vue'

/** The first control of a field or of a group of fields; not the button that explains it, which stands before. */
export function controlOf(part: Element | null | undefined): HTMLElement | null {
  const from = part?.querySelector('[data-control]') ?? part
  return (
    from?.querySelector<HTMLElement>(
      'button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled])',
    ) ?? null
  )
}

/**
 * Brings the field of a JSON pointer into sight and unfolds the rule it is about: `/transferRules/2/when` opens the third
 * rule. A pointer to nothing that is drawn does nothing.
 */
export async function showField(pointer: string): Promise<void> {
  await nextTick()
  const [, name = '', index = ''] = pointer.split('/')
  const field = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`)
  const row = /^\d+$/.test(index)
    ? field?.querySelectorAll<HTMLElement>('[data-test="rule"], [data-test="mapping"]')[Number(index)]
    : undefined
  const toggle = row?.querySelector<HTMLElement>('[data-do="toggle"]')
  if (toggle?.getAttribute('aria-expanded') === 'false') toggle.click()
  const shown = row ?? field
  await nextTick()
  shown?.scrollIntoView({ block: row ? 'start' : 'center' })
  const control = toggle ?? controlOf(shown)
  control?.focus({ preventScroll: true })
}

/** The same for the first field that was refused, with the focus in its first wrong control. */
export async function showFirstRefused(): Promise<void> {
  await nextTick()
  const field = document.querySelector<HTMLElement>('[data-field][data-refused]')
  if (!field) return
  const wrong =
    field.querySelector<HTMLElement>('[data-condition-problem]')?.parentElement ??
    field.querySelector<HTMLElement>('[data-rule-message]')?.closest<HTMLElement>('li') ??
    field
  wrong.scrollIntoView({ block: 'center' })
  const control = field.querySelector<HTMLElement>('[aria-invalid="true"]') ?? controlOf(wrong)
  control?.focus({ preventScroll: true })
}
