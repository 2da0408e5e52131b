import { type Text, text } from '@trunkline/contracts/locale'
import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import { isBare } from '../rules/rule-problems.ts'
import { canMatch, type Formula, formulaOf, type SolverGround } from './can-match.ts'
import type { Found } from './finding.ts'

/** A rule of an ordered list, as this check needs it. */
export interface ListedRule {
  readonly title: string
  readonly active: boolean
  readonly when: RuleGroup
  readonly except?: RuleGroup
  /** Whether the rule decides when it matches; one whose user was dismissed leaves the choice to the next. */
  readonly decides: boolean
}

/** A rule that is read, with its conditions in the solver's form. */
export interface ReadRule extends ListedRule {
  /** Place in the list, from 0. */
  readonly index: number
  /** It applies: `when` and not `except`. */
  readonly applies: Formula
  readonly opposite: Formula
  readonly dead: boolean
}

/** The rules of a list that are on and within the limits of the evaluator. */
export function readRules(rules: readonly ListedRule[], ground: SolverGround): ReadRule[] {
  return rules.flatMap((rule, index) => {
    if (!rule.active) return []
    const read = (opposite: boolean) => {
      const when = formulaOf(rule.when, ground.catalogue, opposite)
      const except = rule.except && formulaOf(rule.except, ground.catalogue, !opposite)
      if (when === undefined || (rule.except && except === undefined)) return undefined
      if (except === undefined) return when
      return opposite ? { any: [when, except] } : { all: [when, except] }
    }
    const applies = read(false)
    const opposite = read(true)
    if (applies === undefined || opposite === undefined) return []
    return [{ ...rule, index, applies, opposite, dead: !canMatch([applies], ground) }]
  })
}

/**
 * Rules that never decide: dead ones (no conversation fits) and shadowed ones (whatever fits is decided by a rule read
 * before). Certain: a rule named here is never the deciding one, for any facts.
 *
 * `before(rule)` gives the rules that win over it.
 */
export function idleRules(
  list: string,
  rules: readonly ReadRule[],
  ground: SolverGround,
  before: (rule: ReadRule) => readonly ReadRule[],
): Found[] {
  return rules.flatMap((rule): Found[] => {
    const pointer = `/${list}/${rule.index}`
    if (rule.dead)
      return [
        rule.except !== undefined && isBare(rule.except)
          ? exceptFinding(pointer, rule)
          : deadFinding(pointer, rule),
      ]
    const winners = before(rule).filter((other) => other.decides && !other.dead)
    const single = winners.find((other) => covers([other], rule, ground))
    if (single) {
      const same = covers([rule], single, ground)
      return [same ? repeatFinding(pointer, rule, single) : shadowFinding(pointer, rule, [single])]
    }
    const together = meeting(winners, rule, ground)
    if (together.length < 2 || !covers(together, rule, ground)) return []
    return [shadowFinding(pointer, rule, fewest(together, rule, ground))]
  })
}

/** Most rules that are looked at together: the question grows with each, and nobody reads a longer answer. */
const MOST_TOGETHER = 12

/** Of the others those that share conversations with the rule, which alone may cover it together. */
export function meeting(others: readonly ReadRule[], rule: ReadRule, ground: SolverGround): ReadRule[] {
  const shared: ReadRule[] = []
  for (const other of others) {
    if (shared.length === MOST_TOGETHER) break
    if (canMatch([rule.applies, other.applies], ground)) shared.push(other)
  }
  return shared
}

/** Whether every conversation that `rule` fits surely fits one of the others. */
export function covers(
  others: readonly ReadRule[],
  rule: Pick<ReadRule, 'applies'>,
  ground: SolverGround,
): boolean {
  return !canMatch([rule.applies, ...others.map((other) => other.opposite)], ground)
}

/** Leaves out winners that the covering does not need, so that the message names as few as possible. */
function fewest(winners: readonly ReadRule[], rule: ReadRule, ground: SolverGround): ReadRule[] {
  return winners.reduce<ReadRule[]>(
    (kept, one) => {
      const without = kept.filter((other) => other !== one)
      return covers(without, rule, ground) ? without : kept
    },
    [...winners],
  )
}

function deadFinding(pointer: string, rule: ReadRule): Found {
  return {
    code: 'rule-dead',
    pointer,
    severity: 'warning',
    message: text(
      `Правило «${rule.title}» никогда не подойдёт: его условия противоречат друг другу.`,
      `The rule “${rule.title}” can never fit: its conditions contradict each other.`,
    ),
    advice: text('Исправьте условия или удалите правило.', 'Mend the conditions or delete the rule.'),
  }
}

/** An empty group fits everything (UIS-30), so an exception without conditions takes everything out of its rule. */
function exceptFinding(pointer: string, rule: ReadRule): Found {
  return {
    code: 'except-everything',
    pointer: `${pointer}/except`,
    severity: 'warning',
    message: text(
      `Правило «${rule.title}» никогда не подойдёт: в его исключении нет условий, поэтому исключено всё.`,
      `The rule “${rule.title}” can never fit: its exception has no conditions, so everything is excepted.`,
    ),
    advice: text(
      'Добавьте условие в исключение или удалите его.',
      'Add a condition to the exception or delete it.',
    ),
  }
}

function repeatFinding(pointer: string, rule: ReadRule, winner: ReadRule): Found {
  return {
    code: 'rule-repeats',
    pointer,
    severity: 'warning',
    message: text(
      `Правило «${rule.title}» не действует: правило «${winner.title}» подходит к тем же обращениям и решает раньше.`,
      `The rule “${rule.title}” has no effect: the rule “${winner.title}” fits the same contacts and decides before it.`,
    ),
    advice: text('Оставьте одно из двух.', 'Keep one of the two.'),
  }
}

function shadowFinding(pointer: string, rule: ReadRule, winners: readonly ReadRule[]): Found {
  const names = titles(winners)
  const many = winners.length > 1
  return {
    code: 'rule-shadowed',
    pointer,
    severity: 'warning',
    message: text(
      `До правила «${rule.title}» очередь не дойдёт: всё, что под него подходит, раньше ${many ? 'забирают правила' : 'забирает правило'} ${names.ru}.`,
      `The rule “${rule.title}” is never reached: whatever fits it is taken before by the ${many ? 'rules' : 'rule'} ${names.en}.`,
    ),
    advice: text(
      `Поставьте правило «${rule.title}» выше или сузьте условия ${many ? 'тех правил' : 'того правила'}.`,
      `Move the rule “${rule.title}” up or narrow the conditions of the ${many ? 'others' : 'other'}.`,
    ),
  }
}

/** «А», «Б»: titles of rules in quotes. */
export function titles(rules: readonly { readonly title: string }[]): Text {
  return text(
    rules.map((rule) => `«${rule.title}»`).join(', '),
    rules.map((rule) => `“${rule.title}”`).join(', '),
  )
}
