import { SECTION_NAMES } from '@trunkline/contracts/settings/index'
import { fromFile, toFile } from '@trunkline/domain/settings/integration-file'
import { anySettings, WORLD } from '@trunkline/domain/settings/settings.fixture'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printYaml, readYaml } from './integration-yaml.ts'

describe('the file of an integration', () => {
  it('is read back as it was written, whatever the settings hold', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        const read = readYaml(printYaml(toFile(settings, WORLD)))
        expect(read.problems).toEqual([])
        const back = fromFile(read.file!, WORLD, settings).settings
        for (const section of SECTION_NAMES) expect(back[section]).toEqual(settings[section])
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['key: [1, 2', 'syntax', 1],
    ['a: 1\nb: {x\nc: 3', 'syntax', 3],
    ['a: &x 1\nb: *x', 'syntax', undefined],
    ['"just words"', 'not-an-integration', 1],
    ['', 'not-an-integration', undefined],
    ['trunkline: portal\nversion: 1', 'not-an-integration', 1],
    [`trunkline: integration\nversion: 1\nsections: ${'['.repeat(50_000)}`, 'syntax', undefined],
  ])('that is none says so: %.40s', (yaml, code, line) => {
    const read = readYaml(yaml)
    expect(read.file).toBeUndefined()
    expect(read.problems.map((problem) => problem.code)).toEqual([code])
    if (line !== undefined) expect(read.lineOf(read.problems[0]!.pointer)).toBe(line)
  })

  it('names the line of what does not fit', () => {
    const settings = fc.sample(anySettings, { numRuns: 1, seed: 7 })[0]!
    const yaml = printYaml(toFile(settings, WORLD)).replace(/^( {4}cardKind: ).*$/m, '$1contract')
    const read = readYaml(yaml)
    const wrong = yaml.split('\n').findIndex((line) => line.includes('contract')) + 1
    expect(read.problems[0]).toMatchObject({ pointer: '/sections/chats/cardKind' })
    expect(read.lineOf('/sections/chats/cardKind')).toBe(wrong)
  })
})
