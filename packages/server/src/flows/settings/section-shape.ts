import type { FieldProblem } from '@trunkline/contracts/errors'
import { SECTIONS, type SectionName } from '@trunkline/contracts/settings/index'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { schemaProblems } from '../../schema-problems.ts'
import { conditionProblems } from './condition-problems.ts'

/** Where the rules of the lists keep trees of conditions. */
const TREES = ['when', 'except'] as const

/**
 * A section's value as it came from outside, brought to its schema: what is left out gets its default.
 * @param at pointer of the value in the request, such as `/value`.
 * @returns the value, or what of it does not fit, in words.
 */
export function sectionShape(
  section: SectionName,
  given: Record<string, unknown>,
  at: string,
): { readonly value: Record<string, unknown> } | { readonly problems: FieldProblem[] } {
  const schema: TSchema = SECTIONS[section].schema
  const { plain, problems: trees } = apartFromConditions(given, at)
  const value = Value.Default(schema, structuredClone(plain)) as Record<string, unknown>
  const problems = [...trees, ...schemaProblems(schema, value, at)]
  return problems.length > 0 ? { problems } : { value }
}

/**
 * Looks at the conditions of every rule by themselves.
 * @returns the value with an empty group in place of each tree that has problems, and those problems.
 */
export function apartFromConditions(
  given: Readonly<Record<string, unknown>>,
  at: string,
  options: { readonly named?: boolean } = {},
): { readonly plain: Record<string, unknown>; readonly problems: FieldProblem[] } {
  const problems: FieldProblem[] = []
  const plain: Record<string, unknown> = { ...given }
  for (const [name, list] of Object.entries(given)) {
    if (!Array.isArray(list)) continue
    plain[name] = list.map((rule: unknown, index) => {
      if (typeof rule !== 'object' || rule === null) return rule
      const kept: Record<string, unknown> = { ...rule }
      for (const key of TREES) {
        if (kept[key] === undefined) continue
        const found = conditionProblems(kept[key], `${at}/${name}/${index}/${key}`, options)
        problems.push(...found)
        // Told already, and better than the schema could.
        if (found.length > 0) kept[key] = { combinator: 'and', rules: [] }
      }
      return kept
    })
  }
  return { plain, problems }
}
