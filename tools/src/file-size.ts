import type { SourceFile } from './source-tree.ts'

/** A file longer than this has more than one story to tell; the tables are data, and named here one by one. */
export const MAX_LINES = 600

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
    .filter((file) => file.lines > MAX_LINES)
    .map(
      (file) =>
        `${file.path} has ${file.lines} lines, more than ${MAX_LINES}: which two questions does it answer?`,
    )
}
