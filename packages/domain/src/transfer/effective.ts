import { type Text, text } from '@trunkline/contracts/locale'
import type { IntegrationSettings, SectionName } from '@trunkline/contracts/settings/index'

/** Whether a section works, and why not when it does not. */
export interface Effective {
  readonly effective: boolean
  readonly why: Text | null
}

/** Effective = Main AND the section's own flag (UIS-15, AMB-10). Switching Main off never alters the section. */
export function effective(
  section: SectionName,
  settings: {
    readonly main: Pick<IntegrationSettings['main'], 'active'>
    readonly chats: Pick<IntegrationSettings['chats'], 'active'>
    readonly requests: Pick<IntegrationSettings['requests'], 'active'>
  },
): Effective {
  const why: Text[] = []
  if (section !== 'main' && !settings[section].active) {
    why.push(text('раздел выключен', 'the section is off'))
  }
  if (!settings.main.active) {
    why.push(text('интеграция выключена на главной вкладке', 'the integration is off in the Main section'))
  }
  if (why.length === 0) return { effective: true, why: null }
  const ru = why.map((one) => one.ru).join(', ')
  const en = why.map((one) => one.en).join(', and ')
  return { effective: false, why: text(`Не действует: ${ru}.`, `Has no effect: ${en}.`) }
}
