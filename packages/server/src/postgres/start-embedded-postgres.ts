import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chown, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { postgresBinaries } from './binaries.ts'
import {
  createCluster,
  DEFAULT_DATABASE,
  LOGIN_ROLE,
  launchServer,
  logTail,
  makePrivateDir,
  removeUnfinished,
  startOfLog,
} from './cluster.ts'
import { chooseLauncher, type Launcher } from './launcher.ts'
import { isOnlyUser, register, unregister } from './owners.ts'
import { isAlive, isPostgresOf, postgresProcessesOf, signal, startTokenOf } from './process-table.ts'
import { withStartLock } from './start-lock.ts'

/**
 * The embedded PostgreSQL: what `npm start` runs on when there is no DATABASE_URL.
 *
 * One folder holds everything: `cluster/` (the data), `owners/` (who uses the server, see owners.ts), `postgres.log`,
 * `start.lock`, `watchdog`. The server is detached and outlives its starter: after `kill -9` of the product the next
 * start adopts it in milliseconds; if there is no next start within `orphanGraceMs` the watchdog shuts it down.
 * Several processes may use one folder at once; the last `stop()` ends the server.
 */
export interface EmbeddedPostgres {
  /** Connection string of a database of this server, through its unix socket. */
  url(databaseName?: string): string
  readonly socketDir: string
  /** Pid of the postmaster. */
  readonly pid: number
  /** True when the server was running already and was taken over. */
  readonly adopted: boolean
  /** Runs `fn` if no other living process uses the server; nobody can begin to while it runs. */
  whileAlone(fn: () => Promise<void>): Promise<void>
  /** Ends this use; shuts the server down (open transactions roll back) unless another living process uses it. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string
  readonly log?: (event: string, fields: Readonly<Record<string, string | number | boolean>>) => void
  /** How long a server that nobody uses stays up for the next start to adopt. */
  readonly orphanGraceMs?: number
  /** Settings of postgresql.conf on top of ours; an adopted server keeps those it was started with. */
  readonly settings?: Readonly<Record<string, string>>
  /** false: never use a user namespace, as on a machine that refuses them. */
  readonly allowUserNamespace?: boolean
}

const PORT = 5432 // only the name of the socket file: the server listens on no network address
const LOCK_TIMEOUT_MS = 180_000
const READY_TIMEOUT_MS = 120_000 // crash recovery of a big cluster takes its time
const START_RETRY_MS = 15_000
const STOP_TIMEOUT_MS = 30_000
// Source: man 7 unix: sun_path holds 108 bytes with the terminating zero.
const MAX_SOCKET_PATH_BYTES = 107

interface Place {
  readonly dataDir: string
  readonly clusterDir: string
  readonly socketDir: string
  readonly ownersDir: string
  readonly lockFile: string
  readonly logFile: string
  readonly watchdogFile: string
}

