/** One thing that `npm test` does. */
export interface Step {
  /** The word for `--only`. */
  readonly name: string
  /** A check counts as one test; a ring counts as many as it holds. */
  readonly kind: 'check' | 'ring'
  readonly command: readonly string[]
}

/** Lanes of one stage run side by side; the steps of a lane run in order. */
export type Stage = readonly (readonly Step[])[]

/**
 * What `npm test` runs, planned for two cores: the checks beside the rings that need one core and the crash test, which
 * mostly waits; then the flows on a real database; then the browser alone, because it notices a busy machine.
 */
export const PLAN: readonly Stage[] = [
  [
    [
      check('lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'),
      check('types', 'tools/src/types.ts'),
      check('dead-code', 'node_modules/knip/bin/knip.js'),
      ring('contract', 1),
    ],
    [ring('unit', 1), ring('cabinet', 1), ring('tools', 1)],
    [check('build', 'tools/src/build.ts'), ring('crash', 1)],
  ],
  [[ring('flows')]],
  [[ring('browser')]],
]

function check(name: string, ...script: readonly string[]): Step {
  return { name, kind: 'check', command: ['node', ...script] }
}

function ring(name: string, workers?: number): Step {
  const command = ['node', 'node_modules/vitest/vitest.mjs', 'run', '--project', name]
  return { name, kind: 'ring', command: workers ? [...command, `--maxWorkers=${workers}`] : command }
}

/**
 * The same plan with only the named steps.
 * @throws on a name that the plan does not have, with the names it has.
 */
export function onlySteps(plan: readonly Stage[], names: readonly string[]): readonly Stage[] {
  const known = plan.flat(2).map((step) => step.name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new Error(`No step ${unknown.join(', ')}; there are ${known.join(', ')}`)
  return plan
    .map((stage) => stage.map((lane) => lane.filter((step) => names.includes(step.name))))
    .map((stage) => stage.filter((lane) => lane.length > 0))
    .filter((stage) => stage.length > 0)
}
