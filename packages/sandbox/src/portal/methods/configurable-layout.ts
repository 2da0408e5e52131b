/** Checks the layout of a configurable activity; unlike most of REST, an unknown key here is an error. */
import { isArray, isMap, mapOf, type PhpMap, type PhpValue, textOf } from '../php-values.ts'
import { RestError } from '../rest-error.ts'

const TAG_TYPES = ['warning', 'success', 'failure', 'primary', 'secondary']
const BUTTON_TYPES = ['primary', 'secondary']
const BLOCK_TYPES: Readonly<Record<string, { required: readonly string[]; optional: readonly string[] }>> = {
  text: { required: ['value'], optional: ['multiline', 'bold', 'size', 'color', 'title', 'scope'] },
  largeText: { required: ['value'], optional: [] },
  link: { required: ['text', 'action'], optional: ['bold', 'scope'] },
  withTitle: { required: ['title', 'block'], optional: ['inline', 'titleWidth'] },
  lineOfBlocks: { required: ['blocks'], optional: [] },
  deadline: { required: [], optional: ['readonly'] },
}
const LANGUAGES = [
  'ru',
  'en',
  'de',
  'ua',
  'kz',
  'by',
  'la',
  'br',
  'fr',
  'it',
  'pl',
  'tr',
  'sc',
  'tc',
  'ja',
  'vn',
  'id',
  'ms',
  'th',
  'hi',
  'ar',
]

/** Throws the documented refusal for the first fault found. Source: reference/bitrix24.md §4.6 (c). */
export function checkLayout(raw: PhpValue | undefined): PhpMap {
  const layout = mapOf(raw)
  if (Object.keys(layout).length === 0) throw new RestError(400, 'ERROR_EMPTY_LAYOUT', 'Layout is empty')
  only(layout, 'layout', ['icon', 'header', 'body', 'footer'])
  const icon = present(layout, 'icon')
  only(icon, 'icon', ['code'])
  requireText(icon, 'icon', 'code')
  const header = present(layout, 'header')
  only(header, 'header', ['title', 'titleAction', 'tags'])
  requireText(header, 'header', 'title')
  checkAction(header['titleAction'])
  for (const tag of members(header['tags'], 'tags', 2)) {
    only(tag, 'tag', ['title', 'type', 'action', 'scope', 'hideIfReadonly'])
    requireText(tag, 'tag', 'title')
    oneOf(tag['type'], 'type', TAG_TYPES)
    checkAction(tag['action'])
  }
  const body = present(layout, 'body')
  only(body, 'body', ['logo', 'blocks'])
  if (body['logo'] !== undefined) {
    const logo = mapOf(body['logo'])
    only(logo, 'logo', ['code', 'action'])
    requireText(logo, 'logo', 'code')
    checkAction(logo['action'])
  }
  const blocks = members(body['blocks'], 'blocks', 20)
  if (blocks.length === 0) throw required('blocks')
  for (const block of blocks) checkBlock(block)
  if (layout['footer'] !== undefined) checkFooter(mapOf(layout['footer']))
  return layout
}

function checkFooter(footer: PhpMap): void {
  only(footer, 'footer', ['buttons', 'menu'])
  for (const button of members(footer['buttons'], 'buttons', 2)) {
    only(button, 'button', ['title', 'type', 'action', 'scope', 'hideIfReadonly'])
    requireText(button, 'button', 'title')
    oneOf(button['type'], 'type', BUTTON_TYPES)
    if (button['action'] === undefined) throw required('action')
    checkAction(button['action'])
  }
  if (footer['menu'] === undefined) return
  const menu = mapOf(footer['menu'])
  only(menu, 'menu', ['showPinItem', 'showPostponeItem', 'showDeleteItem', 'items'])
  for (const item of members(menu['items'], 'items', 20)) {
    only(item, 'item', ['title', 'action', 'scope', 'hideIfReadonly'])
    requireText(item, 'item', 'title')
    if (item['action'] === undefined) throw required('action')
    checkAction(item['action'])
  }
}

