import type { FieldProblem } from '@trunkline/contracts/errors'
import { type Text, text } from '@trunkline/contracts/locale'
import type { FieldAnnotations, SectionAnnotations } from '@trunkline/contracts/settings/field'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** What of a value does not fit its schema, one sentence for each field. `at`: pointer of the value in the request. */
export function schemaProblems(schema: TSchema, value: unknown, at = ''): FieldProblem[] {
  const found = new Map<string, FieldProblem>()
  const add = (pointer: string, code: string, words: Text) => {
    if (!found.has(pointer)) found.set(pointer, { pointer, code, text: words })
  }
  for (const error of Value.Errors(schema, value)) {
    const params = error.params as Readonly<Record<string, unknown>>
    if (error.keyword === 'required') {
      for (const name of params['requiredProperties'] as string[])
        add(`${at}${error.instancePath}/${name}`, 'required', schemaWords('required', params))
    } else if (error.keyword === 'additionalProperties') {
      for (const name of params['additionalProperties'] as string[])
        add(
          `${at}${error.instancePath}/${name}`,
          'additionalProperties',
          (error.instancePath === '' ? own((schema as SectionAnnotations).refusedFields, name) : undefined) ??
            schemaWords('additionalProperties', params),
        )
      // `boolean` only repeats that an unknown field is not wanted.
    } else if (error.keyword !== 'boolean')
      add(
        `${at}${error.instancePath}`,
        error.keyword,
        refusedWords(schema, value, error.instancePath) ?? schemaWords(error.keyword, params),
      )
  }
  return [...found.values()]
}

/** Why a value is not among the choices of its field, where the schema says so. */
function refusedWords(schema: TSchema, value: unknown, pointer: string): Text | undefined {
  const { properties } = schema as { properties?: Readonly<Record<string, Partial<FieldAnnotations>>> }
  const name = pointer.slice(1)
  const refused = own(properties, name)?.refused
  const given = refused === undefined ? undefined : (value as Readonly<Record<string, unknown>>)[name]
  return typeof given === 'string' ? own(refused, given) : undefined
}

/** What a record holds under a name that came from outside. */
function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
}

/** A keyword of JSON Schema that was not met, in words. */
export function schemaWords(keyword: string, params: Readonly<Record<string, unknown>>): Text {
  const limit = String(params['limit'] ?? '')
  switch (keyword) {
    case 'required':
      return text('Заполните поле', 'Fill in this field')
    case 'minLength':
      return limit === '1'
        ? text('Заполните поле', 'Fill in this field')
        : text(`Не короче ${limit} знаков`, `At least ${limit} characters`)
    case 'maxLength':
      return text(`Не длиннее ${limit} знаков`, `At most ${limit} characters`)
    case 'minimum':
      return text(`Не меньше ${limit}`, `At least ${limit}`)
    case 'maximum':
      return text(`Не больше ${limit}`, `At most ${limit}`)
    case 'minItems':
      return limit === '1'
        ? text('Добавьте хотя бы одно', 'Add at least one')
        : text(`Выберите не меньше ${limit}`, `Choose at least ${limit}`)
    case 'maxItems':
      return text(`Не больше ${limit}`, `At most ${limit}`)
    case 'uniqueItems':
      return text('Одно и то же указано дважды', 'The same one is given twice')
    case 'format':
      return params['format'] === 'email'
        ? text('Введите адрес почты', 'Enter an e-mail address')
        : text('Неверный формат', 'Wrong format')
    case 'pattern':
      return text('Неверный формат', 'Wrong format')
    case 'enum':
    case 'anyOf':
    case 'const':
      return text('Выберите одно из значений', 'Choose one of the values')
    case 'additionalProperties':
      return text('Лишнее поле', 'Unknown field')
    default:
      return text('Неверное значение', 'Wrong value')
  }
}
