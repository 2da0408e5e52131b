import type { SourceFile } from './source-tree.ts'

/** How many requirements each manual gave: WA-01 … WA-27 and so on, 222 in all. AMB are the readings defended beside them. */
export const REQUIREMENTS: Readonly<Record<string, number>> = { WA: 27, TEL: 34, CHAT: 80, UIS: 31, CC: 50 }
const READINGS = 35

/** `done`: what must be observable is shown by a test. `partly`: the row says what is missing. */
const STATUSES = ['done', 'partly', 'not yet', 'other issue'] as const
type Status = (typeof STATUSES)[number]

/** A row of docs/requirements.md. */
export interface RequirementRow {
  readonly id: string
  readonly status: string
  /** Files that the row names as the place where it lives. */
  readonly places: readonly string[]
  /** Tests that show it; `name` is a part of the test's name as the file writes it. */
  readonly tests: readonly { readonly path: string; readonly name?: string }[]
}

/** Every id there is, in the order of the document. */
export function requirementIds(): string[] {
  return Object.entries(REQUIREMENTS).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, index) => `${group}-${String(index + 1).padStart(2, '0')}`),
  )
}

/** Rows of the table: `| ID | what | status | where | shown by |`. */
export function requirementRows(document: string): RequirementRow[] {
  return [...document.matchAll(/^\| ([A-Z]+-\d+) \|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)].map(
    (match) => ({
      id: match[1] ?? '',
      status: (match[3] ?? '').trim(),
      places: [...(match[4] ?? '').matchAll(/`([^`]+)`/g)].map((place) => place[1] ?? ''),
      tests: [...(match[5] ?? '').matchAll(/`([^`]+)`(?: “([^”]+)”)?/g)].map((test) => ({
        path: test[1] ?? '',
        ...(test[2] === undefined ? {} : { name: test[2] }),
      })),
    }),
  )
}

/**
 * What docs/requirements.md says and the repository does not keep.
 * @param files every file that may be named, by path from the root; tests with their text.
 * @returns one sentence for each.
 */
export function requirementFaults(document: string, files: ReadonlyMap<string, SourceFile>): string[] {
  const rows = requirementRows(document)
  const ids = requirementIds()
  return [
    ...ids.flatMap((id) => countFaults(id, rows.filter((row) => row.id === id).length)),
    ...rows.filter((row) => !ids.includes(row.id)).map((row) => `There is no requirement ${row.id}.`),
    ...rows.flatMap((row) => rowFaults(row, files)),
  ]
}

/**
 * Ids in the names and words of tests that do not exist, or whose row still says that nothing was done.
 * @param tests the test files of the repository.
 */
export function testFaults(document: string, tests: readonly SourceFile[]): string[] {
  const known = new Set(requirementIds())
  const idle = new Set(
    requirementRows(document)
      .filter((row) => statusOf(row) === 'not yet')
      .map((row) => row.id),
  )
  return tests.flatMap((file) =>
    [...new Set(file.text.match(/\b(?:WA|TEL|CHAT|UIS|CC|AMB)-\d{2,}\b/g) ?? [])].flatMap((id) => {
      if (id.startsWith('AMB-')) {
        const number = Number(id.slice(4))
        return number >= 1 && number <= READINGS ? [] : [`${file.path} names ${id}, which does not exist.`]
      }
      if (!known.has(id)) return [`${file.path} names ${id}, which does not exist.`]
      return idle.has(id)
        ? [`${file.path} shows ${id}, but docs/requirements.md says that it is not there yet.`]
        : []
    }),
  )
}

function countFaults(id: string, count: number): string[] {
  if (count === 1) return []
  return [count === 0 ? `${id} has no row.` : `${id} has ${count} rows.`]
}

function rowFaults(row: RequirementRow, files: ReadonlyMap<string, SourceFile>): string[] {
  const status = statusOf(row)
  if (status === undefined) return [`${row.id} has the status "${row.status}", which is none.`]
  const faults = [...row.places, ...row.tests.map((test) => test.path)]
    .filter((path) => !files.has(path))
    .map((path) => `${row.id} names ${path}, which is not there.`)
  for (const { path, name } of row.tests) {
    const text = files.get(path)?.text
    if (text !== undefined && name !== undefined && !text.includes(name)) {
      faults.push(`${row.id} names the test "${name}", which ${path} does not have.`)
    }
  }
  if ((status === 'done' || status === 'partly') && row.places.length === 0) {
    faults.push(`${row.id} is ${status}, but the row names no place where it lives.`)
  }
  if (status === 'done' && row.tests.length === 0) faults.push(`${row.id} is done, but no test shows it.`)
  if (status === 'partly' && !/^partly: ./.test(row.status)) {
    faults.push(`${row.id} is partly done, but the row does not say what is missing.`)
  }
  return faults
}

function statusOf(row: RequirementRow): Status | undefined {
  return STATUSES.find((status) => row.status === status || row.status.startsWith(`${status}: `))
}
