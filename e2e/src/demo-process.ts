import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { DemoReady } from '@trunkline/tools/demo'

/** The demo as a person starts it: a child process with its own folder, ports and database. */
export interface DemoProcess extends DemoReady {
  /** Process id of the product's server at this moment. @throws when it is not running. */
  serverPid(): Promise<number>
  /** Everything the demo wrote for people, for messages of failed tests. */
  said(): string
  /** Ends it as Ctrl-C does and removes its folder. @throws when it did not end cleanly. */
  stop(): Promise<void>
}

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url))
const DEMO = join(REPOSITORY, 'tools/src/demo.ts')
const READY_LIMIT_MS = 200_000
const STOP_LIMIT_MS = 45_000
const run = promisify(execFile)

/** Starts a demo of its own and waits until it says that it is ready. */
export async function startDemo(language: 'ru' | 'en'): Promise<DemoProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-demo-'))
  await writeFile(join(folder, 'ports.json'), JSON.stringify(await freePorts()))
  const child = spawn(process.execPath, [DEMO, '--json', '--dir', folder, '--lang', language], {
    cwd: REPOSITORY,
    // Vitest's own settings are none of the product's.
    env: { ...process.env, NODE_ENV: undefined, VITEST: undefined, NODE_OPTIONS: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    words += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  try {
    const line = await firstLine(child, ended, () => words)
    return {
      ...(JSON.parse(line) as DemoReady),
      serverPid: () => serverOf(child),
      said: () => words,
      async stop() {
        const code = await end(child, ended)
        await rm(folder, { recursive: true, force: true })
        if (code !== 0) throw new Error(`the demo ended with ${code}:\n${words}`)
      },
    }
  } catch (error) {
    await end(child, ended)
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Five free neighbours, far from the numbers that every demo wants: two demos that start at once would both take those. */
async function freePorts(): Promise<Record<string, number>> {
  for (;;) {
    const first = 20_000 + 10 * Math.floor(Math.random() * 1_000)
    const [cabinet, portal, auth, telegram, site] = [
      first,
      first + 1,
      first + 2,
      first + 3,
      first + 4,
    ] as const
    const ports = { cabinet, portal, auth, telegram, site }
    if ((await Promise.all(Object.values(ports).map(isFree))).every(Boolean)) return ports
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

function firstLine(child: ChildProcess, ended: Promise<number | null>, words: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('the demo has no stdout')
    const limit = setTimeout(
      () => reject(new Error(`the demo is not ready after ${READY_LIMIT_MS / 1000} s:\n${words()}`)),
      READY_LIMIT_MS,
    )
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(limit)
      resolve(line)
    })
    void ended.then((code) => {
      clearTimeout(limit)
      reject(new Error(`the demo ended with ${code} before it was ready:\n${words()}`))
    })
  })
}

async function end(child: ChildProcess, ended: Promise<number | null>): Promise<number | null> {
  child.kill('SIGTERM')
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
  const code = await ended
  clearTimeout(limit)
  return code
}

/** The demo keeps its server as a direct child. */
async function serverOf(demo: ChildProcess): Promise<number> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args='])
  for (const line of stdout.split('\n')) {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    if (Number(parent) === demo.pid && command.includes('packages/server/src/main.ts')) return Number(pid)
  }
  throw new Error('the demo runs no server at this moment')
}
