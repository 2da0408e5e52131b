import { type Text, text } from '@trunkline/contracts/locale'
import {
  type IntegrationSettings,
  type PassingSectionName,
  SECTIONS,
  type SectionName,
} from '@trunkline/contracts/settings/index'
import { ruleChanges } from './diff-rules.ts'
import { listMoves } from './list-moves.ts'
import type { SettingRule } from './rule-sentence.ts'
import { channelName } from './said-names.ts'
import { same } from './same-value.ts'
import { joined, RULE_LISTS, sentenceOf } from './settings-words.ts'
import type { SettingsNames } from './settings-world.ts'

/** One change of a section. */
export interface SettingChange {
  /** JSON Pointer into the value after; of what was removed, into the value before. */
  readonly pointer: string
  readonly kind: 'added' | 'removed' | 'changed' | 'moved'
  /** How it read; null for something added. */
  readonly before: Text | null
  /** How it reads now; null for something removed. */
  readonly after: Text | null
  /** The whole change as a sentence. */
  readonly sentence: Text
}

/**
 * The difference of two values of a section in words, in the order of the form; empty when they are equal. Rules are
 * compared by id: one that was moved, renamed, switched off or given other conditions is the same rule.
 */
export function diff<S extends SectionName>(
  section: S,
  before: IntegrationSettings[S],
  after: IntegrationSettings[S],
  names: SettingsNames,
): SettingChange[] {
  const [was, is] = [before, after] as unknown as Readonly<Record<string, unknown>>[]
  const labels = labelsOf(section)
  return Object.keys(labels).flatMap((key): SettingChange[] => {
    const label = labels[key]
    if (!was || !is || !label || same(was[key], is[key])) return []
    const pointer = `/${key}`
    if (RULE_LISTS.has(key)) {
      return ruleChanges({
        section: section as PassingSectionName,
        pointer,
        label,
        before: was[key] as readonly SettingRule[],
        after: is[key] as readonly SettingRule[],
        names,
      })
    }
    const said = {
      before: sentenceOf(section, key, before, names) ?? null,
      after: sentenceOf(section, key, after, names) ?? null,
    }
    const sentence =
      key === 'channelIds'
        ? channelSentence(was[key] as readonly string[], is[key] as readonly string[], label, names)
        : changeSentence(label, said.before, said.after)
    return [{ pointer, kind: 'changed', ...said, sentence }]
  })
}

/** «Label: было — «…», стало — «…».» */
function changeSentence(label: Text, before: Text | null, after: Text | null): Text {
  const bare = (words: string | undefined) => (words ?? '').replace(/\.$/, '')
  return text(
    `${label.ru}: было «${bare(before?.ru)}», стало «${bare(after?.ru)}».`,
    `${label.en}: was “${bare(before?.en)}”, is now “${bare(after?.en)}”.`,
  )
}

function channelSentence(
  before: readonly string[],
  after: readonly string[],
  label: Text,
  names: SettingsNames,
): Text {
  const { added, removed } = listMoves(before, after)
  const namesOf = (ids: readonly (string | undefined)[]) =>
    joined(ids.map((id) => channelName(id ?? '', names)))
  const more = namesOf(added.map((index) => after[index]))
  const less = namesOf(removed.map((index) => before[index]))
  const parts = [
    ...(added.length > 0 ? [text(`добавлено ${more.ru}`, `added ${more.en}`)] : []),
    ...(removed.length > 0 ? [text(`убрано ${less.ru}`, `taken off ${less.en}`)] : []),
  ]
  if (parts.length === 0) return text(`${label.ru}: изменён порядок.`, `${label.en}: the order changed.`)
  const said = joined(parts)
  return text(`${label.ru}: ${said.ru}.`, `${label.en}: ${said.en}.`)
}

/** Labels of a section's settings, in the order of the form. */
function labelsOf(section: SectionName): Readonly<Record<string, Text>> {
  const properties = SECTIONS[section].schema.properties as Readonly<Record<string, { label?: Text }>>
  return Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [key, schema.label ?? text(key, key)]),
  )
}
