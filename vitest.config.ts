import { defineConfig } from 'vitest/config'

const ignored = ['**/node_modules/**', '**/dist/**', '**/artifacts/**', '**/.data/**']

/**
 * Rings of tests by suffix (docs/map.md, "Tests"):
 * `.test.ts` properties and examples, `.sandbox.test.ts` contract suites against emulators in this process,
 * `.db.test.ts` flows on a real PostgreSQL, `.spec.ts` the browser. `tools` checks the repository itself and
 * the cabinet has a Vue environment of its own. The crash test takes minutes, most of them waiting, and is therefore a
 * ring of its own, so that other rings can run beside it.
 *
 * The files that one worker runs share one module graph (`isolate: false`): loading it anew for each of them took
 * longer than many of the tests (unit 52 s against 29 s, cabinet 32 s against 8 s, flows 169 s against 135 s, measured
 * on two cores).
 */
export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'tools',
          isolate: false,
          include: ['tools/**/*.test.ts'],
          exclude: ignored,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'unit',
          isolate: false,
          // Properties run hundreds of cases; on a busy machine five seconds are not much.
          testTimeout: 60_000,
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...ignored, '**/*.db.test.ts', '**/*.sandbox.test.ts', 'packages/cabinet/**', 'tools/**'],
        },
      },
      {
        test: {
          name: 'contract',
          isolate: false,
          include: ['**/*.sandbox.test.ts'],
          exclude: ignored,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'flows',
          isolate: false,
          include: ['**/*.db.test.ts'],
          exclude: [...ignored, '**/crash.db.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They wait for the database and for each other's clocks about a third of the time.
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'crash',
          include: ['**/crash.db.test.ts'],
          exclude: ignored,
          hookTimeout: 120_000,
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
