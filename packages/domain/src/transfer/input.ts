import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { Locale } from '@trunkline/contracts/locale'
import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import type {
  ChatsSettings,
  IntegrationSettings,
  PassingSectionName,
  PassingSettings,
} from '@trunkline/contracts/settings/index'
import { conditionFields } from '../rules/catalogue.ts'
import {
  type ComparableFacts,
  comparableFacts,
  type ReadConditions,
  type RuleFacts,
  readConditions,
} from '../rules/evaluate.ts'
import { ruleFacts } from './rule-facts.ts'

/** What one decision is made from: the facts, the section they fall under, and both as rules read them. */
export interface DecisionInput {
  readonly facts: TransferFacts
  readonly settings: IntegrationSettings
  readonly section: PassingSectionName
  /** The values of that section that both have. */
  readonly passing: PassingSettings
  /** What chats have beyond that; undefined for a request: it has no dialogue to begin, answer or end (AMB-24). */
  readonly chat: ChatsSettings | undefined
  readonly locale: Locale
  /** Values of the catalogue's fields. */
  readonly values: RuleFacts
  readonly comparable: ComparableFacts
  readonly read: ConditionReader
}

/** Reads the conditions of a rule; a decider reads each once. */
export type ConditionReader = (group: RuleGroup) => ReadConditions

/** Which section an event falls under: talks and requests are passed apart (CHAT-66, UIS-29). */
export function sectionOf(facts: Pick<TransferFacts, 'event'>): PassingSectionName {
  return facts.event === 'request' ? 'requests' : 'chats'
}

export function decisionInput(
  facts: TransferFacts,
  settings: IntegrationSettings,
  readers: Readonly<Record<PassingSectionName, ConditionReader>>,
): DecisionInput {
  const section = sectionOf(facts)
  const values = ruleFacts(facts)
  return {
    facts,
    settings,
    section,
    passing: settings[section],
    chat: section === 'chats' ? settings.chats : undefined,
    locale: facts.locale ?? 'ru',
    values,
    comparable: comparableFacts(values),
    read: readers[section],
  }
}

/** Readers that remember: good for as long as nobody changes the settings they read. */
export function conditionReaders(): Readonly<Record<PassingSectionName, ConditionReader>> {
  const reader = (section: PassingSectionName): ConditionReader => {
    const known = new Map<RuleGroup, ReadConditions>()
    return (group) => {
      const before = known.get(group)
      if (before) return before
      const conditions = readConditions(group, conditionFields(section))
      known.set(group, conditions)
      return conditions
    }
  }
  return { chats: reader('chats'), requests: reader('requests') }
}
