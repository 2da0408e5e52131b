import { text } from '@trunkline/contracts/locale'
import type { IntegrationSettings, PassingSectionName } from '@trunkline/contracts/settings/index'
import { conditionFields } from '../rules/catalogue.ts'
import { settingsWarnings } from '../transfer/settings-warnings.ts'
import type { SolverGround } from './can-match.ts'
import { type Finding, type Found, inSection, type Severity } from './finding.ts'
import { goneFindings } from './lint-gone.ts'
import { ruleFindings } from './lint-passing-rules.ts'
import { siteChatFindings } from './lint-site-chats.ts'
import { nowhereFindings, switchFindings } from './lint-switches.ts'
import { contextOf, type SettingsWorld } from './settings-world.ts'

export type { Finding, FindingLink, Severity } from './finding.ts'
export type { SettingsWorld } from './settings-world.ts'

const PASSING: readonly PassingSectionName[] = ['chats', 'requests']
const ORDER: readonly Severity[] = ['error', 'warning', 'note']
const LOOK_AT_FIELD = text('Откройте это поле и исправьте его.', 'Open this field and mend it.')

/**
 * Everything wrong, idle or worth a look in the settings of an integration, worst first, then in the order of the
 * sections. It also holds what `transfer/settings-warnings` says of each section (a finding of the linter at the same
 * field takes its place), so whoever shows this list need not show those.
 */
export function lint(settings: Omit<IntegrationSettings, 'versions'>, world: SettingsWorld): Finding[] {
  const findings = PASSING.flatMap((section) => {
    const found = sectionFindings(section, settings, world)
    const context = contextOf(world, settings.main)
    const warned = settingsWarnings(section, settings[section] as never, context)
      .filter(({ pointer }) => !found.some((one) => within(one.pointer, pointer)))
      .map((warning): Found => ({ ...warning, severity: 'warning', advice: LOOK_AT_FIELD }))
    return inSection(section, [...found, ...warned])
  })
  const all = [...findings, ...inSection('chats', nowhereFindings(settings, world))]
  return all.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
}

function sectionFindings(
  section: PassingSectionName,
  settings: Omit<IntegrationSettings, 'versions'>,
  world: SettingsWorld,
): Found[] {
  const value = settings[section]
  const catalogue = conditionFields(section)
  const ground: SolverGround = { catalogue, channels: world.channels }
  const gone = goneFindings(section, value, world, catalogue)
  const rules = ruleFindings(value, world, ground)
  // A rule that is dead because of a condition named already is not named twice.
  const explained = gone.filter((found) => found.code.startsWith('condition-'))
  return [
    ...switchFindings(section, settings, world),
    ...siteChatFindings(section, value, world),
    ...gone,
    ...rules.filter(
      (found) =>
        found.code !== 'rule-dead' || !explained.some((one) => one.pointer.startsWith(`${found.pointer}/`)),
    ),
  ]
}

/** Whether one pointer is the other or below it. */
function within(pointer: string, other: string): boolean {
  return pointer === other || pointer.startsWith(`${other}/`) || other.startsWith(`${pointer}/`)
}
