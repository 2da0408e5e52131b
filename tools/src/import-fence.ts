import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { FENCE, type FenceRule, TEST_FILE, TEST_SUPPORT, testAllowance } from './fence-rules.ts'
import { readForbiddenGlobals } from './forbidden-globals.ts'
import { type ImportUse, parseSource, readImports } from './read-imports.ts'
import { readTree, type SourceFile } from './source-tree.ts'

/** One import (or use of a forbidden global) that the table does not allow. */
export interface Breach {
  readonly path: string
  readonly line: number
  /** The row of the table that is broken. */
  readonly row: string
  /** What a person reads: where, what, and the row in words. */
  readonly sentence: string
}

type Target =
  | { readonly kind: 'ours'; readonly path: string; readonly leavesRoom: boolean }
  | { readonly kind: 'library'; readonly name: string }
  | { readonly kind: 'node' }

/** Reads every source file that the fence guards. */
export function readFencedTree(): Promise<SourceFile[]> {
  return readTree(['packages', 'e2e', 'bench', 'tools'], (path) => /\.(ts|tsx|mts|cts|vue)$/.test(path))
}

/**
 * Holds every import of the given files against the table "Who may import whom" (docs/map.md).
 * @returns one breach per forbidden import; a file of a room that the table does not name is a breach too.
 */
export function findBreaches(files: readonly SourceFile[]): Breach[] {
  return files.flatMap((file) => {
    const rule = FENCE.find((candidate) => candidate.covers.test(file.path))
    if (!rule) {
      const sentence = `${file.path} lives in a room that the table does not name: add a row to tools/src/fence-rules.ts and docs/map.md.`
      return [{ path: file.path, line: 1, row: '(none)', sentence }]
    }
    const tree = parseSource(file)
    const breaches: Breach[] = []
    const add = (line: number, what: string) => {
      const sentence = `${file.path}:${line} ${what}; ${rule.says} (docs/map.md, row "${rule.row}").`
      breaches.push({ path: file.path, line, row: rule.row, sentence })
    }
    for (const use of readImports(tree)) {
      const target = resolveTarget(file.path, use.specifier)
      if (target.kind === 'ours' && target.leavesRoom) {
        add(use.line, `reaches another package by the path ${use.specifier} instead of its name`)
      } else if (target.kind === 'ours' && TEST_SUPPORT.test(target.path) && !mayUseTestSupport(file.path)) {
        add(use.line, `imports ${use.specifier}, which is there for tests only`)
      } else if (!isAllowed(file.path, rule, use, target)) add(use.line, `imports ${use.specifier}`)
    }
    if (!TEST_FILE.test(file.path)) {
      for (const use of readForbiddenGlobals(file.path, tree)) add(use.line, `uses ${use.name}`)
    }
    return breaches
  })
}

function isAllowed(path: string, rule: FenceRule, use: ImportUse, target: Target): boolean {
  const isTest = TEST_FILE.test(path)
  if (target.kind === 'node') return rule.node || isTest
  if (target.kind === 'library') {
    const named = (names: readonly string[]) =>
      names.some((name) => target.name === name || target.name.startsWith(`${name}/`))
    if (isTest && named(testAllowance.libraries)) return true
    return !named(rule.never ?? []) && (rule.libraries === 'any' || named(rule.libraries))
  }
  const own = rule.covers.exec(path)?.[1] ?? ''
  const inList = (patterns: readonly string[]) =>
    patterns.some((pattern) => new RegExp(pattern.replaceAll('$own', own)).test(target.path))
  if (inList(rule.ours) || (use.typeOnly && inList(rule.oursAsTypes ?? []))) return true
  if (!isTest) return false
  if (path.startsWith('packages/server/')) return inList(testAllowance.oursInServer)
  return !rule.alsoTests && inList([...testAllowance.ours, `^${roomOf(path)}/`])
}

/** `packages/channels`, `e2e`: the folder of a workspace. */
function roomOf(path: string): string {
  const parts = path.split('/')
  return parts.slice(0, parts[0] === 'packages' ? 2 : 1).join('/')
}

function resolveTarget(from: string, specifier: string): Target {
  if (isBuiltin(specifier)) return { kind: 'node' }
  // Vite: what follows `?` says how to load a file, not which.
  const plain = specifier.replace(/\?.*$/, '')
  if (plain.startsWith('.')) {
    const path = posix.normalize(posix.join(posix.dirname(from), plain))
    return { kind: 'ours', path: withoutExtension(path), leavesRoom: roomOf(path) !== roomOf(from) }
  }
  const ours = /^@trunkline\/([^/]+)(?:\/(.*))?$/.exec(plain)
  if (!ours) return { kind: 'library', name: plain }
  const [, name = '', below = 'index'] = ours
  const folder = ['e2e', 'bench', 'tools'].includes(name) ? name : `packages/${name}`
  return { kind: 'ours', path: withoutExtension(`${folder}/src/${below}`), leavesRoom: false }
}

function withoutExtension(path: string): string {
  return path.replace(/\.(ts|tsx|vue)$/, '')
}

/** Tests, and the rooms that run the whole product to try or to measure it. */
function mayUseTestSupport(path: string): boolean {
  return TEST_FILE.test(path) || path.startsWith('e2e/') || path.startsWith('bench/')
}
