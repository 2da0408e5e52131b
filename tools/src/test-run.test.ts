import { describe, expect, it } from 'vitest'
import { onlySteps, PLAN, type Stage } from './test-plan.ts'
import { runPlan } from './test-run.ts'
import { readCounts } from './vitest-report.ts'

const node = (name: string, script: string) =>
  ({ name, kind: 'check', command: ['node', '-e', script] }) as const

async function run(plan: readonly Stage[]) {
  const lines: string[] = []
  const counts = await runPlan(plan, (line) => lines.push(line))
  return { counts, lines, last: lines.at(-1) }
}

describe('a run of the plan', () => {
  it('ends with the plain sums, counts each check as one test, and quotes a failed one in full', async () => {
    const talk = "console.log('first complaint'); console.error('second complaint'); process.exit(3)"
    const { counts, lines, last } = await run([[[node('good', ''), node('bad', talk)]], [[node('late', '')]]])
    expect(last).toBe('2 passed, 1 failed')
    expect(counts).toMatchObject({ passed: 2, failed: 1 })
    const said = lines.find((line) => line.includes('bad'))
    expect(said).toContain('first complaint')
    expect(said).toContain('second complaint')
    expect(lines.some((line) => line.includes('late'))).toBe(true)
  })

  it('runs the lanes of a stage side by side and the stages one after the other', async () => {
    const wait = 'setTimeout(() => {}, 700)'
    const startedAt = performance.now()
    const { lines } = await run([[[node('slow', wait)], [node('quick', '')]], [[node('after', '')]]])
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    expect(lines.slice(0, 3).map((line) => line.split(/\s+/)[1])).toEqual(['quick', 'slow', 'after'])
  })

  it('fails when a ring matches no test', async () => {
    const command = [
      'node',
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      'unit',
      'no-file-has-this-name',
    ]
    const { last } = await run([[[{ name: 'empty', kind: 'ring', command }]]])
    expect(last).toBe('0 passed, 1 failed')
  })
})

describe('the counts of a ring', () => {
  const report = (over: object) =>
    JSON.stringify({
      numPassedTests: 0,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
      ...over,
    })

  it('are those of its report', () => {
    const json = report({ numPassedTests: 5, numFailedTests: 2, numPendingTests: 1 })
    expect(readCounts(json, 1)).toEqual({ passed: 5, failed: 2, skipped: 1 })
  })

  it.each([
    ['there is no report', undefined, 0],
    ['the report is half written', '{"numPassed', 0],
    ['no test ran', report({}), 0],
    ['all tests were skipped', report({ numPendingTests: 4 }), 0],
    ['an error was left unhandled', report({ numPassedTests: 5 }), 1],
    [
      'a file could not be loaded',
      report({ numPassedTests: 5, testResults: [{ status: 'failed', assertionResults: [] }] }),
      1,
    ],
  ])('are red when %s', (_what, json, code) => {
    const counts = readCounts(json, code)
    expect(counts.failed).toBe(1)
    expect(counts.note).toBeTruthy()
  })
})

describe('a part of the plan', () => {
  it('keeps the named steps in their order and refuses an unknown name', () => {
    expect(
      onlySteps(PLAN, ['flows', 'unit'])
        .flat(2)
        .map((step) => step.name),
    ).toEqual(['unit', 'flows'])
    expect(() => onlySteps(PLAN, ['unti'])).toThrow(/unti.*unit/)
  })

  it('of everything is everything: no step has two names alike', () => {
    const names = PLAN.flat(2).map((step) => step.name)
    expect(new Set(names).size).toBe(names.length)
    expect(onlySteps(PLAN, names).flat(2)).toHaveLength(names.length)
  })
})
