import { type Locale, type Text, text } from '@trunkline/contracts/locale'
import type { PassingSectionName } from '@trunkline/contracts/settings/index'
import { Liquid, type Template } from 'liquidjs'
import { CHOICE_WORDS } from '../rules/catalogue.ts'
import { dropEmpty, EMPTY_MARK } from './drop-empty.ts'
import { syntaxWords } from './syntax-words.ts'
import {
  DEFAULT_TITLE_TEMPLATE,
  TITLE_VARIABLES,
  type TitleVariable,
  type TitleVariables,
  titleVariablesOf,
} from './title-variables.ts'

/** Longest title in characters (CHAT-68). */
export const MAX_TITLE_CHARS = 255
/** Longest template in characters. */
export const MAX_TEMPLATE_CHARS = 1000

/**
 * What a template may use. No tag reads a file or repeats anything, so the length of the template bounds the
 * work; no filter reads the clock (`date` does) or a machine's locale, so a title depends on its arguments only.
 */
const TAGS = new Set(['assign', 'case', 'comment', 'if', 'raw', 'unless'])
const FILTERS = new Set(
  'append capitalize default downcase lstrip prepend remove remove_first replace replace_first rstrip size slice strip strip_newlines truncate truncatewords upcase'.split(
    ' ',
  ),
)

let engine: Liquid | undefined

/** The engine is made at the first title: no work at import. */
function liquid(): Liquid {
  if (engine) return engine
  engine = new Liquid({
    templates: {},
    relativeReference: false,
    dynamicPartials: false,
    ownPropertyOnly: true,
    strictFilters: true,
    parseLimit: MAX_TEMPLATE_CHARS,
    memoryLimit: 100_000,
    outputEscape: (value: unknown) => printed(value) || EMPTY_MARK,
  })
  for (const name of Object.keys(engine.tags)) if (!TAGS.has(name)) delete engine.tags[name]
  for (const name of Object.keys(engine.filters)) if (!FILTERS.has(name)) delete engine.filters[name]
  return engine
}

function printed(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return ''
  return clean(String(value))
}

/** One line of well-formed text without control characters and without our mark. */
function clean(value: string): string {
  return value
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .replaceAll(EMPTY_MARK, '')
    .trim()
}

/** Cuts at a whole character and says so with an ellipsis. */
function shorten(value: string): string {
  const characters = Array.from(value)
  if (characters.length <= MAX_TITLE_CHARS && value.length <= MAX_TITLE_CHARS) return value
  let out = ''
  for (const character of characters) {
    if (out.length + character.length > MAX_TITLE_CHARS - 1) break
    out += character
  }
  return `${out.trimEnd()}…`
}

/** Templates read before: an installation has a handful, and reading one costs more than rendering it. */
const readBefore = new Map<string, Template[]>()
const MAX_READ_BEFORE = 200

function read(template: string): Template[] {
  const before = readBefore.get(template)
  if (before) return before
  const parsed = liquid().parse(template)
  if (readBefore.size >= MAX_READ_BEFORE) readBefore.clear()
  readBefore.set(template, parsed)
  return parsed
}

function rendered(template: string, variables: TitleVariables): string {
  const scope: Record<string, string | null | Record<string, string>> = {}
  for (const key of Object.keys(TITLE_VARIABLES) as TitleVariable[]) {
    const value = variables[key] ?? ''
    scope[key] = value === '' ? null : clean(value) || null
  }
  scope[FORM] = Object.fromEntries(
    Object.entries(variables.form ?? {}).map(([name, value]) => [name, clean(value)]),
  )
  try {
    const source = template.replaceAll(EMPTY_MARK, '')
    return shorten(clean(dropEmpty(String(liquid().renderSync(read(source), scope)))))
  } catch {
    // A template that cannot be rendered must not stop a transfer: the caller falls back to the default one.
    return ''
  }
}

/** The variable that holds the fields of a site's own form. */
const FORM = 'form'

/**
 * The title of a card made from a template (CHAT-68…73).
 *
 * Total: a broken template gives the default title. Never empty, never longer than 255 characters,
 * one line. An empty variable drops with the separator beside it.
 */
export function renderTitle(template: string, variables: TitleVariables, locale: Locale = 'ru'): string {
  return (
    rendered(template, variables) ||
    rendered(DEFAULT_TITLE_TEMPLATE[locale], variables) ||
    shorten(
      `${clean(variables.event_type ?? '') || CHOICE_WORDS.events.chat![locale]} № ${clean(variables.communication_id ?? '') || '—'}`,
    )
  )
}

/** What is wrong with a template, for the form. */
export interface TemplateProblem {
  readonly code: 'empty' | 'too-long' | 'syntax' | 'unknown-variable'
  readonly message: Text
}

/**
 * Why a template may not be saved (CHAT-69); empty when it may. `section`: whose variables it may insert; without it,
 * any.
 */
export function templateProblems(template: string, section?: PassingSectionName): TemplateProblem[] {
  if (template.trim() === '') {
    return [{ code: 'empty', message: text('Шаблон не может быть пустым.', 'The template cannot be empty.') }]
  }
  if (template.length > MAX_TEMPLATE_CHARS) {
    return [
      {
        code: 'too-long',
        message: text(
          `Шаблон длиннее ${MAX_TEMPLATE_CHARS} символов.`,
          `The template is longer than ${MAX_TEMPLATE_CHARS} characters.`,
        ),
      },
    ]
  }
  let names: string[]
  try {
    names = liquid().globalVariablesSync(liquid().parse(template))
  } catch (error) {
    return [{ code: 'syntax', message: syntaxWords(error instanceof Error ? error.message : '') }]
  }
  const known = new Set<string>(
    section === undefined
      ? [...Object.keys(TITLE_VARIABLES), FORM]
      : [...titleVariablesOf(section).map((one) => one.name), ...(section === 'requests' ? [FORM] : [])],
  )
  return [...new Set(names)]
    .filter((name) => !known.has(name))
    .map((name) => ({
      code: 'unknown-variable',
      message: text(`Такой переменной нет: ${name}.`, `There is no such variable: ${name}.`),
    }))
}
