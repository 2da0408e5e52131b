/** One row of the table "Who may import whom" in docs/map.md. */
export interface FenceRule {
  /** The row's name. */
  readonly row: string
  /** Which files it speaks of; the first rule that covers a file is the one that holds. */
  readonly covers: RegExp
  /** What the row says, as in docs/map.md: the sentence a person reads when it is broken. */
  readonly says: string
  /**
   * Our own modules it may import, matched against paths such as `packages/contracts/src/ids`.
   * `$own` stands for the first group of `covers`.
   */
  readonly ours: readonly string[]
  /** The same, but for `import type` alone. */
  readonly oursAsTypes?: readonly string[]
  /** Which packages of npm: all, or these (a name covers its subpaths). */
  readonly libraries: 'any' | readonly string[]
  /** Packages of npm never allowed even where `libraries` is `any`. */
  readonly never?: readonly string[]
  /** Whether Node's own modules may be imported. */
  readonly node: boolean
  /** Holds for tests too. Elsewhere tests have the freedom of {@link testAllowance}. */
  readonly alsoTests?: boolean
}

const CONTRACTS = '^packages/contracts/src/'
const OBSERVE = '^packages/server/src/observe/'
const CONFIG = '^packages/server/src/config$'
/** Small helpers beside main.ts; not the composition root and not the values of config. */
const BESIDE_MAIN = '^packages/server/src/(?!(app|main|index|config)$)[^/]+$'
/** What the doors are given is built by the composition root; they need to name its types. */
const WIRED = '^packages/(server/src/(store|files)/|portal/src/|channels/src/(index|registry|kit/))'
/** Talking SQL is the business of the store alone. */
const DATABASE_LIBRARIES = ['pg', 'kysely', 'pg-boss']

/** Files of tests, and what only they may import: `testing/`, `test-….ts` and `….fixture.ts`. */
export const TEST_FILE = /\.(test|spec|fixture|bench)\.tsx?$|\/(testing\/.*|test-[^/]+|contract-suite)\.tsx?$/

/** The same for a path as an import resolves it, without its extension. */
export const TEST_SUPPORT = /^packages\/.*(\/testing\/.*|\/test-[^/]+|\/contract-suite|\.fixture)$/

/**
 * What a test may import beside what its room may: test libraries, Node, and the sandbox to play the other side.
 * Tests of the server boot the whole, so they may import every room.
 */
export const testAllowance = {
  ours: ['^packages/sandbox/src/'],
  oursInServer: ['^packages/', '^e2e/src/'],
  libraries: ['vitest', 'fast-check', '@vue/test-utils', 'fastify', 'undici'],
} as const

