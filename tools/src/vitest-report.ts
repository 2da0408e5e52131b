/** How many tests a ring ran and how they ended. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Why it failed where no test says so. */
  readonly note?: string
}

/** The part of Vitest's JSON report that is read here. Source: vitest.dev/guide/reporters, "JSON Reporter". */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly numTotalTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/**
 * Reads a ring's counts from Vitest's JSON report. Pure and total.
 *
 * A ring that ran no test has failed, whatever its exit code says; so has a file that could not be loaded, and a run
 * that ended badly though each test passed (an unhandled error).
 * @param json the report's text, or undefined when none was written.
 * @param exitCode of the Vitest process.
 */
export function readCounts(json: string | undefined, exitCode: number): Counts {
  const report = json === undefined ? undefined : parse(json)
  if (!report) return { passed: 0, failed: 1, skipped: 0, note: 'matched no test, or did not start' }
  const passed = report.numPassedTests
  const skipped = report.numPendingTests + report.numTodoTests
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failed = report.numFailedTests + broken
  if (passed + report.numFailedTests === 0) {
    return { passed, failed: Math.max(failed, 1), skipped, note: 'ran no test' }
  }
  if (failed === 0 && exitCode !== 0) {
    return { passed, failed: 1, skipped, note: `ended with code ${exitCode} though each test passed` }
  }
  return broken > 0
    ? { passed, failed, skipped, note: `${broken} test file(s) could not be run` }
    : { passed, failed, skipped }
}

function parse(json: string): Report | undefined {
  try {
    const value = JSON.parse(json) as Report
    return Array.isArray(value.testResults) ? value : undefined
  } catch {
    // A half-written report is the same to us as none: the run ended before its end.
    return undefined
  }
}
