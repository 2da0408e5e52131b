import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const ignored = ['**/node_modules/**', '**/dist/**', '**/artifacts/**', '**/.data/**']

/** The tests that take minutes: begun first, so that the short ones fill the other workers meanwhile. */
const LONGEST = ['crash.db.test.ts']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = (file: TestSpecification) => LONGEST.some((name) => file.moduleId.endsWith(`/${name}`))
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

/**
 * Rings of tests by suffix (docs/map.md, "Tests"):
 * `.test.ts` properties and examples, `.sandbox.test.ts` contract suites against emulators in this process,
 * `.db.test.ts` flows on a real PostgreSQL, `.spec.ts` the browser. `tools` checks the repository itself and
 * the cabinet has a Vue environment of its own.
 */
export default defineConfig({
  test: {
    passWithNoTests: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'tools',
          include: ['tools/**/*.test.ts'],
          exclude: ignored,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'unit',
          // Properties run hundreds of cases; on a busy machine five seconds are not much.
          testTimeout: 60_000,
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...ignored, '**/*.db.test.ts', '**/*.sandbox.test.ts', 'packages/cabinet/**', 'tools/**'],
        },
      },
      {
        test: {
          name: 'contract',
          include: ['**/*.sandbox.test.ts'],
          exclude: ignored,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'flows',
          include: ['**/*.db.test.ts'],
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['e2e/**/*.spec.ts'],
          exclude: ignored,
          testTimeout: 180_000,
          hookTimeout: 240_000,
          // What a page shows soon on an idle machine it shows late on a busy one.
          expect: { poll: { timeout: 30_000, interval: 50 } },
          maxWorkers: 2,
        },
      },
      // A pattern, because a plain path to a missing file would stop every other ring.
      'packages/cabinet/vitest.config.{ts,mts}',
    ],
  },
})
