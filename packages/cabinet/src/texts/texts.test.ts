import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REASONS } from '@trunkline/contracts/outcome'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '..')

function texts(locale: string): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'string') found.set(path, value)
    else for (const [key, inner] of Object.entries(value as object)) walk(inner, `${path}.${key}`)
  }
  for (const file of readdirSync(join(SRC, 'texts', locale))) {
    walk(JSON.parse(readFileSync(join(SRC, 'texts', locale, file), 'utf8')), file.slice(0, -'.json'.length))
  }
  return found
}
const ru = texts('ru')
const en = texts('en')

/** Keys written out in the sources; a key built from parts counts by its fixed beginning. */
function usedKeys(): { key: string; file: string; prefix: boolean }[] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(vue|ts)$/.test(file) && !file.endsWith('.test.ts'),
  )
  return files.flatMap((file) => {
    const source = readFileSync(join(SRC, file), 'utf8')
    return [...source.matchAll(/\b(?:t|translate)\(\s*(?:'([\w.-]+)'|`([\w.-]+)\.\$\{)/g)].map((match) => ({
      key: (match[1] ?? match[2])!,
      file,
      prefix: match[1] === undefined,
    }))
  })
}

describe('texts', () => {
  it('every text exists in Russian and in English', () => {
    expect([...ru.keys()].filter((key) => !en.has(key))).toEqual([])
    expect([...en.keys()].filter((key) => !ru.has(key))).toEqual([])
  })

  it('both languages name the same values', () => {
    const values = (text: string) =>
      [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort()
    const differing = [...ru].filter(([key, text]) => `${values(text)}` !== `${values(en.get(key) ?? '')}`)
    expect(differing.map(([key]) => key)).toEqual([])
  })

  it('Russian counted texts have their three forms', () => {
    const short = [...ru].filter(
      ([key, text]) => (en.get(key) ?? '').includes(' | ') && text.split(' | ').length !== 3,
    )
    expect(short.map(([key]) => key)).toEqual([])
  })

  it('every key that a component asks for exists', () => {
    const used = usedKeys()
    expect(used.length).toBeGreaterThan(200)
    const missing = used.filter(({ key, prefix }) =>
      prefix ? ![...ru.keys()].some((known) => known.startsWith(`${key}.`)) : !ru.has(key),
    )
    expect(missing.map(({ key, file }) => `${file}: ${key}`)).toEqual([])
  })

  it('every reason of the ledger has its words', () => {
    expect(REASONS.filter((reason) => !en.has(`why.reason.${reason}`))).toEqual([])
  })

  it('no component carries words of its own', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.vue'),
    )
    const offenders = files.filter((file) => /\p{Script=Cyrillic}/u.test(templateOf(file)))
    expect(offenders).toEqual([])
  })
})

function templateOf(file: string): string {
  const source = readFileSync(join(SRC, file), 'utf8')
  return source.slice(source.indexOf('<template'), source.lastIndexOf('</template>'))
}
