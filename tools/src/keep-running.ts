import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { ROOT } from './source-tree.ts'

/** A child that is started again whenever it ends unasked. */
export interface KeptProcess {
  /** Rejects when the child cannot be kept running; never resolves. */
  readonly failed: Promise<never>
  /** Resolves with the next message the child sends to its parent. */
  nextMessage(): Promise<unknown>
  /** Asks the child to end, and kills it when it has not after `STOP_LIMIT_MS`. Nothing is started any more. */
  stop(): Promise<void>
}

export interface KeptOptions {
  /** For sentences: `server`. */
  readonly name: string
  /** Arguments of Node. */
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** Gets both streams of the child. */
  readonly logFile: string
  /** A sentence about an unexpected end. */
  readonly onRestart: (how: string) => void
}

const RESTART_PAUSE_MS = 200
const STOP_LIMIT_MS = 20_000
/** So many ends in so short a time are no accident. */
const MOST_ENDS = 5
const ENDS_WINDOW_MS = 30_000
const LOG_TAIL_LINES = 25

/**
 * Starts a Node program and keeps it running. The child leads a process group of its own, so that Ctrl-C reaches the
 * parent alone and the parent decides in which order things end.
 */
export function keepRunning(options: KeptOptions): KeptProcess {
  const { promise: failed, reject: fail } = Promise.withResolvers<never>()
  // Whoever waits for it hears it; when nobody does, it must not end the process by itself.
  failed.catch(() => undefined)
  const waiting: ((message: unknown) => void)[] = []
  const ends: number[] = []
  let isStopping = false
  let child: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined

  const start = (): void => {
    const log = openSync(options.logFile, 'a')
    const started = spawn(process.execPath, options.args, {
      cwd: ROOT,
      env: options.env,
      stdio: ['ignore', log, log, 'ipc'],
      detached: process.platform !== 'win32',
    })
    closeSync(log)
    child = started
    started.on('message', (message) => {
      for (const tell of waiting.splice(0)) tell(message)
    })
    started.on('error', fail)
    started.on('exit', (code, signal) => {
      if (isStopping) return
      const now = Date.now()
      ends.push(now)
      const recent = ends.filter((at) => now - at < ENDS_WINDOW_MS).length
      const how = signal ?? `code ${code}`
      if (recent >= MOST_ENDS || code === 2) {
        fail(new Error(`The ${options.name} does not stay up (${how}):\n${tail(options.logFile)}`))
        return
      }
      options.onRestart(how)
      timer = setTimeout(start, RESTART_PAUSE_MS)
    })
  }
  start()

  return {
    failed,
    nextMessage: () => new Promise((resolve) => waiting.push(resolve)),
    async stop() {
      isStopping = true
      clearTimeout(timer)
      const ending = child
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
      const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
      ending.kill('SIGTERM')
      const limit = setTimeout(() => ending.kill('SIGKILL'), STOP_LIMIT_MS)
      await ended
      clearTimeout(limit)
    },
  }
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n')
}
