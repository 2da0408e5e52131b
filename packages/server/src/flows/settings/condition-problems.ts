import type { FieldProblem } from '@trunkline/contracts/errors'
import { text } from '@trunkline/contracts/locale'
import { OPERATORS } from '@trunkline/contracts/rules/condition'

/** Deeper than any tree that may be saved: what is below is not looked at. */
const MAX_WALK = 20
const MAX_TEXT_CHARS = 500
const MAX_VALUES = 200
const MAX_CONDITIONS = 200

const NOT_A_GROUP = text(
  'Здесь должна быть группа условий: «и» или «или» и список условий.',
  'This must be a group of conditions: “and” or “or”, and a list of conditions.',
)
const NOT_A_CONDITION = text(
  'Здесь должно быть условие: параметр, сравнение, значение.',
  'This must be a condition: a parameter, a comparison, a value.',
)

/**
 * What is wrong with the shape of a tree of conditions, in words and at the very place. JSON Schema can only say of a
 * node that it is neither a comparison nor a group, in a dozen sentences; here a node is read as what it looks like.
 * What the conditions mean (unknown parameter, misfit of operator and type, empty "or") is said by domain/rules.
 *
 * @param options `named`: a value may be a thing with its names, as in the file of an integration.
 */
export function conditionProblems(
  tree: unknown,
  at: string,
  options: { readonly named?: boolean } = {},
): FieldProblem[] {
  const problems: FieldProblem[] = []
  const add = (pointer: string, code: string, words: FieldProblem['text']) =>
    void problems.push({ pointer, code, text: words })

  function group(node: unknown, pointer: string, depth: number) {
    if (!isRecord(node)) return add(pointer, 'group', NOT_A_GROUP)
    if (depth > MAX_WALK)
      return add(
        pointer,
        'too-deep',
        text('Условия вложены слишком глубоко.', 'Conditions are nested too deeply.'),
      )
    unknownKeys(node, ['combinator', 'not', 'rules'], pointer)
    if (node['combinator'] !== 'and' && node['combinator'] !== 'or')
      add(`${pointer}/combinator`, 'combinator', text('Выберите «и» или «или».', 'Choose “and” or “or”.'))
    if (node['not'] !== undefined && typeof node['not'] !== 'boolean')
      add(`${pointer}/not`, 'not', text('Здесь «да» или «нет».', 'This is yes or no.'))
    const { rules } = node as { rules?: unknown }
    if (!Array.isArray(rules)) return add(`${pointer}/rules`, 'group', NOT_A_GROUP)
    if (rules.length > MAX_CONDITIONS)
      return add(
        `${pointer}/rules`,
        'too-many-rules',
        text(
          `В группе больше ${MAX_CONDITIONS} условий.`,
          `The group has more than ${MAX_CONDITIONS} conditions.`,
        ),
      )
    rules.forEach((child: unknown, index) => {
      const place = `${pointer}/rules/${index}`
      if (isRecord(child) && ('rules' in child || 'combinator' in child)) group(child, place, depth + 1)
      else condition(child, place)
    })
  }

  function condition(node: unknown, pointer: string) {
    if (!isRecord(node)) return add(pointer, 'condition', NOT_A_CONDITION)
    unknownKeys(node, ['field', 'operator', 'value'], pointer)
    const { field, operator, value } = node as Record<'field' | 'operator' | 'value', unknown>
    if (typeof field !== 'string' || field === '' || field.length > 60)
      add(`${pointer}/field`, 'field', text('Выберите параметр.', 'Choose a parameter.'))
    if (!OPERATORS.includes(operator as (typeof OPERATORS)[number]))
      add(`${pointer}/operator`, 'operator', text('Выберите сравнение.', 'Choose a comparison.'))
    const misfit = options.named ? undefined : valueMisfit(value)
    if (misfit !== undefined) add(`${pointer}/value`, 'value', misfit)
  }

  function unknownKeys(node: Record<string, unknown>, known: readonly string[], pointer: string): void {
    for (const key of Object.keys(node))
      if (!known.includes(key))
        add(`${pointer}/${key}`, 'additionalProperties', text('Лишнее поле', 'Unknown field'))
  }

  group(tree, at, 1)
  return problems
}

function valueMisfit(value: unknown): FieldProblem['text'] | undefined {
  const tooLong = text(
    `Значение не длиннее ${MAX_TEXT_CHARS} знаков.`,
    `A value has at most ${MAX_TEXT_CHARS} characters.`,
  )
  if (value === undefined) return text('Укажите значение.', 'Give a value.')
  if (typeof value === 'string') return value.length > MAX_TEXT_CHARS ? tooLong : undefined
  if (Array.isArray(value)) {
    if (value.length > MAX_VALUES)
      return text(`Значений не больше ${MAX_VALUES}.`, `At most ${MAX_VALUES} values.`)
    if (value.some((one) => typeof one !== 'string'))
      return text('В списке могут быть только тексты.', 'A list may hold texts only.')
    return value.some((one: string) => one.length > MAX_TEXT_CHARS) ? tooLong : undefined
  }
  if (value === null || typeof value === 'boolean') return undefined
  return typeof value === 'number' && Number.isFinite(value)
    ? undefined
    : text(
        'Значение — текст, число, «да» или «нет» либо список текстов.',
        'A value is a text, a number, yes or no, or a list of texts.',
      )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
