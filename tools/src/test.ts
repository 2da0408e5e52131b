import { parseArgs } from 'node:util'
import { killRunning } from './run-process.ts'
import { onlySteps, PLAN } from './test-plan.ts'
import { runPlan } from './test-run.ts'

/** `npm test`: every check and every ring, or with `-- --only unit,flows` a part of them. */
const { values } = parseArgs({ options: { only: { type: 'string' } } })

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    killRunning()
    process.exit(130)
  })
}

try {
  const plan = values.only === undefined ? PLAN : onlySteps(PLAN, values.only.split(','))
  const { failed } = await runPlan(plan, (line) => process.stdout.write(`${line}\n`))
  process.exitCode = failed > 0 ? 1 : 0
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
