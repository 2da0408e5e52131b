import type { Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import { CHOICE_WORDS, type ChoiceList, fieldNamed, type RuleCatalogue } from '../rules/catalogue.ts'
import { evaluate } from '../rules/evaluate.ts'
import type { SettingsWorld } from './settings-world.ts'
import { type Comparison, comparisonOf, excludes, implies, passes } from './value-test.ts'

type Known = Exclude<Comparison, 'false' | 'opaque'>

/** A condition with its negations pushed down to the comparisons. `of: []`: all = always, any = never. */
export type Formula =
  | { readonly all: readonly Formula[] }
  | { readonly any: readonly Formula[] }
  | { readonly compare: Known }
  | { readonly unclear: string; readonly holds: boolean }

/** What the solver may rely on about the facts it is asked about. */
export interface SolverGround {
  readonly catalogue: RuleCatalogue
  /** A conversation comes over one of these; empty = not known. */
  readonly channels: SettingsWorld['channels']
}

/** Most steps for one question; beyond it the answer is "may match". */
const MAX_STEPS = 4000

/** The condition, or its opposite. Undefined for a tree beyond the evaluator's limits: nothing is said of it. */
export function formulaOf(group: RuleGroup, catalogue: RuleCatalogue, opposite = false): Formula | undefined {
  const { warnings } = evaluate(group, {}, catalogue)
  if (warnings.some(({ code }) => code === 'too-deep' || code === 'too-many-rules')) return undefined
  const read = (node: Rule | RuleGroup, negate: boolean): Formula => {
    if ('rules' in node) {
      const turned = negate !== (node.not === true)
      const some = node.combinator === 'or' && node.rules.length > 0
      const of = node.rules.map((child) => read(child, turned))
      return some === turned ? { all: of } : { any: of }
    }
    const comparison = comparisonOf(node, catalogue)
    if (comparison === 'false') return negate ? ALWAYS : NEVER
    if (comparison === 'opaque') return { unclear: JSON.stringify(node), holds: !negate }
    return { compare: negate ? { ...comparison, some: !comparison.some } : comparison }
  }
  return read(group, opposite)
}

const ALWAYS: Formula = { all: [] }
const NEVER: Formula = { any: [] }

/**
 * Whether some facts may fulfil all these conditions at once. Sound one way: `false` is certain, `true` may only mean
 * that no contradiction was seen.
 */
export function canMatch(conditions: readonly Formula[], ground: SolverGround): boolean {
  const search = new Search(ground.catalogue)
  const fields = new Set(conditions.flatMap(fieldsIn))
  const base = [...conditions, ...[...fields].flatMap((field) => ownChoices(field, ground.catalogue))]
  if (!search.fulfil(base, [])) return false
  const byId = fields.has('channelId')
  if ((!byId && !fields.has('channelType')) || ground.channels.length === 0) return true
  const kinds = new Map(ground.channels.map((one) => [byId ? one.id : one.type, one]))
  return [...kinds.values()].some((channel) =>
    search.fulfil(
      [...base, ...(byId ? [oneOf('channelId', [channel.id])] : []), oneOf('channelType', [channel.type])],
      [],
    ),
  )
}

function oneOf(field: string, values: readonly string[]): Formula {
  return { compare: { some: true, field, test: { is: 'one-of', values } } }
}

/** A choice of our own has one of its values, or none. */
function ownChoices(field: string, catalogue: RuleCatalogue): Formula[] {
  const choices = fieldNamed(catalogue, field)?.choices
  if (choices === undefined || !Object.hasOwn(CHOICE_WORDS, choices)) return []
  const values = Object.keys(CHOICE_WORDS[choices as ChoiceList])
  return [{ any: [oneOf(field, values), { compare: { some: false, field, test: { is: 'any' } } }] }]
}

function fieldsIn(formula: Formula): string[] {
  if ('compare' in formula) return [formula.compare.field]
  if ('unclear' in formula) return []
  return ('all' in formula ? formula.all : formula.any).flatMap(fieldsIn)
}

/** A tableau: alternatives are tried one after another until one holds no contradiction. */
class Search {
  readonly #catalogue: RuleCatalogue
  #steps = 0

  constructor(catalogue: RuleCatalogue) {
    this.#catalogue = catalogue
  }

  fulfil(pending: readonly Formula[], taken: readonly (Known | Unclear)[]): boolean {
    if (++this.#steps > MAX_STEPS) return true
    const facts = [...taken]
    const branches: { readonly any: readonly Formula[] }[] = []
    const queue = [...pending]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if ('all' in next) queue.push(...next.all)
      else if ('any' in next) branches.push(next)
      else facts.push('compare' in next ? next.compare : next)
    }
    if (this.#contradictory(facts)) return false
    const [first, ...rest] = branches.sort((a, b) => a.any.length - b.any.length)
    return first === undefined || first.any.some((one) => this.fulfil([one, ...rest], facts))
  }

  #contradictory(facts: readonly (Known | Unclear)[]): boolean {
    const byField = new Map<string, Known[]>()
    const unclear = new Map<string, boolean>()
    for (const fact of facts) {
      if ('unclear' in fact) {
        if (unclear.get(fact.unclear) === !fact.holds) return true
        unclear.set(fact.unclear, fact.holds)
      } else byField.set(fact.field, [...(byField.get(fact.field) ?? []), fact])
    }
    return [...byField].some(([field, known]) =>
      clash(known, fieldNamed(this.#catalogue, field)?.type !== 'list'),
    )
  }
}

interface Unclear {
  readonly unclear: string
  readonly holds: boolean
}

/** Whether comparisons of one field can surely not hold together. `single`: the field has at most one value. */
function clash(facts: readonly Known[], single: boolean): boolean {
  const wanted = facts.filter((fact) => fact.some).map((fact) => fact.test)
  const barred = facts.filter((fact) => !fact.some).map((fact) => fact.test)
  return wanted.some((test) => {
    const others = single ? wanted.filter((other) => other !== test) : []
    if (test.is === 'one-of') {
      return !test.values.some(
        (value) => !barred.some((bar) => passes(value, bar)) && others.every((other) => passes(value, other)),
      )
    }
    return barred.some((bar) => implies(test, bar)) || others.some((other) => excludes(test, other))
  })
}
