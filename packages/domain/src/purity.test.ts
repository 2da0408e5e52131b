import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('.', import.meta.url)
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.includes('.test.') && !name.includes('.fixture.'),
)
const ALLOWED = /^(\.{1,2}\/|@trunkline\/contracts(\/|$)|liquidjs$|libphonenumber-js(\/|$))/

/** Comments may name what code may not. */
function codeOf(name: string): string {
  return readFileSync(new URL(name, root), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
}

test('no decision reads a clock, chance, the machine or the network', () => {
  expect(sources.length).toBeGreaterThan(20)
  for (const name of sources) {
    expect(codeOf(name), name).not.toMatch(
      /Date\.now|new Date\(\)|\bDate\(\)|Math\.random|crypto\.|process\.|performance\.|globalThis|\bfetch\(|setTimeout|localeCompare|toLocale/,
    )
  }
})

test('no decision imports anything but contracts and its two libraries', () => {
  for (const name of sources) {
    for (const match of codeOf(name).matchAll(/\b(?:from|import)(?:\s+|\s*\(\s*)'([^']+)'/g)) {
      expect(match[1], name).toMatch(ALLOWED)
    }
  }
})