/** The table, the most particular rows first. */
export const FENCE: readonly FenceRule[] = [
  {
    row: 'build files',
    covers: /^(?:packages\/)?([^/]+)\/(?:tools\/)?[^/]+\.(?:[mc]?ts|tsx)$/,
    says: 'the files beside a package’s src (Vite, esbuild, Vitest) import tools and their own package only',
    ours: ['^(packages/)?$own/'],
    libraries: 'any',
    node: true,
  },
  {
    row: 'contracts',
    covers: /^packages\/contracts\/src\//,
    says: 'contracts imports nothing but typebox',
    ours: [CONTRACTS],
    libraries: ['typebox'],
    node: false,
  },
  {
    row: 'domain',
    covers: /^packages\/domain\/src\//,
    says: 'domain imports contracts, liquidjs and libphonenumber-js only; time, randomness and ids are arguments',
    ours: [CONTRACTS, '^packages/domain/src/'],
    libraries: ['liquidjs', 'libphonenumber-js'],
    node: false,
  },
  {
    row: 'channel emulators',
    covers: /^packages\/channels\/src\/(?!kit\/)([^/]+)\/emulator[^/]*$/,
    says: 'an emulator imports contracts, the wire.ts of what it imitates, emulator files and kit without http and signature, never the client it fools',
    ours: [
      CONTRACTS,
      '^packages/channels/src/$own/(wire|emulator)[^/]*$',
      '^packages/channels/src/kit/(?!(http|signature)$)',
    ],
    libraries: 'any',
    node: true,
  },
  {
    row: 'channels/kit',
    covers: /^packages\/channels\/src\/kit\//,
    says: 'channels/kit imports contracts only, and knows no channel',
    ours: [CONTRACTS, '^packages/channels/src/kit/'],
    libraries: 'any',
    never: DATABASE_LIBRARIES,
    node: true,
  },
  {
    row: 'channels/<x>',
    covers: /^packages\/channels\/src\/([^/]+)\//,
    says: 'a channel imports contracts, channels/kit, its own folder and its network’s library, never another channel',
    ours: [CONTRACTS, '^packages/channels/src/kit/', '^packages/channels/src/$own/'],
    libraries: 'any',
    never: DATABASE_LIBRARIES,
    node: true,
    alsoTests: true,
  },
  {
    row: 'channels registry',
    covers: /^packages\/channels\/src\/[^/]+$/,
    says: 'the lists of channels import contracts and channels only',
    ours: [CONTRACTS, '^packages/channels/src/'],
    libraries: ['typebox'],
    node: false,
  },
  {
    row: 'portal',
    covers: /^packages\/portal\/src\//,
    says: 'portal imports contracts, undici and Node’s own modules only',
    ours: [CONTRACTS, '^packages/portal/src/'],
    libraries: ['undici'],
    node: true,
  },
  {
    row: 'server/http',
    covers: /^packages\/server\/src\/http\//,
    says: 'server/http imports flows, contracts, auth, realtime and observe; of config, store, files, portal and channels types alone',
    ours: [CONTRACTS, OBSERVE, BESIDE_MAIN, '^packages/server/src/(http|flows|auth|realtime)/'],
    oursAsTypes: [CONFIG, WIRED],
    libraries: 'any',
    never: DATABASE_LIBRARIES,
    node: true,
  },
  {
    row: 'server/jobs',
    covers: /^packages\/server\/src\/jobs\//,
    says: 'server/jobs imports flows, contracts and observe; of config, store, files, portal and channels types alone',
    ours: [CONTRACTS, OBSERVE, BESIDE_MAIN, '^packages/server/src/(jobs|flows)/'],
    oursAsTypes: [CONFIG, WIRED],
    libraries: 'any',
    never: ['pg', 'kysely'],
    node: true,
  },
  {
    row: 'server/flows',
    covers: /^packages\/server\/src\/flows\//,
    says: 'server/flows imports domain, store, files, portal, realtime, contracts, observe, the channels registry and kit, never http, jobs or one channel',
    ours: [
      CONTRACTS,
      OBSERVE,
      '^packages/domain/src/',
      '^packages/portal/src/',
      '^packages/channels/src/(index|registry|kit/.*)$',
      '^packages/server/src/(flows|store|realtime|files)/',
      BESIDE_MAIN,
    ],
    oursAsTypes: [CONFIG],
    libraries: 'any',
    never: DATABASE_LIBRARIES,
    node: true,
  },
  {
    row: 'server/store',
    covers: /^packages\/server\/src\/store\//,
    says: 'server/store imports contracts, typebox, observe and the database libraries only',
    ours: [CONTRACTS, OBSERVE, BESIDE_MAIN, '^packages/server/src/store/'],
    oursAsTypes: [CONFIG],
    libraries: [...DATABASE_LIBRARIES, 'typebox'],
    node: true,
  },
  {
    row: 'server/auth, server/realtime',
    covers: /^packages\/server\/src\/(auth|realtime)\//,
    says: 'server/auth and server/realtime import contracts, store and observe, never flows, http or jobs',
    ours: [CONTRACTS, OBSERVE, BESIDE_MAIN, '^packages/server/src/store/', '^packages/server/src/$own/'],
    oursAsTypes: [CONFIG],
    libraries: 'any',
    node: true,
  },
  {
    row: 'server/postgres, server/files',
    covers: /^packages\/server\/src\/(postgres|files)\//,
    says: 'server/postgres and server/files run outside things for the store and the flows: they import contracts and observe only',
    ours: [CONTRACTS, OBSERVE, '^packages/server/src/$own/'],
    oursAsTypes: [CONFIG],
    libraries: 'any',
    never: ['kysely', 'pg-boss'],
    node: true,
  },
  {
    row: 'server/testing',
    covers: /^packages\/server\/src\/testing\//,
    says: 'server/testing boots the whole for tests: it imports every room and the sandbox, by package name',
    ours: ['^packages/(contracts|domain|channels|portal|server|sandbox)/src/'],
    libraries: 'any',
    node: true,
  },
  {
    row: 'server/observe',
    covers: /^packages\/server\/src\/observe\//,
    says: 'server/observe imports contracts and types of config only',
    ours: [CONTRACTS, OBSERVE],
    oursAsTypes: [CONFIG],
    libraries: 'any',
    never: DATABASE_LIBRARIES,
    node: true,
  },
  {
    row: 'server/app.ts, server/main.ts',
    covers: /^packages\/server\/src\/(app|main|index)\.ts$/,
    says: 'the composition root imports every room of the product, never the sandbox or the cabinet’s sources',
    ours: ['^packages/(contracts|domain|channels|portal|server)/src/'],
    libraries: 'any',
    node: true,
  },
  {
    row: 'server, beside main.ts',
    covers: /^packages\/server\/src\/[^/]+$/,
    says: 'the other files beside main.ts (config, ids, seal and the like) import contracts, portal, undici and Node’s own modules only',
    ours: [CONTRACTS, '^packages/portal/src/', BESIDE_MAIN],
    oursAsTypes: [CONFIG],
    libraries: ['typebox', 'undici'],
    node: true,
  },
  {
    row: 'cabinet',
    covers: /^packages\/cabinet\/src\//,
    says: 'cabinet imports contracts, domain and browser libraries, nothing of the server and nothing of Node',
    ours: [CONTRACTS, '^packages/domain/src/', '^packages/cabinet/src/'],
    libraries: 'any',
    never: [...DATABASE_LIBRARIES, 'undici', 'fastify'],
    node: false,
  },
  {
    row: 'widget',
    covers: /^packages\/widget\/src\//,
    says: 'widget imports contracts/widget and preact only: it loads on a stranger’s page',
    ours: ['^packages/contracts/src/widget(/|$)', '^packages/widget/src/'],
    libraries: ['preact'],
    node: false,
  },
  {
    row: 'sandbox',
    covers: /^packages\/sandbox\/src\//,
    says: 'sandbox imports contracts and the wire and emulator files of channels, never a client, the portal or the server',
    ours: [CONTRACTS, '^packages/channels/src/(.*/)?(wire|emulators?)[^/]*$', '^packages/sandbox/src/'],
    libraries: 'any',
    never: DATABASE_LIBRARIES,
    node: true,
    alsoTests: true,
  },
  {
    row: 'e2e, bench, tools',
    covers: /^(e2e|bench|tools)\/src\//,
    says: 'e2e, bench and tools import any room by its package name',
    ours: ['^packages/', '^e2e/src/', '^bench/src/', '^tools/src/'],
    libraries: 'any',
    node: true,
  },
]
