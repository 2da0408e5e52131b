import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { Locale } from '@trunkline/contracts/locale'
import type { PassingSectionName } from '@trunkline/contracts/settings/index'
import type { RuleFacts } from '../rules/evaluate.ts'
import { renderTitle } from '../templates/render-title.ts'
import { DEFAULT_TITLE_TEMPLATE, titleVariables } from '../templates/title-variables.ts'
import { ruleFacts } from './rule-facts.ts'

/**
 * What a template gives for an event: the very name that `decide` puts into its plan (CHAT-70). An empty template is
 * the default one. `section` says as what the event is named, a chat or a request.
 */
export function previewTitle(section: PassingSectionName, template: string, facts: TransferFacts): string {
  const values = ruleFacts({ ...facts, event: section === 'requests' ? 'request' : 'chat' })
  return titleFrom(template, values, facts)
}

/** The same, from values that were read already. */
export function titleFrom(
  template: string,
  values: RuleFacts,
  facts: Pick<TransferFacts, 'locale' | 'timeZone'>,
): string {
  const locale: Locale = facts.locale ?? 'ru'
  const chosen = template.trim() === '' ? DEFAULT_TITLE_TEMPLATE[locale] : template
  return renderTitle(chosen, titleVariables(values, locale, facts.timeZone), locale)
}
