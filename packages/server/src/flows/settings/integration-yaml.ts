import type { FieldProblem } from '@trunkline/contracts/errors'
import { text } from '@trunkline/contracts/locale'
import {
  type IntegrationFile as Document,
  IntegrationFile,
} from '@trunkline/contracts/settings/integration-file'
import { isNode, LineCounter, parseDocument, stringify, type Document as YamlDocument } from 'yaml'
import { schemaProblems } from '../../schema-problems.ts'
import { apartFromConditions } from './section-shape.ts'

const HEAD = ` Trunkline: settings of an integration. Things that settings point to carry their names beside the id;
 in another installation they are found by name where the id is unknown.`

/** A file that was read. `lineOf` tells where in it a place is, from 1; undefined for one that is nowhere in it. */
export interface ReadFile {
  readonly file: Document | undefined
  /** Why it is no file of an integration; pointers into the document. */
  readonly problems: readonly FieldProblem[]
  lineOf(pointer: string): number | undefined
}

/** The document as text. `readYaml(printYaml(file)).file` equals `file`. */
export function printYaml(file: Document): string {
  // No folding: a long line is easier to compare than one broken in three.
  const body = stringify(file, { lineWidth: 0 })
  return `${HEAD.split('\n')
    .map((line) => `#${line}`)
    .join('\n')}\n${body}`
}

/** Reads a text that came from outside. Total: whatever is wrong with it becomes a problem at its line. */
export function readYaml(given: string): ReadFile {
  const lines = new LineCounter()
  let document: YamlDocument
  let value: unknown
  try {
    document = parseDocument(given, { lineCounter: lines, prettyErrors: false, schema: 'core', merge: false })
    const lineOf = (pointer: string) => lineAt(document, lines, pointer)
    const broken = document.errors.map(({ pos }) => lines.linePos(pos[0]).line)
    if (broken.length > 0) return notYaml(broken[0])
    // No aliases: a page of them could stand for gigabytes.
    value = document.toJS({ maxAliasCount: 0 })
    return { ...checked(value), lineOf }
  } catch (error) {
    // RangeError: nested deeper than the stack; ReferenceError: an alias.
    if (error instanceof RangeError || error instanceof ReferenceError) return notYaml(undefined)
    throw error
  }
}

function notYaml(line: number | undefined): ReadFile {
  const problem: FieldProblem = {
    pointer: '',
    code: 'syntax',
    text: text(
      'Это не YAML: проверьте отступы и кавычки. Ссылки (&, *) не разрешены.',
      'This is not YAML: check indentation and quotes. References (&, *) are not allowed.',
    ),
  }
  return { file: undefined, problems: [problem], lineOf: () => line }
}

function checked(value: unknown): { file: Document | undefined; problems: FieldProblem[] } {
  if (!isRecord(value) || value['trunkline'] !== 'integration')
    return {
      file: undefined,
      problems: [
        {
          pointer: '/trunkline',
          code: 'not-an-integration',
          text: text(
            'Это не файл интеграции: в начале должно быть «trunkline: integration».',
            'This is not the file of an integration: it must begin with “trunkline: integration”.',
          ),
        },
      ],
    }
  const problems: FieldProblem[] = []
  const sections = isRecord(value['sections']) ? { ...value['sections'] } : value['sections']
  if (isRecord(sections))
    for (const [name, section] of Object.entries(sections)) {
      if (!isRecord(section)) continue
      const apart = apartFromConditions(section, `/sections/${name}`, { named: true })
      problems.push(...apart.problems)
      sections[name] = apart.plain
    }
  problems.push(...schemaProblems(IntegrationFile, { ...value, sections }))
  return { file: problems.length > 0 ? undefined : (value as unknown as Document), problems }
}

/** The line of a place, or of the nearest thing around it that is there. */
function lineAt(document: YamlDocument, lines: LineCounter, pointer: string): number | undefined {
  const path = pointer.split('/').slice(1)
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(
      path.slice(0, length).map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
      true,
    )
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
