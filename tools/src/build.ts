import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { compressFolder } from './compress-folder.ts'
import { runProcess } from './run-process.ts'
import { ROOT, readTree } from './source-tree.ts'

/** A browser program that is built, the folders it is made of, and where the result lies. */
interface Buildable {
  readonly room: string
  readonly inputs: readonly string[]
  readonly output: string
}

const BUILDABLE: readonly Buildable[] = [
  {
    room: 'packages/widget',
    inputs: ['packages/widget', 'packages/contracts/src'],
    output: 'packages/widget/dist',
  },
  {
    room: 'packages/cabinet',
    inputs: ['packages/cabinet', 'packages/contracts/src', 'packages/domain/src'],
    output: 'packages/cabinet/dist',
  },
]

const STATE = join(ROOT, 'node_modules/.cache/trunkline-build')
const LIMIT_MS = 5 * 60_000
/** Part of every hash: changed together with how programs are built, so that what was built otherwise is built again. */
const BUILT_AS = 'production'

/**
 * Builds the cabinet and the widget where their sources changed since the last build, or where the result is gone.
 *
 * The memory is a hash of every input file and of the lock file under `node_modules/.cache`. Two processes that call
 * this at once take turns.
 * @param print gets one line for each program.
 * @throws with the whole output of a build that failed.
 */
export async function buildBrowserPrograms(print: (line: string) => void): Promise<void> {
  for (const program of BUILDABLE) {
    const hash = await hashInputs(program)
    if (await isBuilt(program, hash)) {
      print(`${program.room}: up to date`)
      continue
    }
    await inTurn(async () => {
      if (await isBuilt(program, hash)) return
      print(`${program.room}: building`)
      await rm(stateFile(program), { force: true })
      const built = await runProcess([...npm(), 'run', 'build', '--silent', '-w', program.room], {
        limitMs: LIMIT_MS,
        // Whoever calls: a test runner says "test", and what it built would be served to people afterwards.
        env: { NODE_ENV: BUILT_AS },
      })
      if (built.code !== 0) throw new Error(`The build of ${program.room} failed:\n${built.output}`)
      await compressFolder(join(ROOT, program.output))
      // Hashed before the build: a file saved meanwhile makes the next build run again.
      await writeFile(stateFile(program), hash)
      print(`${program.room}: built in ${(built.tookMs / 1000).toFixed(1)} s`)
    })
  }
}

/** The npm that started us where there is one: on Windows the bare word is not a program. */
function npm(): readonly string[] {
  const script = process.env.npm_execpath
  return script?.endsWith('.js') ? ['node', script] : ['npm']
}

async function hashInputs(program: Buildable): Promise<string> {
  const hash = createHash('sha256').update(BUILT_AS)
  const files = await readTree(program.inputs, (path) => !/\.(test|spec)\.tsx?$/.test(path))
  for (const file of files) hash.update(`${file.path}\0${file.text}\0`)
  hash.update(await readFile(join(ROOT, 'package-lock.json')))
  return hash.digest('hex')
}

async function isBuilt(program: Buildable, hash: string): Promise<boolean> {
  const kept = await readFile(stateFile(program), 'utf8').catch(() => '')
  if (kept !== hash || !existsSync(join(ROOT, program.output))) return false
  return (await readdir(join(ROOT, program.output))).length > 0
}

function stateFile(program: Buildable): string {
  return join(STATE, program.room.replaceAll('/', '-'))
}

/** Holds a lock file with our pid while the work runs; a lock whose process is gone is taken over. */
async function inTurn(work: () => Promise<void>): Promise<void> {
  await mkdir(STATE, { recursive: true })
  const path = join(STATE, 'lock')
  const until = Date.now() + LIMIT_MS
  for (;;) {
    const lock = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined
      throw error
    })
    if (lock) {
      await lock.writeFile(String(process.pid))
      await lock.close()
      break
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''))
    if (holder && !isAlive(holder)) await rm(path, { force: true })
    else if (Date.now() > until) throw new Error(`Another build holds ${path}; remove it if none is running`)
    await sleep(100)
  }
  try {
    await work()
  } finally {
    await rm(path, { force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

if (import.meta.main) {
  try {
    await buildBrowserPrograms((line) => process.stdout.write(`${line}\n`))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
