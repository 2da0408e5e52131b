import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import type { SourceFile } from './source-tree.ts'

/** One thing that a document promises and the repository does not keep, as a sentence. */
export type DocFault = string

/** Documents whose commands and links people follow. */
export const isDocument = (path: string): boolean => path.endsWith('.md')

/**
 * Finds relative links that lead nowhere: to a missing file, or to a heading that the target does not have.
 * Addresses with a scheme are not looked at: a test must not depend on somebody's server.
 * @param exists answers for paths from the root.
 */
export function brokenLinks(documents: readonly SourceFile[], exists: (path: string) => boolean): DocFault[] {
  const byPath = new Map(documents.map((file) => [file.path, file]))
  return documents.flatMap((file) =>
    linksIn(file.text).flatMap(({ target, line }) => {
      const [path = '', heading] = target.split('#')
      const to = path ? posix.normalize(posix.join(posix.dirname(file.path), path)) : file.path
      const where = `${file.path}:${line} links to ${target}`
      if (!exists(to.replace(/\/$/, ''))) return [`${where}, but there is no ${to}.`]
      const document = byPath.get(to)
      if (heading && document && !headingsIn(document.text).has(heading)) {
        return [`${where}, but ${to} has no such heading.`]
      }
      return []
    }),
  )
}

/**
 * Finds npm commands in code of the documents that `package.json` does not know.
 * @param scripts names of the root's scripts.
 * @param workspaceScripts the same of each workspace, for `npm run x -w <workspace>`.
 */
export function unknownCommands(
  documents: readonly SourceFile[],
  scripts: ReadonlySet<string>,
  workspaceScripts: ReadonlyMap<string, ReadonlySet<string>>,
): DocFault[] {
  return documents.flatMap((file) =>
    [
      ...codeIn(file.text).matchAll(/\bnpm (run [\w:-]+|test|start)((?: (?!--)[^\s;&|`]+| -w [^\s;&|`]+)*)/g),
    ].flatMap((match) => {
      const name = (match[1] ?? '').replace(/^run /, '')
      const workspace = /(?:-w|--workspace)[ =](\S+)/.exec(match[2] ?? '')?.[1]
      const known = workspace ? workspaceScripts.get(workspace) : scripts
      return known?.has(name)
        ? []
        : [`${file.path} quotes "${match[0].trim()}", but there is no script ${name}.`]
    }),
  )
}

/**
 * Finds files that a document names in code type and that are not there.
 * @returns one sentence for each; a name counts as a file of ours when it begins with a folder of the root.
 */
export function missingFiles(
  documents: readonly SourceFile[],
  exists: (path: string) => boolean,
): DocFault[] {
  return documents.flatMap((file) =>
    [...file.text.matchAll(/`((?:packages|e2e|bench|tools|docs)\/[\w./-]+\.\w+)`/g)]
      .map((match) => match[1] ?? '')
      .filter((path) => !exists(path))
      .map((path) => `${file.path} names ${path}, which is not there.`),
  )
}

/**
 * Compares the folders named in the map with those that are there.
 * @param map text of docs/map.md; a room is a line of its table that begins with a folder in code type.
 * @param rooms the folders that must be named.
 */
export function mapFaults(map: string, rooms: readonly string[], exists = existsSync): DocFault[] {
  const named = [...map.matchAll(/^\|\s*`([^`]+)\/`/gm)].map((match) => match[1] ?? '')
  return [
    ...named
      .filter((folder) => !exists(folder))
      .map((folder) => `docs/map.md names ${folder}/, which is not there.`),
    ...rooms
      .filter((room) => !named.includes(room))
      .map((room) => `docs/map.md does not name the room ${room}/.`),
  ]
}

function linksIn(text: string): { target: string; line: number }[] {
  return text
    .split('\n')
    .flatMap((content, at) =>
      [
        ...content.matchAll(/!?\[[^\]]*\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g),
        ...content.matchAll(/<(?:img|a)\b[^>]*\b(?:src|href)="([^"]+)"/g),
      ]
        .map((match) => ({ target: match[1] ?? '', line: at + 1 }))
        .filter(({ target }) => !/^([a-z]+:|\/\/)/.test(target)),
    )
}

/** Anchors as GitHub makes them: small letters, no punctuation, spaces as hyphens. */
function headingsIn(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const match of text.matchAll(/^#{1,6} (.+)$/gm)) {
    const words = (match[1] ?? '')
      .replace(/`|\*|\[|\]\([^)]*\)/g, '')
      .trim()
      .toLowerCase()
    anchors.add(words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-'))
  }
  return anchors
}

/** Fenced and inline code of a document: prose may speak of npm as it likes. */
function codeIn(text: string): string {
  return [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map((match) => match[0]).join('\n')
}
