import ts from 'typescript'
import { parseSource } from './read-imports.ts'
import type { SourceFile } from './source-tree.ts'

/** Key path → the words, or undefined where they are not a plain literal. */
type Words = Map<string, string | undefined>

const LOCALE_FILE = /(^|\/)(ru|en)(\.(?:json|ts)|\/[^/]+\.json)$/
const TEXTS_FILE = /(^|\/)texts(\/[^/]+|-[^/]+)?\.ts$/

/**
 * Compares the Russian and the English texts of the product.
 *
 * Looks at three shapes: pairs of files `ru.json`/`en.json` (or `.ts`, or `ru/x.json`/`en/x.json`); object literals with the keys
 * `ru` and `en` anywhere; calls of `text('…', '…')`. In each both languages must have the same keys, no empty
 * words, the same `{placeholders}`, and no Cyrillic letters in English. In files of texts an object with one
 * language alone is a fault.
 * @returns one sentence for each fault.
 */
export function textFaults(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  return files.flatMap((file) => {
    const locale = LOCALE_FILE.exec(file.path)
    if (locale) return locale[2] === 'ru' ? pairFaults(file, byPath) : strayEnglish(file, byPath)
    return file.path.endsWith('.json') ? [] : literalFaults(file)
  })
}

/** How many texts were compared, so that a test can tell "no faults" from "nothing read". */
export function countTexts(files: readonly SourceFile[]): number {
  return files.reduce((sum, file) => {
    if (LOCALE_FILE.test(file.path)) return sum + wordsOfFile(file).size
    if (file.path.endsWith('.json')) return sum
    let found = 0
    walk(parseSource(file), (node) => {
      if (isTextCall(node) || (ts.isObjectLiteralExpression(node) && languages(node).size === 2)) found++
    })
    return sum + found
  }, 0)
}

function pairFaults(ru: SourceFile, byPath: ReadonlyMap<string, SourceFile>): string[] {
  const path = ru.path.replace(LOCALE_FILE, '$1en$3')
  const en = byPath.get(path)
  return en
    ? compare(ru.path, wordsOfFile(ru), wordsOfFile(en))
    : [`${ru.path} has no English beside it (${path}).`]
}

function strayEnglish(en: SourceFile, byPath: ReadonlyMap<string, SourceFile>): string[] {
  const path = en.path.replace(LOCALE_FILE, '$1ru$3')
  return byPath.has(path) ? [] : [`${en.path} has no Russian beside it (${path}).`]
}

function literalFaults(file: SourceFile): string[] {
  const tree = parseSource(file)
  const faults: string[] = []
  walk(tree, (node) => {
    const where = `${file.path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`
    if (isTextCall(node)) {
      const [ru, en] = node.arguments.map((argument) => new Map([['', literal(argument)]]))
      faults.push(...compare(where, ru ?? new Map(), en ?? new Map()))
    }
    if (!ts.isObjectLiteralExpression(node)) return
    const both = languages(node)
    const [ru, en] = [both.get('ru'), both.get('en')]
    if (ru && en) faults.push(...compare(where, wordsOf(ru), wordsOf(en)))
    else if (both.size === 1 && TEXTS_FILE.test(file.path)) {
      faults.push(`${where} has ${[...both.keys()].join()} alone: the other language is missing.`)
    }
  })
  return faults
}

function compare(where: string, ru: Words, en: Words): string[] {
  const faults: string[] = []
  const named = (key: string) => (key ? `"${key}"` : 'the text')
  for (const key of ru.keys()) if (!en.has(key)) faults.push(`${where}: ${named(key)} is missing in English.`)
  for (const [key, english] of en) {
    if (!ru.has(key)) faults.push(`${where}: ${named(key)} is missing in Russian.`)
    const russian = ru.get(key)
    if (russian?.trim() === '') faults.push(`${where}: ${named(key)} is empty in Russian.`)
    if (english?.trim() === '') faults.push(`${where}: ${named(key)} is empty in English.`)
    if (english && /[\u0400-\u04ff]/.test(withoutNames(english))) {
      faults.push(`${where}: ${named(key)} has Cyrillic letters in English.`)
    }
    if (russian !== undefined && english !== undefined && placeholders(russian) !== placeholders(english)) {
      faults.push(`${where}: ${named(key)} has other {placeholders} in English than in Russian.`)
    }
  }
  return faults
}

/** The name of the other language is written in that language, and a quoted word is quoted. */
function withoutNames(english: string): string {
  return english.replaceAll('Русский', '').replace(/[«“"][^»”"]*[»”"]/g, '')
}

function placeholders(words: string): string {
  return [...new Set([...words.matchAll(/\{\s*(\w+)\s*\}/g)].map((match) => match[1]))].sort().join()
}

function wordsOfFile(file: SourceFile): Words {
  const source = file.path.endsWith('.json') ? { ...file, text: `export default (${file.text})` } : file
  let words: Words = new Map()
  ts.forEachChild(parseSource(source), (node) => {
    walk(node, (inner) => {
      if (words.size === 0 && ts.isObjectLiteralExpression(inner)) words = wordsOf(inner)
    })
  })
  return words
}

function wordsOf(node: ts.Expression, path = ''): Words {
  const plain = unwrap(node)
  if (!ts.isObjectLiteralExpression(plain)) return new Map([[path, literal(plain)]])
  const words: Words = new Map()
  for (const property of plain.properties) {
    const name = property.name && keyOf(property.name)
    if (name === undefined) continue
    const below = path ? `${path}.${name}` : name
    if (!ts.isPropertyAssignment(property)) words.set(below, undefined)
    else for (const [key, value] of wordsOf(property.initializer, below)) words.set(key, value)
  }
  return words
}

function languages(node: ts.ObjectLiteralExpression): Map<string, ts.Expression> {
  const found = new Map<string, ts.Expression>()
  for (const property of node.properties) {
    const name = property.name && keyOf(property.name)
    if (ts.isPropertyAssignment(property) && (name === 'ru' || name === 'en'))
      found.set(name, property.initializer)
  }
  return found
}

function isTextCall(node: ts.Node): node is ts.CallExpression {
  return (
    ts.isCallExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'text' &&
    node.arguments.length === 2
  )
}

function keyOf(name: ts.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)
    ? name.text
    : undefined
}

function literal(node: ts.Expression): string | undefined {
  const plain = unwrap(node)
  return ts.isStringLiteralLike(plain) ? plain.text : undefined
}

function unwrap(node: ts.Expression): ts.Expression {
  const wrapped =
    ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)
  return wrapped ? unwrap(node.expression) : node
}

function walk(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node)
  ts.forEachChild(node, (child) => walk(child, see))
}
