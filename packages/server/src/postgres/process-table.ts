import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'

/** What is alive on this machine. Pids are reused, so a process is named by its pid and its start token together. */

const run = promisify(execFile)
const hasProc = process.platform === 'linux'

/**
 * A token of when this pid started (letters and digits only, so it may stand in a file name),
 * or null when nothing lives under the pid. A zombie is dead: it holds no files and runs no code, but
 * `kill(pid, 0)` still succeeds on it, and where PID 1 reaps late it stays for seconds.
 */
export async function startTokenOf(pid: number): Promise<string | null> {
  if (!Number.isInteger(pid) || pid <= 0) return null
  if (!hasProc) return startTokenFromPs(pid)
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (stat === null) return null
  // The command name is in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  if (state === 'Z' || state === 'X' || state === 'x') return null
  // Source: man 5 proc_pid_stat: starttime is field 22, state field 3.
  return fields[19] ?? null
}

async function startTokenFromPs(pid: number): Promise<string | null> {
  const result = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env: { LC_ALL: 'C' } }).catch(
    () => null,
  )
  const [state, ...started] = (result?.stdout ?? '').trim().split(/\s+/)
  if (!state || state.startsWith('Z')) return null
  return started.join('').replace(/[^A-Za-z0-9]/g, '')
}

/** True when that very process still runs, not another one that inherited its pid. */
export async function isAlive(pid: number, startToken: string): Promise<boolean> {
  const token = await startTokenOf(pid)
  return token !== null && token === startToken
}

/**
 * True when `pid` is a living postgres process of the cluster in `clusterDir` (a real path).
 * PostgreSQL keeps the cluster folder as the working directory of all its processes.
 */
export async function isPostgresOf(pid: number, clusterDir: string): Promise<boolean> {
  if ((await startTokenOf(pid)) === null) return false
  if (!hasProc) {
    const result = await run('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => null)
    return basename((result?.stdout ?? '').trim()).startsWith('postgres')
  }
  const [name, cwd] = await Promise.all([
    readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''),
    readlink(`/proc/${pid}/cwd`).catch(() => ''),
  ])
  return name.trim() === 'postgres' && cwd === clusterDir
}

/**
 * Every living postgres process of the cluster, backends included. They outlive a postmaster killed with -9 by a
 * moment, and a second postmaster beside them would corrupt the cluster.
 * Where there is no /proc the list is empty and PostgreSQL's own shared memory check is the only guard.
 */
export async function postgresProcessesOf(clusterDir: string): Promise<number[]> {
  if (!hasProc) return []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const ours = await Promise.all(pids.map((pid) => isPostgresOf(pid, clusterDir)))
  return pids.filter((_, index) => ours[index])
}

/** Sends a signal; a process that is already gone is not an error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
