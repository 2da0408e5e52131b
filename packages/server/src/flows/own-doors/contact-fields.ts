import type { FieldProblem } from '@trunkline/contracts/errors'
import { text } from '@trunkline/contracts/locale'
import type { FieldNeed } from '@trunkline/contracts/widget/protocol'
import { cleanLine } from './clean-text.ts'

/** What a visitor may tell of themselves; empty stands for what was left out or is not asked for. */
export interface ContactFields {
  readonly name: string
  readonly phone: string
  readonly email: string
}

/** The contact fields of a form as they are kept, and what is wrong with them, field by field. */
export function readContactFields(
  needs: Readonly<Record<keyof ContactFields, FieldNeed>>,
  body: Readonly<{ [Name in keyof ContactFields]?: string | undefined }>,
): { readonly given: ContactFields; readonly problems: FieldProblem[] } {
  const line = (name: keyof ContactFields, maxChars: number) =>
    needs[name] === 'off' ? '' : cleanLine(body[name] ?? '', maxChars)
  const given = { name: line('name', 200), phone: line('phone', 60), email: line('email', 200) }
  const problems = (['name', 'phone', 'email'] as const).flatMap((name) =>
    missing(`/${name}`, needs[name], given[name]),
  )
  if (given.phone !== '' && !/^\D*(\d\D*){6,15}$/.test(given.phone))
    problems.push(problem('/phone', 'format', text('Проверьте номер телефона', 'Check the phone number')))
  if (given.email !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(given.email))
    problems.push(problem('/email', 'format', text('Проверьте адрес почты', 'Check the e-mail address')))
  return { given, problems }
}

/** A field that the form wants and that was left empty. */
export function missing(pointer: string, need: FieldNeed, value: string): FieldProblem[] {
  return need === 'required' && value === ''
    ? [problem(pointer, 'required', text('Заполните поле', 'Fill in this field'))]
    : []
}

/** Nothing of a person is kept without it. */
export function noConsent(): FieldProblem {
  return problem('/consent', 'required', text('Нужно согласие на обработку данных', 'Your consent is needed'))
}

export function problem(pointer: string, code: string, words: FieldProblem['text']): FieldProblem {
  return { pointer, code, text: words }
}