function checkBlock(block: PhpMap): void {
  only(block, 'block', ['type', 'properties'])
  const type = textOf(block['type'])
  const shape = BLOCK_TYPES[type]
  if (!shape)
    throw new RestError(
      400,
      'ENUM_FIELD',
      `Field 'type' must be one of: ${Object.keys(BLOCK_TYPES).join(', ')}`,
    )
  const properties = mapOf(block['properties'])
  only(properties, type, [...shape.required, ...shape.optional])
  for (const name of shape.required) if (properties[name] === undefined) throw required(name)
  for (const name of ['value', 'text', 'title']) checkLanguages(properties[name])
  checkAction(properties['action'])
  if (type === 'withTitle') checkBlock(mapOf(properties['block']))
  if (type === 'lineOfBlocks')
    for (const inner of members(properties['blocks'], 'blocks', 20)) checkBlock(inner)
}

function checkAction(raw: PhpValue | undefined): void {
  if (raw === undefined || raw === null) return
  const action = mapOf(raw)
  switch (textOf(action['type'])) {
    case 'redirect':
      only(action, 'action', ['type', 'uri'])
      requireText(action, 'action', 'uri')
      return
    case 'restEvent':
      only(action, 'action', ['type', 'id', 'actionParams', 'animationType'])
      requireText(action, 'action', 'id')
      return
    case 'openRestApp':
      only(action, 'action', ['type', 'actionParams', 'sliderParams'])
      return
    default:
      throw new RestError(400, 'ENUM_FIELD', "Field 'type' must be one of: redirect, restEvent, openRestApp")
  }
}

/** Members of a map keyed by own codes; a list is refused like any key that is not latin letters and digits would be. */
function members(raw: PhpValue | undefined, name: string, limit: number): PhpMap[] {
  if (raw === undefined || raw === null) return []
  if (!isArray(raw)) throw new RestError(400, 'WRONG_FIELD_VALUE', `Field '${name}' must be a map`)
  const entries = Object.entries(raw)
  if (entries.length > limit)
    throw new RestError(400, 'TOO_MANY_ITEMS', `Field '${name}' holds more than ${limit} items`)
  for (const [key] of entries) {
    if (!/^[A-Za-z0-9]+$/.test(key))
      throw new RestError(400, 'KEY_CONTAIN_WRONG_SYMBOLS', `Wrong symbols in key '${key}'`)
  }
  return entries.map(([, value]) => mapOf(value))
}

function present(map: PhpMap, name: string): PhpMap {
  const value = map[name]
  if (!isMap(value)) throw required(name)
  return value
}

function requireText(map: PhpMap, owner: string, name: string): void {
  const value = map[name]
  if (isMap(value)) {
    checkLanguages(value)
    return
  }
  if (textOf(value) === '') throw required(`${owner}.${name}`)
}

function checkLanguages(value: PhpValue | undefined): void {
  if (!isMap(value)) return
  for (const language of Object.keys(value)) {
    if (!LANGUAGES.includes(language))
      throw new RestError(400, 'WRONG_LANG', `Unknown language '${language}'`)
  }
}

function oneOf(value: PhpValue | undefined, name: string, allowed: readonly string[]): void {
  if (!allowed.includes(textOf(value)))
    throw new RestError(400, 'ENUM_FIELD', `Field '${name}' must be one of: ${allowed.join(', ')}`)
}

function only(map: PhpMap, owner: string, allowed: readonly string[]): void {
  for (const key of Object.keys(map)) {
    if (!allowed.includes(key))
      throw new RestError(400, 'FIELD_IS_REDUNDANT', `Field '${key}' is redundant in '${owner}'`)
  }
}

function required(name: string): RestError {
  return new RestError(400, 'FIELD_IS_REQUIRED', `Field '${name}' is required`)
}
