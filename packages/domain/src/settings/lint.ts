import type { IntegrationSettings, PassingSectionName } from '@trunkline/contracts/settings/index'
import { conditionFields } from '../rules/catalogue.ts'
import type { SolverGround } from './can-match.ts'
import { type Finding, type Found, inSection, kindOf, type Severity } from './finding.ts'
import { goneFindings } from './lint-gone.ts'
import { idleFindings } from './lint-idle.ts'
import { ruleFindings } from './lint-passing-rules.ts'
import { siteChatFindings } from './lint-site-chats.ts'
import { nowhereFindings, switchFindings } from './lint-switches.ts'
import type { SettingsWorld } from './settings-world.ts'

export type { Finding, FindingLink, Severity } from './finding.ts'
export type { SettingsWorld } from './settings-world.ts'

const PASSING: readonly PassingSectionName[] = ['chats', 'requests']
const ORDER: readonly Severity[] = ['error', 'warning', 'note']

/**
 * Everything wrong, idle or worth a look in the settings of an integration, worst first, then in the order of the
 * sections. The one source of advice on settings; what keeps a section from being saved is in
 * `transfer/settings-problems`, and both look at the same faults.
 */
export function lint(settings: Omit<IntegrationSettings, 'versions'>, world: SettingsWorld): Finding[] {
  const findings = PASSING.flatMap((section) => inSection(section, sectionFindings(section, settings, world)))
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
  const explained = gone.filter((found) => kindOf(found.code).inCondition === true)
  return [
    ...switchFindings(section, settings),
    ...idleFindings(section, value, world),
    ...siteChatFindings(section, value, world),
    ...gone,
    ...rules.filter(
      (found) =>
        found.code !== 'rule-dead' || !explained.some((one) => one.pointer.startsWith(`${found.pointer}/`)),
    ),
  ]
}
