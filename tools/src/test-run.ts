import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProcess } from './run-process.ts'
import type { Stage, Step } from './test-plan.ts'
import { type Counts, readCounts } from './vitest-report.ts'

/** A step that hangs must end the run, not the patience of whoever waits. */
const STEP_LIMIT_MS = 8 * 60_000

/**
 * Runs a plan and prints a line for each step as it ends; of a failed one everything it said.
 *
 * A failed step does not stop the others: one run tells all that is wrong. The last line printed is
 * `N passed, N failed`.
 * @returns the sums over all steps.
 */
export async function runPlan(plan: readonly Stage[], print: (line: string) => void): Promise<Counts> {
  const startedAt = performance.now()
  const reports = await mkdtemp(join(tmpdir(), 'trunkline-test-'))
  const all: Counts[] = []
  try {
    for (const stage of plan) {
      const lanes = stage.map(async (lane) => {
        for (const step of lane) all.push(await runStep(step, join(reports, `${step.name}.json`), print))
      })
      await Promise.all(lanes)
    }
  } finally {
    await rm(reports, { recursive: true, force: true })
  }
  const sum = (of: (counts: Counts) => number) => all.reduce((total, counts) => total + of(counts), 0)
  const total = {
    passed: sum((it) => it.passed),
    failed: sum((it) => it.failed),
    skipped: sum((it) => it.skipped),
  }
  print(`all of it in ${seconds(performance.now() - startedAt)}${skippedNote(total)}`)
  print(`${total.passed} passed, ${total.failed} failed`)
  return total
}

async function runStep(step: Step, reportPath: string, print: (line: string) => void): Promise<Counts> {
  const reporting = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`]
  const command = step.kind === 'ring' ? [...step.command, ...reporting] : step.command
  const { code, output, tookMs } = await runProcess(command, { limitMs: STEP_LIMIT_MS })
  const counts = step.kind === 'ring' ? await countRing(reportPath, code) : countCheck(code)
  const sign = counts.failed > 0 ? '✗' : '✓'
  const said =
    step.kind === 'ring' ? `${counts.passed} passed, ${counts.failed} failed${skippedNote(counts)}` : ''
  const line = [sign, step.name.padEnd(10), said, seconds(tookMs), counts.note ?? '']
    .filter(Boolean)
    .join('  ')
  // In one piece: the other lane prints too.
  print(counts.failed > 0 ? `${line}\n${output.trimEnd()}\n--- end of ${step.name}` : line)
  return counts
}

async function countRing(reportPath: string, code: number): Promise<Counts> {
  const json = await readFile(reportPath, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return readCounts(json, code)
}

function countCheck(code: number): Counts {
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

function skippedNote(counts: Counts): string {
  return counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