/**
 * Starts the embedded PostgreSQL in `dataDir`, or adopts the one that runs there.
 * @throws with the end of the server's log when it does not come up.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = await choosePlace(options.dataDir)
  return withStartLock(place.lockFile, LOCK_TIMEOUT_MS, async () => {
    const registration = await register(place.ownersDir)
    try {
      const found = await adopt(place, registration.condemned)
      const pid = found ?? (await start(place, options))
      await ensureWatchdog(place, pid, options.orphanGraceMs ?? 60_000)
      options.log?.('postgres-ready', { pid, adopted: found !== null })
      let stopping: Promise<void> | undefined
      return {
        url: (databaseName = DEFAULT_DATABASE) => urlOf(place.socketDir, LOGIN_ROLE, databaseName),
        socketDir: place.socketDir,
        pid,
        adopted: found !== null,
        whileAlone: (fn) =>
          withStartLock(place.lockFile, LOCK_TIMEOUT_MS, async () => {
            if (await isOnlyUser(place.ownersDir, registration)) await fn()
          }),
        stop: () => {
          stopping ??= withStartLock(place.lockFile, LOCK_TIMEOUT_MS, async () => {
            if (!(await unregister(place.ownersDir, registration))) return
            // Another user of the folder may have had to start a new one meanwhile.
            const current = await runningPostmaster(place.clusterDir)
            if (current !== null) await shutDown(current, place)
            options.log?.('postgres-stopped', { pid: current ?? pid })
          })
          return stopping
        },
      }
    } catch (error) {
      await unregister(place.ownersDir, registration)
      throw error
    }
  })
}

async function choosePlace(wanted: string): Promise<Place> {
  await mkdir(resolve(wanted), { recursive: true, mode: 0o700 })
  // The real path, because /proc shows real paths and two spellings of one folder must meet at one socket.
  const dataDir = await realpath(wanted)
  const near = join(dataDir, 'run')
  const name = `trunkline-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`
  const candidates = [near, join(tmpdir(), name), join('/tmp', name)]
  const fits = (dir: string) => Buffer.byteLength(join(dir, `.s.PGSQL.${PORT}`)) <= MAX_SOCKET_PATH_BYTES
  return {
    dataDir,
    clusterDir: join(dataDir, 'cluster'),
    socketDir: candidates.find(fits) ?? join('/tmp', name),
    ownersDir: join(dataDir, 'owners'),
    lockFile: join(dataDir, 'start.lock'),
    logFile: join(dataDir, 'postgres.log'),
    watchdogFile: join(dataDir, 'watchdog'),
  }
}

/** The pid of a running server that now is ours too, or null. A condemned one is awaited until it is gone. */
async function adopt(place: Place, condemned: boolean): Promise<number | null> {
  const pid = await runningPostmaster(place.clusterDir)
  if (pid === null) return null
  if (condemned) {
    await shutDown(pid, place)
    return null
  }
  const answer = await untilReady(place.socketDir, async () => isPostgresOf(pid, place.clusterDir))
  return answer === 'ready' ? pid : null
}

async function start(place: Place, options: EmbeddedPostgresOptions): Promise<number> {
  const binaries = await postgresBinaries()
  const launcher = await chooseLauncher({
    dataDir: place.dataDir,
    program: binaries.postgres,
    ...(options.allowUserNamespace === undefined ? {} : { allowUserNamespace: options.allowUserNamespace }),
  })
  await prepareFolders(place, launcher)
  await removeUnfinished(place.clusterDir)
  const created = await createCluster(place.clusterDir, binaries, launcher)
  if (created) options.log?.('postgres-cluster-created', { launcher: launcher.kind })
  const deadline = Date.now() + START_RETRY_MS
  for (;;) {
    await clearRemains(place)
    const logStart = await startOfLog(place.logFile)
    const launched = await launchServer({ ...place, binaries, launcher, settings: options.settings ?? {} })
    const answer = await untilReady(place.socketDir, async () => launched.lives())
    if (answer === 'ready' && launched.pid !== undefined) return launched.pid
    if (launched.lives() && launched.pid !== undefined) signal(launched.pid, 'SIGQUIT')
    const said = launched.error?.message ?? (await logTail(place.logFile, logStart))
    // What a dead predecessor leaves behind can take seconds to go; anything else does not heal by waiting.
    if (!/lock file|shared memory|already in use/.test(said) || Date.now() > deadline) {
      throw new Error(`the embedded PostgreSQL did not start: ${said}`)
    }
    await sleep(250)
  }
}

async function prepareFolders(place: Place, launcher: Launcher): Promise<void> {
  await makePrivateDir(place.socketDir, launcher)
  const { runAs } = launcher
  if (runAs) await chown(place.dataDir, runAs.uid, runAs.gid)
}

/**
 * Removes what a killed server left: its pid file and the lock of its socket. PostgreSQL clears these itself, but not
 * while the pid in them still answers, as that of an unreaped zombie or of a stranger with the same number does.
 * Removing the pid file also removes PostgreSQL's guard against a second postmaster beside living backends of the
 * first, so those are ended before.
 */
