import { readFile } from 'node:fs/promises'
import { dirname, join, posix, relative, sep } from 'node:path'
import { killRunning, runProcess } from './run-process.ts'
import { ROOT, readTree } from './source-tree.ts'

/** What one project's type check found. */
interface Checked {
  readonly project: string
  readonly ok: boolean
  readonly complaints: string
  /** Paths from the root of the sources it read. */
  readonly covered: ReadonlySet<string>
}

const LIMIT_MS = 5 * 60_000
const CACHE = 'node_modules/.cache/trunkline-types'

/**
 * Type-checks every project of the repository (each `tsconfig.json`), with `vue-tsc` where there are Vue files, and
 * then looks whether any source file belongs to none of them: a file that nobody checks is a fault.
 * @returns true when all is well; complaints go to the given printer.
 */
export async function checkTypes(print: (line: string) => void): Promise<boolean> {
  const sources = await readTree(['packages', 'e2e', 'bench', 'tools', '.'], isTyped)
  const projects = await readTree(['.'], (path) => posix.basename(path) === 'tsconfig.json')
  const queue = projects.map((file) => file.path)
  const results: Checked[] = []
  // Two at a time: one check keeps one core busy.
  const worker = async () => {
    for (let project = queue.shift(); project; project = queue.shift()) {
      const folder = dirname(project)
      const hasVue =
        folder !== '.' && sources.some(({ path }) => path.startsWith(`${folder}/`) && path.endsWith('.vue'))
      const result = await checkProject(project, hasVue)
      results.push(result)
      print(result.ok ? `${project}: no complaints` : `${project}:\n${result.complaints}`)
    }
  }
  await Promise.all([worker(), worker()])

  const uncovered = [...new Set(sources.map((file) => file.path))].filter(
    (path) => !results.some((result) => result.covered.has(path)),
  )
  for (const path of uncovered) print(`${path} belongs to no tsconfig.json: nobody checks its types`)
  return uncovered.length === 0 && results.every((result) => result.ok)
}

function isTyped(path: string): boolean {
  return /\.(ts|tsx|vue)$/.test(path) && !path.includes('/public/')
}

async function checkProject(project: string, hasVue: boolean): Promise<Checked> {
  // The native compiler takes a third of the time; what reads Vue files is built on the one before.
  const compiler = hasVue ? 'node_modules/vue-tsc/bin/vue-tsc.js' : 'node_modules/typescript-native/bin/tsc'
  const kept = join(CACHE, `${project.replaceAll('/', '-')}.tsbuildinfo`)
  const { code, output } = await runProcess(
    [
      'node',
      compiler,
      '-p',
      project,
      '--noEmit',
      '--incremental',
      '--tsBuildInfoFile',
      kept,
      '--listFiles',
      '--pretty',
      'false',
    ],
    { limitMs: LIMIT_MS },
  )
  const covered = new Set<string>()
  const complaints: string[] = []
  for (const line of output.split('\n')) {
    // Absolute paths are the list of files, everything else is a complaint.
    if (/^(\/|[A-Za-z]:[\\/])/.test(line)) covered.add(relative(ROOT, line).split(sep).join('/'))
    else if (line.trim()) complaints.push(line)
  }
  return { project, ok: code === 0, complaints: complaints.join('\n'), covered }
}

if (import.meta.main) {
  process.once('SIGINT', () => {
    killRunning()
    process.exit(130)
  })
  await readFile(join(ROOT, 'packages/cabinet/tsconfig.json')).catch(() => {
    process.stdout.write('packages/cabinet/tsconfig.json is missing: the cabinet cannot be type-checked.\n')
    process.exit(1)
  })
  const ok = await checkTypes((line) => process.stdout.write(`${line}\n`))
  process.exitCode = ok ? 0 : 1
}
