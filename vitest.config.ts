import { defineConfig } from 'vitest/config'

const ignored = ['**/node_modules/**', '**/dist/**']

/**
 * Rings of tests by suffix (docs/map.md, "Tests"):
 * `.test.ts` properties and examples, `.sandbox.test.ts` contract suites against emulators in this process,
 * `.db.test.ts` flows on a real PostgreSQL, `.spec.ts` the browser.
 */
export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...ignored, '**/*.db.test.ts', '**/*.sandbox.test.ts', 'packages/cabinet/**'],
        },
      },
      {
        test: {
          name: 'contract',
          include: ['**/*.sandbox.test.ts'],
          exclude: ignored,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'flows',
          include: ['**/*.db.test.ts'],
          exclude: ignored,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
