import { channelErrors } from '@trunkline/channels/registry'
import { ERRORS, type ErrorEntry } from '@trunkline/contracts/errors'
import type { SourceFile } from './source-tree.ts'

/** Every error code of the product: the core's and those of the channels. */
export const catalogue: Readonly<Record<string, ErrorEntry>> = { ...ERRORS, ...channelErrors }

const KINDS: readonly (readonly [ErrorEntry['kind'], string])[] = [
  ['retryable', 'tried again with growing pauses, then set aside'],
  ['rate-limit', 'waits as long as it was told to; does not count as a try'],
  ['auth', 'work stops until a person repairs the connection'],
  ['permanent', 'this one can never work; the others go on'],
  ['bug', 'three tries, set aside, told to the log in full'],
]

/** The whole text of docs/errors.md, ordered by area and code. */
export function errorsText(errors: Readonly<Record<string, ErrorEntry>> = catalogue): string {
  const codes = Object.keys(errors).sort()
  const areas = [...new Set(codes.map((code) => code.split('/')[0] ?? ''))]
  const sections = areas.flatMap((area) => [
    `## ${area}`,
    '',
    ...codes.filter((code) => code.startsWith(`${area}/`)).flatMap((code) => entryText(code, errors[code])),
  ])
  return [
    '# Errors',
    '',
    'Every code that a page, the API or the log may name, what it means and what to do. Made from the catalogue in the code by',
    '`npm run errors`; a test fails when it is not current.',
    '',
    '| kind | what the product does by itself |',
    '| --- | --- |',
    ...KINDS.map(([kind, does]) => `| ${kind} | ${does} |`),
    '',
    ...sections,
  ].join('\n')
}

function entryText(code: string, entry: ErrorEntry | undefined): string[] {
  if (!entry) return []
  return [
    `### \`${code}\``,
    '',
    `Kind ${entry.kind}, HTTP ${entry.status}.`,
    '',
    `- ${entry.title.en}. ${entry.action.en}`,
    `- ${entry.title.ru}. ${entry.action.ru}`,
    '',
  ]
}

/**
 * Compares the catalogue with the code, both ways.
 * @param code sources without tests; a code counts as used where it stands as a string outside its own table entry.
 * @returns a sentence for each code that is made and not listed, or listed and never made.
 */
export function catalogueFaults(code: readonly SourceFile[], known: readonly string[]): string[] {
  const all = code.map((file) => file.text).join('\n')
  const made = [...all.matchAll(/new HubError\(\s*'([^']+)'/g)].map((match) => match[1] ?? '')
  const unlisted = [...new Set(made)].filter((it) => !known.includes(it))
  const unused = known.filter((it) => all.split(`'${it}'`).length - 1 < 2)
  return [
    ...unlisted.map((it) => `${it} is thrown and stands in no table of errors.`),
    ...unused.map((it) => `${it} stands in a table of errors and nothing makes it.`),
  ]
}