async function clearRemains(place: Place): Promise<void> {
  for (const name of ['', 'SIGQUIT', 'SIGKILL'] as const) {
    for (let waitedMs = 0; waitedMs < 3000; waitedMs += 50) {
      const left = await postgresProcessesOf(place.clusterDir)
      if (left.length === 0) {
        await rm(join(place.clusterDir, 'postmaster.pid'), { force: true })
        await rm(join(place.socketDir, `.s.PGSQL.${PORT}.lock`), { force: true })
        await rm(join(place.socketDir, `.s.PGSQL.${PORT}`), { force: true })
        return
      }
      if (name !== '' && waitedMs === 0) for (const pid of left) signal(pid, name)
      await sleep(50)
    }
  }
  throw new Error(`processes of a former server still hold ${place.clusterDir}`)
}

async function runningPostmaster(clusterDir: string): Promise<number | null> {
  const text = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number(text.split('\n')[0])
  return (await isPostgresOf(pid, clusterDir)) ? pid : null
}

/** Fast shutdown: sessions are ended, everything committed is on disk, the next start needs no recovery. */
async function shutDown(pid: number, place: Place): Promise<void> {
  for (const [name, timeoutMs] of [
    ['SIGINT', STOP_TIMEOUT_MS],
    ['SIGQUIT', 5000],
    ['SIGKILL', 5000],
  ] as const) {
    const deadline = Date.now() + timeoutMs
    if (await isPostgresOf(pid, place.clusterDir)) signal(pid, name)
    while (Date.now() < deadline) {
      if (!(await isPostgresOf(pid, place.clusterDir))) {
        await endWatchdog(place)
        return
      }
      await sleep(10)
    }
  }
  throw new Error(`the embedded PostgreSQL (pid ${pid}) does not stop`)
}

async function untilReady(
  socketDir: string,
  lives: () => Promise<boolean>,
): Promise<'ready' | 'gone' | 'late'> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (Date.now() < deadline) {
    if (await answers(socketDir)) return 'ready'
    if (!(await lives())) return 'gone'
    await sleep(15)
  }
  return 'late'
}

async function answers(socketDir: string): Promise<boolean> {
  const client = new Client({ connectionString: urlOf(socketDir, LOGIN_ROLE, DEFAULT_DATABASE) })
  client.on('error', () => {
    // The connection may break while the server goes down; connect() and end() tell.
  })
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

/** One watchdog a server (watchdog.sh); a newcomer replaces one that was killed. */
async function ensureWatchdog(place: Place, serverPid: number, graceMs: number): Promise<void> {
  const server = `${serverPid} ${await startTokenOf(serverPid)}`
  const [pid, token, ...watched] = (await readFile(place.watchdogFile, 'utf8').catch(() => '')).split(' ')
  if (watched.join(' ') === server && (await isAlive(Number(pid), token ?? ''))) return
  const graceSeconds = Math.max(1, Math.ceil(graceMs / 1000))
  const tickSeconds = graceSeconds < 10 ? 1 : 2
  const script = join(import.meta.dirname, 'watchdog.sh')
  const args = [script, place.ownersDir, ...server.split(' '), String(graceSeconds), String(tickSeconds)]
  const child = spawn('/bin/sh', args, { cwd: '/', detached: true, stdio: 'ignore' })
  await new Promise((done, failed) => child.once('spawn', done).once('error', failed))
  child.unref()
  await writeFile(place.watchdogFile, `${child.pid} ${await startTokenOf(child.pid ?? 0)} ${server}`, {
    mode: 0o600,
  })
}

async function endWatchdog(place: Place): Promise<void> {
  const [pid, token] = (await readFile(place.watchdogFile, 'utf8').catch(() => '')).split(' ')
  if (await isAlive(Number(pid), token ?? '')) signal(Number(pid), 'SIGTERM')
  await rm(place.watchdogFile, { force: true })
}

function urlOf(socketDir: string, role: string, databaseName: string): string {
  return `postgresql://${role}@localhost/${encodeURIComponent(databaseName)}?host=${encodeURIComponent(socketDir)}`
}
