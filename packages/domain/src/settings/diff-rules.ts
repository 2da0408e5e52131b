import { type Text, text } from '@trunkline/contracts/locale'
import type { PassingSectionName } from '@trunkline/contracts/settings/index'
import type { FieldMapping } from '@trunkline/contracts/settings/rules'
import { conditionFields } from '../rules/catalogue.ts'
import type { SettingChange } from './diff.ts'
import { listMoves } from './list-moves.ts'
import { conditionsOf, resultWords, ruleSentence, type SettingRule } from './rule-sentence.ts'
import { same } from './same-value.ts'
import type { SettingsNames } from './settings-world.ts'

interface RuleLists {
  readonly section: PassingSectionName
  /** Of the list. */
  readonly pointer: string
  readonly label: Text
  readonly before: readonly SettingRule[]
  readonly after: readonly SettingRule[]
  readonly names: SettingsNames
}

/** Changes of one list of rules: what went, then what came, was moved or became different, in the new order. */
export function ruleChanges(lists: RuleLists): SettingChange[] {
  const { before, after, pointer } = lists
  const moves = listMoves(
    before.map((rule) => rule.id),
    after.map((rule) => rule.id),
  )
  const removed = moves.removed.map((index) => wholeChange(lists, before[index]!, index, 'removed'))
  const added = moves.added.map((index) => wholeChange(lists, after[index]!, index, 'added'))
  const kept = moves.kept.flatMap(({ before: from, after: to, moved }) => {
    const [was, is] = [before[from]!, after[to]!]
    const at = `${pointer}/${to}`
    return [...(moved ? [moveChange(lists, is, from, to)] : []), ...oneRuleChanges(lists, at, was, is)]
  })
  const place = (change: SettingChange) => Number(change.pointer.slice(pointer.length + 1).split('/')[0])
  return [...removed, ...[...added, ...kept].sort((a, b) => place(a) - place(b))]
}

function wholeChange(
  { section, pointer, label, names }: RuleLists,
  rule: SettingRule,
  index: number,
  kind: 'added' | 'removed',
): SettingChange {
  const said = ruleSentence(rule, names, section)
  const called = title(rule)
  return {
    pointer: `${pointer}/${index}`,
    kind,
    before: kind === 'removed' ? said : null,
    after: kind === 'added' ? said : null,
    sentence:
      kind === 'added'
        ? text(`${label.ru}: добавлено${called.ru}. ${said.ru}`, `${label.en}: added${called.en}. ${said.en}`)
        : text(
            `${label.ru}: удалено${called.ru}. ${said.ru}`,
            `${label.en}: removed${called.en}. ${said.en}`,
          ),
  }
}

function moveChange(
  { pointer, label }: RuleLists,
  rule: SettingRule,
  from: number,
  to: number,
): SettingChange {
  const called = title(rule)
  return {
    pointer: `${pointer}/${to}`,
    kind: 'moved',
    before: text(`Место ${from + 1}.`, `Place ${from + 1}.`),
    after: text(`Место ${to + 1}.`, `Place ${to + 1}.`),
    sentence: text(
      `${label.ru}: перемещено${called.ru} с места ${from + 1} на место ${to + 1}.`,
      `${label.en}: moved${called.en} from place ${from + 1} to place ${to + 1}.`,
    ),
  }
}

function oneRuleChanges(lists: RuleLists, at: string, was: SettingRule, is: SettingRule): SettingChange[] {
  const { section, label, names } = lists
  const changes: SettingChange[] = []
  const called = title(is)
  const add = (field: string, before: Text, after: Text, ru: string, en: string) =>
    changes.push({
      pointer: `${at}/${field}`,
      kind: 'changed',
      before,
      after,
      sentence: text(`${label.ru}:${called.ru} ${ru}.`, `${label.en}:${called.en} ${en}.`),
    })
  const was_is = (before: Text, after: Text) =>
    [`было «${before.ru}», стало «${after.ru}»`, `was “${before.en}”, is now “${after.en}”`] as const

  if (was.active !== is.active) {
    const state = (on: boolean) => (on ? text('Включено.', 'On.') : text('Выключено.', 'Off.'))
    add(
      'active',
      state(was.active),
      state(is.active),
      is.active ? 'включено' : 'выключено',
      is.active ? 'switched on' : 'switched off',
    )
  }
  if ('when' in was && 'when' in is) {
    if (was.title !== is.title) {
      add(
        'title',
        text(was.title, was.title),
        text(is.title, is.title),
        `раньше называлось «${was.title}»`,
        `was called “${was.title}” before`,
      )
    }
    const catalogue = conditionFields(section)
    if (!same(was.when, is.when) || !same(exceptOf(was), exceptOf(is))) {
      const [before, after] = [conditionsOf(was, names, catalogue), conditionsOf(is, names, catalogue)]
      const [ru, en] = was_is(before, after)
      add('when', before, after, `условие ${ru}`, `the condition ${en}`)
    }
    const [before, after] = [resultWords(was, names), resultWords(is, names)]
    if (!same(resultOf(was), resultOf(is))) {
      const [ru, en] = was_is(before, after)
      add(resultField(is), before, after, ru, en)
    }
  } else if (!same({ ...was, active: true }, { ...is, active: true })) {
    const [before, after] = [was, is].map((mapping) =>
      ruleSentence({ ...(mapping as FieldMapping), active: true }, names, section),
    )
    if (before && after) {
      const [ru, en] = was_is(bare(before), bare(after))
      add('target', before, after, ru, en)
    }
  }
  return changes
}

function exceptOf(rule: SettingRule): unknown {
  return 'except' in rule ? rule.except : undefined
}

function resultField(rule: SettingRule): 'action' | 'userId' | 'place' {
  if ('action' in rule) return 'action'
  return 'userId' in rule ? 'userId' : 'place'
}

function resultOf(rule: SettingRule): unknown {
  if ('action' in rule) return rule.action
  if ('userId' in rule) return rule.userId
  return 'place' in rule ? rule.place : undefined
}

/** « правило «Опт»», or «строка» for a line of the mapping, which has no title. */
function title(rule: SettingRule): Text {
  return 'title' in rule
    ? text(` правило «${rule.title}»`, ` the rule “${rule.title}”`)
    : text(' соответствие', ' a line')
}

function bare(words: Text): Text {
  return text(words.ru.replace(/\.$/, ''), words.en.replace(/\.$/, ''))
}
