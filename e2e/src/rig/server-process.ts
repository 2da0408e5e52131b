import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The product as a process of its own, which tests may kill and start again. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  /** Waits until it answers. */
  start(): Promise<void>
  /** `kill -9`, resolved when the process is gone. */
  kill(): Promise<void>
  /** Lines that it wrote to stderr, newest last. */
  readonly log: readonly string[]
}

/** A server on a port of its own. `env` is added to what it needs to run. */
export async function serverProcess(options: {
  databaseUrl?: string
  dataDir: string
  env?: Readonly<Record<string, string>>
  port?: number
  /** Nodes of one cluster share it; left out: one of its own. */
  secretKey?: string
}): Promise<ServerProcess> {
  const port = options.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const secretKey = options.secretKey ?? newSecretKey()
  const log: string[] = []
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const started = spawn(
      process.execPath,
      [join(import.meta.dirname, '../../../packages/server/src/main.ts')],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '',
          DATA_DIR: options.dataDir,
          PORT: String(port),
          PUBLIC_URL: url,
          SECRET_KEY: `test:${secretKey}`,
          LOG_LEVEL: 'warn',
          ALLOW_PRIVATE_ADDRESSES: '1',
          ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
          ...options.env,
        },
      },
    )
    child = started
    started.stderr!.setEncoding('utf8').on('data', (text: string) => {
      log.push(...text.split('\n').filter((line) => line !== ''))
      if (log.length > 2_000) log.splice(0, log.length - 2_000)
    })
    for (let tries = 0; tries < 400; tries++) {
      if (started.exitCode !== null || started.signalCode !== null)
        throw new Error(`the server ended: ${log.slice(-10).join('\n')}`)
      const answer = await fetch(`${url}/health/ready`).catch(() => undefined)
      if (answer?.ok) return
      await sleep(50)
    }
    throw new Error(`the server does not answer: ${log.slice(-10).join('\n')}`)
  }

  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const gone = new Promise<void>((resolve) => running.once('exit', () => resolve()))
    running.kill(signal)
    await gone
  }

  return { url, start, kill: () => kill(), log, [Symbol.asyncDispose]: () => kill('SIGTERM') }
}

/** 32 random bytes, as `SECRET_KEY` wants them. */
export function newSecretKey(): string {
  return randomBytes(32).toString('base64')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}
