import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chown, lstat, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { PostgresBinaries } from './binaries.ts'
import type { Launcher } from './launcher.ts'

/** The role the product connects with: it may make databases and roles, but is no superuser, as in production. */
export const LOGIN_ROLE = 'trunkline'
/** The database that a new cluster holds. */
export const DEFAULT_DATABASE = 'trunkline'

const UNFINISHED = '.new-'
const ENVIRONMENT = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/** Settings of the server; given on the command line, so a new release of the product brings its own. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  shared_buffers: '64MB',
  max_connections: '100',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  max_wal_size: '512MB',
  jit: 'off',
  // The log must not hold customers' words: no statements, no values, no "Key (phone)=(…) already exists".
  log_statement: 'none',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
}

/**
 * Makes a new cluster at `clusterDir` unless there is one. It is built aside and renamed into place, so a cluster
 * that was interrupted half-way is never taken for one. Local connections are trusted: only our own uid (and root)
 * can reach the socket.
 * @returns true when it was made now.
 */
export async function createCluster(
  clusterDir: string,
  binaries: PostgresBinaries,
  launcher: Launcher,
): Promise<boolean> {
  const version = await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch(() => null)
  if (version !== null) return false
  // A name of its own: the initdb of a starter that was killed may still be writing into its folder.
  const fresh = `${clusterDir}${UNFINISHED}${randomUUID()}`
  await makePrivateDir(fresh, launcher)
  // The builtin provider sorts and folds case the same on every machine, whatever locales it has installed.
  const initdb = [`--pgdata=${fresh}`, '--username=postgres', '--auth=trust', '--encoding=UTF8']
  initdb.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions')
  await finish(launch(launcher, binaries.initdb, initdb, { stdio: 'pipe' }), '')
  await finish(
    launch(launcher, binaries.postgres, ['--single', '-D', fresh, 'postgres'], { stdio: 'pipe' }),
    `create role ${LOGIN_ROLE} login createdb createrole;\ncreate database ${DEFAULT_DATABASE} owner ${LOGIN_ROLE};\n`,
  )
  await rename(fresh, clusterDir)
  return true
}

/** Removes clusters that a killed starter left half-made; what is still being written goes at a later start. */
export async function removeUnfinished(clusterDir: string): Promise<void> {
  const folder = dirname(clusterDir)
  const names = (await readdir(folder)).filter((name) => name.startsWith(basename(clusterDir) + UNFINISHED))
  await Promise.allSettled(names.map((name) => rm(join(folder, name), { recursive: true, force: true })))
}

/** A postmaster that was started. */
export interface Launched {
  /** Undefined when it could not even be started; `error` then says why. */
  readonly pid: number | undefined
  /** Whether it still runs. */
  lives(): boolean
  readonly error: Error | undefined
}

/** Starts the postmaster in a session of its own: Ctrl-C in the product's terminal does not reach it. */
export async function launchServer(options: {
  readonly clusterDir: string
  readonly socketDir: string
  readonly logFile: string
  readonly binaries: PostgresBinaries
  readonly launcher: Launcher
  readonly settings: Readonly<Record<string, string>>
}): Promise<Launched> {
  const settings = { ...SETTINGS, ...options.settings, unix_socket_directories: options.socketDir }
  const args = ['-D', options.clusterDir]
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)
  const log = await open(options.logFile, 'a', 0o600)
  try {
    const child = launch(options.launcher, options.binaries.postgres, args, {
      stdio: ['ignore', log.fd, log.fd],
    })
    child.unref()
    // Before anything is awaited: one that ends at once has nobody else to tell.
    return watchExit(child)
  } finally {
    await log.close()
  }
}

/** Makes a folder that only the server's uid may enter, and refuses one that somebody else prepared. */
export async function makePrivateDir(path: string, launcher: Launcher): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const found = await lstat(path)
  const ours = [process.geteuid?.(), launcher.runAs?.uid]
  if (!found.isDirectory() || !ours.includes(found.uid)) throw new Error(`${path} belongs to somebody else`)
  if (launcher.runAs) await chown(path, launcher.runAs.uid, launcher.runAs.gid)
  if ((found.mode & 0o077) !== 0) throw new Error(`${path} is open to other users; it must have mode 0700`)
}

/** The end of the server's log written after `fromByte`, for error messages. */
export async function logTail(logFile: string, fromByte: number): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '')
  return Buffer.from(text).subarray(fromByte).toString().trim().split('\n').slice(-15).join('\n')
}

/** Size of the log now; a log that has grown past 10 MB starts anew. */
export async function startOfLog(logFile: string): Promise<number> {
  const size = (await stat(logFile).catch(() => null))?.size ?? 0
  if (size < 10_000_000) return size
  await rm(logFile, { force: true })
  return 0
}

function launch(
  launcher: Launcher,
  program: string,
  args: readonly string[],
  options: { stdio: 'pipe' | ['ignore', number, number] },
): ChildProcess {
  const [command, ...before] = launcher.command(program)
  return spawn(command, [...before, ...args], {
    ...options,
    ...(launcher.runAs ? { uid: launcher.runAs.uid, gid: launcher.runAs.gid } : {}),
    env: ENVIRONMENT,
    // A folder that every uid may stand in; the product's own may be closed to the server's.
    cwd: '/',
    detached: true,
  })
}

function watchExit(child: ChildProcess): Launched {
  let error: Error | undefined
  child.once('error', (reason) => {
    error = reason
  })
  return {
    pid: child.pid,
    lives: () => error === undefined && child.exitCode === null && child.signalCode === null,
    get error() {
      return error
    },
  }
}

function finish(child: ChildProcess, input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (code, signalName) => {
      // Single-user mode reports a failed statement on stderr and still exits with 0.
      if (code === 0 && !/\b(ERROR|FATAL|PANIC):/.test(output)) resolve()
      else
        reject(
          new Error(`${child.spawnfile} ended with ${code ?? signalName}: ${output.trim().slice(-2000)}`),
        )
    })
    child.stdin?.on('error', () => {
      // A program that ended early closes its input; the close handler tells the reason.
    })
    child.stdin?.end(input)
  })
}
