import { spawn } from 'node:child_process'
import { ROOT } from './source-tree.ts'

/** How a child process ended. */
export interface Ended {
  /** 0 is success; a process ended by a signal or by the time limit has another number. */
  readonly code: number
  /** Both streams as they came, with a last line about the time limit where it was passed. */
  readonly output: string
  readonly tookMs: number
}

/** Pids of the children now running: each leads a process group of its own. */
const running = new Set<number>()

/**
 * Runs a program of this repository from its root and keeps what it prints.
 *
 * The child gets a process group of its own, so that at the time limit its children end too.
 * @param command the program and its arguments; `node` means the Node that runs this.
 * @param limitMs after this the whole group is killed and the code is not 0.
 */
export function runProcess(
  command: readonly string[],
  options: { limitMs: number; env?: Readonly<Record<string, string>> },
): Promise<Ended> {
  const [program = 'node', ...args] = command
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(program === 'node' ? process.execPath : program, args, {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    })
    const { pid } = child
    if (pid !== undefined) running.add(pid)
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    let late = false
    const limit = setTimeout(() => {
      late = true
      if (pid !== undefined) killGroup(pid)
    }, options.limitMs)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(limit)
      if (pid !== undefined) running.delete(pid)
      const note = late ? `\nEnded after the limit of ${Math.round(options.limitMs / 1000)} s.\n` : ''
      const output = Buffer.concat(chunks).toString('utf8') + note
      resolve({ code: late ? 1 : (code ?? 1), output, tookMs: performance.now() - startedAt })
    })
  })
}

/** Ends every child that is still running, and their children. For the moment when this process is told to stop. */
export function killRunning(): void {
  for (const pid of running) killGroup(pid)
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch (error) {
    // Gone in the meantime, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
