import type { SourceFile } from './source-tree.ts'

/** A file longer than this has more than one story to tell; the tables are data, and named here one by one. */
export const MAX_LINES = 600
/** A test file also holds the world its tests live in. */
export const MAX_TEST_LINES = 700

/** Files that are one long table, where length is not complexity. */
const TABLES: readonly string[] = []

/**
 * Finds source files that have grown too long.
 * Generated ones (`*.generated.*`) are not looked at.
 * @returns one sentence for each.
 */
export function longFiles(files: readonly SourceFile[], tables: readonly string[] = TABLES): string[] {
  return files
    .filter((file) => !file.path.includes('.generated.') && !tables.includes(file.path))
    .map((file) => ({ path: file.path, lines: file.text.trimEnd().split('\n').length }))
    .map((file) => ({ ...file, most: /\.(test|spec)\.tsx?$/.test(file.path) ? MAX_TEST_LINES : MAX_LINES }))
    .filter((file) => file.lines > file.most)
    .map(
      (file) =>
        `${file.path} has ${file.lines} lines, more than ${file.most}: which two questions does it answer?`,
    )
}
