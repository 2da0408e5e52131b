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
  const findings = PASSING.flatMap((section) => {
    const ofFields = foundInFields(section, settings, world)
    return inSection(section, [...ofFields, ...foundInRules(section, settings, world, ofFields)])
  })
  return worstFirst([...findings, ...inSection('chats', nowhereFindings(settings, world))])
}

/**
 * Of the same findings those of one section that tell of a field by itself, worst first. What takes comparing rules with
 * each other is left out: with many rules that costs a tenth of a second, too much for every reading of a section.
 */
export function lintFields(
  section: PassingSectionName,
  settings: Omit<IntegrationSettings, 'versions'>,
  world: SettingsWorld,
): Finding[] {
  return worstFirst(inSection(section, foundInFields(section, settings, world)))
}

function worstFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
}

function foundInFields(
  section: PassingSectionName,
  settings: Omit<IntegrationSettings, 'versions'>,
  world: SettingsWorld,
): Found[] {
  const value = settings[section]
  return [
    ...switchFindings(section, settings),
    ...idleFindings(section, value, world),
    ...siteChatFindings(section, value, world),
    ...goneFindings(section, value, world, conditionFields(section)),
  ]
}

/** A rule that is dead because of a condition named already is not named twice. */
function foundInRules(
  section: PassingSectionName,
  settings: Omit<IntegrationSettings, 'versions'>,
  world: SettingsWorld,
  named: readonly Found[],
): Found[] {
  const ground: SolverGround = { catalogue: conditionFields(section), channels: world.channels }
  const explained = named.filter((found) => kindOf(found.code).inCondition === true)
  return ruleFindings(settings[section], world, ground).filter(
    (found) =>
      found.code !== 'rule-dead' || !explained.some((one) => one.pointer.startsWith(`${found.pointer}/`)),
  )
}
