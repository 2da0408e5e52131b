import { type Static, Type } from 'typebox'

/** Operators of conditions; which ones fit a field is said by the field's type in the catalogue. */
export const OPERATORS = [
  '=',
  '!=',
  'in',
  'notIn',
  'contains',
  'notContains',
  'beginsWith',
  'empty',
  'notEmpty',
  '>',
  '<',
] as const
export type Operator = (typeof OPERATORS)[number]

/** One comparison: a field of the catalogue, an operator, a value. */
export const Rule = Type.Object(
  {
    field: Type.String({ minLength: 1, maxLength: 60 }),
    operator: Type.Enum([...OPERATORS]),
    value: Type.Union([
      Type.String({ maxLength: 500 }),
      Type.Number(),
      Type.Boolean(),
      Type.Null(),
      Type.Array(Type.String({ maxLength: 500 }), { maxItems: 200 }),
    ]),
  },
  { additionalProperties: false },
)
export type Rule = Static<typeof Rule>

/**
 * A tree of conditions in the shape of react-querybuilder's RuleGroupType: plain data, one to one with the editor.
 * Source: react-querybuilder 8 documentation, "RuleGroupType". Empty group = true (UIS-30).
 */
export interface RuleGroup {
  combinator: 'and' | 'or'
  not?: boolean
  rules: (Rule | RuleGroup)[]
}

/** The same as JSON Schema. Depth and number of conditions are limited by domain/rules, with words for people. */
export const RuleGroup = Type.Unsafe<RuleGroup>(
  Type.Cyclic(
    {
      RuleGroup: Type.Object(
        {
          combinator: Type.Enum(['and', 'or']),
          not: Type.Optional(Type.Boolean()),
          rules: Type.Array(Type.Union([Rule, Type.Ref('RuleGroup')]), { maxItems: 200 }),
        },
        { additionalProperties: false },
      ),
    },
    'RuleGroup',
    { default: { combinator: 'and', rules: [] } },
  ),
)
