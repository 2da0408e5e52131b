import { type Text, text } from '@trunkline/contracts/locale'
import type { PassingSettings } from '@trunkline/contracts/settings/index'
import type { TransferRule } from '@trunkline/contracts/settings/rules'
import { canMatch, type SolverGround } from './can-match.ts'
import type { Found } from './finding.ts'
import {
  covers,
  idleRules,
  type ListedRule,
  meeting,
  type ReadRule,
  readRules,
  titles,
} from './lint-rules.ts'
import { isPlaceKnown } from './places.ts'
import type { SettingsWorld } from './settings-world.ts'

/** Rules of a section that never decide, and a transfer filter that lets nothing through. */
export function ruleFindings(value: PassingSettings, world: SettingsWorld, ground: SolverGround): Found[] {
  // While the directory was never read nobody is known to be dismissed.
  const usable = (userId: string) =>
    userId !== '' && (world.portalUsers?.some((user) => user.id === userId && user.active) ?? true)
  const responsible = value.responsibleRules.map((rule) => ({
    ...rule,
    decides: usable(rule.userId),
  }))
  const places = (list: 'firstPlaceRules' | 'repeatedPlaceRules') =>
    ordered(
      list,
      value[list].map((rule) => ({ ...rule, decides: isPlaceKnown(rule.place, world) })),
      ground,
    )
  return [
    ...transferFindings(value, ground),
    ...ordered('responsibleRules', responsible, ground),
    ...places('firstPlaceRules'),
    ...places('repeatedPlaceRules'),
    ...sameTitles('transferRules', value.transferRules),
    ...sameTitles('responsibleRules', value.responsibleRules),
    ...sameTitles('firstPlaceRules', value.firstPlaceRules),
    ...sameTitles('repeatedPlaceRules', value.repeatedPlaceRules),
  ]
}

/** A list where the first rule that fits decides. */
function ordered(list: string, rules: readonly ListedRule[], ground: SolverGround): Found[] {
  const read = readRules(rules, ground)
  return idleRules(list, read, ground, (rule) => read.filter((other) => other.index < rule.index))
}

/** The transfer filter: any Deny beats any Allow, whatever their order (AMB-19). */
function transferFindings(value: PassingSettings, ground: SolverGround): Found[] {
  const rules = readRules(
    value.transferRules.map((rule) => ({ ...rule, decides: true })),
    ground,
  )
  const actionOf = (rule: ReadRule): TransferRule['action'] =>
    value.transferRules[rule.index]?.action ?? 'allow'
  const denies = rules.filter((rule) => actionOf(rule) === 'deny' && !rule.dead)
  const allows = rules.filter((rule) => actionOf(rule) === 'allow')
  const earlierOfKind = (rule: ReadRule) =>
    rules.filter((other) => other.index < rule.index && actionOf(other) === actionOf(rule))

  const blocked = allows.flatMap((rule): Found[] => {
    if (rule.dead) return []
    const by = denies.filter((deny) => covers([deny], rule, ground)).slice(0, 1)
    const together = by.length > 0 ? [] : meeting(denies, rule, ground)
    const all = together.length > 1 && covers(together, rule, ground) ? together : by
    return all.length === 0 ? [] : [blockedFinding(rule, all, ground)]
  })
  const taken = new Set(blocked.map((found) => found.pointer))
  const idle = idleRules('transferRules', rules, ground, earlierOfKind).filter(
    (found) => !taken.has(found.pointer),
  )
  return [...idle, ...blocked, ...nothingPasses(rules, allows, denies, value, ground)]
}

function blockedFinding(rule: ReadRule, denies: readonly ReadRule[], ground: SolverGround): Found {
  const first = denies[0]
  const same = denies.length === 1 && first !== undefined && covers([rule], first, ground)
  const names = titles(denies)
  return {
    code: same ? 'allow-and-deny' : 'allow-denied',
    pointer: `/transferRules/${rule.index}`,
    severity: 'warning',
    message: same
      ? text(
          `Правила «${rule.title}» и «${first.title}» противоречат друг другу: одно разрешает то же, что другое запрещает. Запрет сильнее.`,
          `The rules “${rule.title}” and “${first.title}” contradict each other: one allows what the other denies. Deny is stronger.`,
        )
      : text(
          `Правило «${rule.title}» ничего не пропускает: всё, что под него подходит, запрещено (${names.ru}).`,
          `The rule “${rule.title}” lets nothing through: whatever fits it is denied (${names.en}).`,
        ),
    advice: text('Сузьте запрет или удалите разрешение.', 'Narrow the Deny rule or delete the Allow rule.'),
  }
}

/** A filter that no conversation of the selected channels gets through. */
function nothingPasses(
  rules: readonly ReadRule[],
  allows: readonly ReadRule[],
  denies: readonly ReadRule[],
  value: PassingSettings,
  ground: SolverGround,
): Found[] {
  // A rule beyond the evaluator's limits is not read; then nothing is certain.
  if (rules.length === 0 || rules.length < value.transferRules.filter((rule) => rule.active).length) return []
  const selected = ground.channels.filter((channel) => value.channelIds.includes(channel.id))
  const here = selected.length === 0 ? ground : { ...ground, channels: selected }
  // Naming the channel in the question makes the solver try the selected ones.
  const anyChannel = {
    any: [
      { compare: { some: true, field: 'channelId', test: { is: 'any' as const } } },
      { compare: { some: false, field: 'channelId', test: { is: 'any' as const } } },
    ],
  }
  const open = allows.length === 0 ? [] : [{ any: allows.map((rule) => rule.applies) }]
  if (canMatch([anyChannel, ...open, ...denies.map((rule) => rule.opposite)], here)) return []
  const reason: Text =
    denies.length > 0
      ? text(`запрещающие правила (${titles(denies).ru})`, `Deny rules (${titles(denies).en})`)
      : text('разрешающие правила, под которые ничего не подходит', 'Allow rules that nothing fits')
  return [
    {
      code: 'filter-passes-nothing',
      pointer: '/transferRules',
      severity: 'error',
      message: text(
        `Фильтр передачи не пропускает ничего: всё останавливают ${reason.ru}.`,
        `The transfer filter passes nothing: everything is stopped by ${reason.en}.`,
      ),
      advice: text(
        'Сузьте запреты или добавьте разрешающее правило, под которое что-то подходит.',
        'Narrow the Deny rules or add an Allow rule that something fits.',
      ),
    },
  ]
}

/** Explanations of decisions call a rule by its title, so two of one title cannot be told apart there. */
function sameTitles(list: string, rules: readonly { readonly title: string }[]): Found[] {
  return rules.flatMap((rule, index): Found[] => {
    if (rules.findIndex((other) => other.title.trim() === rule.title.trim()) === index) return []
    return [
      {
        code: 'rule-title-twice',
        pointer: `/${list}/${index}/title`,
        severity: 'note',
        message: text(
          `Двух правил «${rule.title}» не различить в объяснениях решений.`,
          `Two rules called “${rule.title}” cannot be told apart in the explanations of decisions.`,
        ),
        advice: text('Назовите одно из них иначе.', 'Give one of them another name.'),
      },
    ]
  })
}
