import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ProductMessage } from './kill-test-product.ts'
import { isPostgresOf, postgresProcessesOf, signal, startTokenOf } from './process-table.ts'
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './start-embedded-postgres.ts'

const PRODUCT = join(import.meta.dirname, 'kill-test-product.ts')
const NOBODY = 65534
const NO_SUCH_USER = 54321
const isRoot = process.geteuid?.() === 0

let dataDir: string
const servers: EmbeddedPostgres[] = []
const children = new Set<ChildProcess>()

beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), 'tlpg-'))
  dataDir = join(root, 'data')
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
  await Promise.all(servers.splice(0).map((server) => server.stop()))
  // Whatever a failed test left: its processes stand in its own folder.
  for (const pid of await postgresProcessesOf(join(dataDir, 'cluster'))) signal(pid, 'SIGKILL')
  await rm(join(dataDir, '..'), { recursive: true, force: true })
})

async function start(more: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, ...more })
  servers.push(server)
  return server
}

async function ask<Row>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {
    // Tests kill servers under open connections on purpose.
  })
  await client.connect()
  try {
    return (await client.query(text)).rows as Row[]
  } finally {
    await client.end()
  }
}

type Started = Extract<ProductMessage, { kind: 'started' }>

interface Product {
  readonly process: ChildProcess
  readonly started: Promise<Started>
  message<Kind extends ProductMessage['kind']>(kind: Kind): Promise<Extract<ProductMessage, { kind: Kind }>>
  lastAcked(): number
  kill(): Promise<void>
}

function product(options: object = {}, uid?: number): Product {
  const child = fork(PRODUCT, [JSON.stringify({ dataDir, ...options })], {
    execArgv: [],
    detached: true,
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  children.add(child)
  const seen: ProductMessage[] = []
  let acked = 0
  child.on('message', (message: ProductMessage) => {
    if (message.kind === 'acked') acked = message.rows
    else seen.push(message)
  })
  const message = async <Kind extends ProductMessage['kind']>(kind: Kind) => {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
      const found = seen.find((each) => each.kind === kind)
      if (found) return found as Extract<ProductMessage, { kind: Kind }>
      const failed = seen.find((each) => each.kind === 'failed')
      if (failed) throw new Error(failed.message)
      await sleep(10)
    }
    throw new Error(`no message ${kind}`)
  }
  return {
    process: child,
    started: message('started'),
    message,
    lastAcked: () => acked,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** Processes with this text on their command line, postgres itself excepted. */
async function processesNaming(text: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found: number[] = []
  for (const pid of pids) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (/\binitdb\0|--single|--boot/.test(command) && command.includes(text)) found.push(Number(pid))
  }
  return found
}

async function gone(pid: number): Promise<boolean> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; ) {
    if ((await startTokenOf(pid)) === null) return true
    await sleep(20)
  }
  return false
}

describe('the embedded PostgreSQL', () => {
  test('starts from nothing, is reached only through a socket of our own, and stops cleanly', async () => {
    const server = await start()
    expect(server.adopted).toBe(false)
    expect(
      await ask(
        server.url(),
        `select current_setting('listen_addresses') as tcp, current_user as role,
      current_setting('fsync') as fsync, current_setting('synchronous_commit') as sync,
      current_setting('server_encoding') as encoding, current_setting('timezone') as zone`,
      ),
    ).toEqual([{ tcp: '', role: 'trunkline', fsync: 'on', sync: 'on', encoding: 'UTF8', zone: 'UTC' }])
    expect(
      await ask(
        server.url(),
        `select upper('ёж') as upper, rolsuper from pg_roles where rolname = current_user`,
      ),
    ).toEqual([{ upper: 'ЁЖ', rolsuper: false }])
    expect((await stat(server.socketDir)).mode & 0o777).toBe(0o700)
    await server.stop()
    expect(await startTokenOf(server.pid)).toBeNull()
    expect(await readdir(dataDir)).not.toContain('start.lock')
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toContain('database system is shut down')
    const again = await start()
    expect(again.adopted).toBe(false)
  })

  test('two of them live on one machine', async () => {
    const [one, two] = await Promise.all([start(), start({ dataDir: `${dataDir}-2` })])
    await ask(one.url(), 'create table only_here (n int)')
    await expect(ask(two.url(), 'select * from only_here')).rejects.toThrow(/does not exist/)
  })

  test('a path too long for a socket name gets a short private folder for it', async () => {
    const long = join(dataDir, 'a'.repeat(100), 'б'.repeat(20))
    const server = await start({ dataDir: long })
    expect(Buffer.byteLength(`${server.socketDir}/.s.PGSQL.5432`)).toBeLessThanOrEqual(107)
    expect((await stat(server.socketDir)).mode & 0o777).toBe(0o700)
    expect(await ask(server.url(), 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
    await rm(server.socketDir, { recursive: true, force: true })
  })

  test('the log holds no statement, no value and no key of a row', async () => {
    const server = await start()
    await ask(server.url(), 'create table t (phone text primary key)')
    await ask(server.url(), `insert into t values ('+79990001122')`)
    await expect(ask(server.url(), `insert into t values ('+79990001122')`)).rejects.toThrow(/duplicate/)
    await expect(ask(server.url(), `select 'secret words' from nowhere`)).rejects.toThrow(/nowhere/)
    const log = await readFile(join(dataDir, 'postgres.log'), 'utf8')
    expect(log).toContain('duplicate key')
    expect(log).not.toMatch(/79990001122|secret words/)
  })

  test('a cluster that was interrupted while it was made is made anew', async () => {
    await mkdir(join(dataDir, 'cluster.new-1'), { recursive: true })
    await writeFile(join(dataDir, 'cluster.new-1', 'PG_VERSION'), '18\n')
    expect(await ask((await start()).url(), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('a cluster that cannot start is told with the words of its log, and leaves no lock', async () => {
    const server = await start()
    await server.stop()
    await rm(join(dataDir, 'cluster', 'global', 'pg_control'))
    await expect(start()).rejects.toThrow(/did not start: .*pg_control/s)
    expect(await readdir(dataDir)).not.toContain('start.lock')
    expect(await readdir(dataDir)).not.toContain('owners')
  })
})

describe('several users of one folder', () => {
  test('that start at the same moment make one cluster and share one server until the last one stops', async () => {
    const products = [product(), product(), product()]
    const started = await Promise.all(products.map((each) => each.started))
    expect(new Set(started.map((each) => each.pid)).size).toBe(1)
    expect(started.filter((each) => !each.adopted)).toHaveLength(1)
    expect(
      started.flatMap((each) => each.events).filter((event) => event.startsWith('postgres-cluster-created')),
    ).toHaveLength(1)
    const [first] = started
    const pid = first?.pid ?? 0
    for (const [index, each] of products.entries()) {
      expect(await startTokenOf(pid)).not.toBeNull()
      each.process.kill('SIGINT')
      expect(await each.message('stopped')).toMatchObject({ answered: true })
      if (index < products.length - 1)
        expect(await ask(first?.url ?? '', 'select 1 as one')).toEqual([{ one: 1 }])
    }
    expect(await gone(pid)).toBe(true)
  })

  test('stopping one handle of a process leaves the server to the other', async () => {
    const [one, two] = [await start(), await start()]
    expect(two).toMatchObject({ adopted: true, pid: one.pid })
    await one.stop()
    expect(await ask(two.url(), 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('kill -9', () => {
  test('of the only product leaves nobody beside the next one; a living one keeps others from thinking so', async () => {
    const alone = async (server: EmbeddedPostgres): Promise<boolean> => {
      let ran = false
      await server.whileAlone(async () => {
        ran = true
      })
      return ran
    }
    const victim = product()
    await victim.started
    const server = await start()
    expect(await alone(server)).toBe(false)
    await victim.kill()
    expect(await alone(server)).toBe(true)
  })

  test('of the product: the server lives, is adopted at once with all its rows, and still stops', async () => {
    const victim = product({ write: true })
    const { pid } = await victim.started
    await sleep(300)
    await victim.kill()
    const server = await start()
    expect(server).toMatchObject({ adopted: true, pid })
    const [row] = await ask<{ count: number }>(server.url(), 'select count(*)::int as count from acked')
    expect(row?.count).toBeGreaterThanOrEqual(victim.lastAcked())
    await server.stop()
    expect(await gone(pid)).toBe(true)
  })

  test('of the postmaster alone: its backends are ended and no acknowledged row is missing', async () => {
    const victim = product({ write: true })
    const { pid } = await victim.started
    await sleep(300)
    process.kill(pid, 'SIGKILL')
    await victim.kill()
    const server = await start()
    expect(server.adopted).toBe(false)
    const [row] = await ask<{ count: number }>(server.url(), 'select count(*)::int as count from acked')
    expect(victim.lastAcked()).toBeGreaterThan(0)
    expect(row?.count).toBeGreaterThanOrEqual(victim.lastAcked())
  })

  test('of everything at once, three times over: no acknowledged row is missing', async () => {
    let acked = 0
    for (let round = 0; round < 3; round++) {
      const victim = product({ write: true })
      await victim.started
      await sleep(300)
      const cluster = join(dataDir, 'cluster')
      for (const pid of await postgresProcessesOf(cluster)) signal(pid, 'SIGKILL')
      await victim.kill()
      acked += victim.lastAcked()
    }
    const server = await start()
    const [row] = await ask<{ count: number }>(server.url(), 'select count(*)::int as count from acked')
    expect(acked).toBeGreaterThan(0)
    expect(row?.count).toBeGreaterThanOrEqual(acked)
  })

  test('a pid file naming a living stranger does not keep the server down', async () => {
    const server = await start()
    const pidFile = join(dataDir, 'cluster', 'postmaster.pid')
    const text = await readFile(pidFile, 'utf8')
    await server.stop()
    // As after a reboot: the number now belongs to somebody else. The parent of this process is alive for sure.
    await writeFile(pidFile, text.replace(/^\d+/, String(process.ppid)))
    await writeFile(join(server.socketDir, '.s.PGSQL.5432.lock'), text.replace(/^\d+/, String(process.ppid)))
    expect(await ask((await start()).url(), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('a zombie is a dead postmaster', async () => {
    const server = await start()
    const pidFile = join(dataDir, 'cluster', 'postmaster.pid')
    const text = await readFile(pidFile, 'utf8')
    await server.stop()
    // A shell that does not reap its child leaves one: `exec` replaces it by a program that never waits.
    const pidOfZombie = join(dataDir, 'zombie')
    const keeper = spawn('sh', ['-c', `sleep 0.1 & echo $! > ${pidOfZombie}; exec sleep 60`], {
      stdio: 'ignore',
    })
    children.add(keeper)
    await sleep(400)
    const zombie = Number(await readFile(pidOfZombie, 'utf8'))
    expect(await readFile(`/proc/${zombie}/stat`, 'utf8')).toContain(') Z ')
    await writeFile(pidFile, text.replace(/^\d+/, String(zombie)))
    expect(await startTokenOf(zombie)).toBeNull()
    expect((await start()).adopted).toBe(false)
  })

  test('of the product, and nobody comes: the server shuts down cleanly by itself', async () => {
    const victim = product({ orphanGraceMs: 1000 })
    const { pid } = await victim.started
    await victim.kill()
    expect(await gone(pid)).toBe(true)
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toContain('database system is shut down')
    expect(await readdir(dataDir)).not.toContain('owners')
    expect((await start()).adopted).toBe(false)
  })

  test('an adopted server is not shut down by the watchdog of its first owner', async () => {
    const victim = product({ orphanGraceMs: 1000 })
    const { pid } = await victim.started
    await victim.kill()
    const server = await start()
    expect(server).toMatchObject({ adopted: true, pid })
    await sleep(3500)
    expect(await ask(server.url(), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('of the watchdog: the next start puts another in its place', async () => {
    const victim = product({ orphanGraceMs: 1000 })
    await victim.started
    const watchdog = async () => Number((await readFile(join(dataDir, 'watchdog'), 'utf8')).split(' ')[0])
    const before = await watchdog()
    process.kill(before, 'SIGKILL')
    const server = await start({ orphanGraceMs: 1000 })
    expect(await watchdog()).not.toBe(before)
    expect(await startTokenOf(await watchdog())).not.toBeNull()
    await server.stop()
  })

  test('in the middle of a start, again and again: the next one finds its way, and no litter stays', async () => {
    const troubles: string[] = []
    const orphans: number[] = []
    for (const afterMs of [100, 200, 350, 500, 700, 900]) {
      const victim = product()
      victim.started.catch((error: Error) => troubles.push(error.message))
      await sleep(afterMs)
      await victim.kill()
      orphans.push(...(await processesNaming(dataDir)))
    }
    const server = await start()
    expect(await ask(server.url(), 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
    expect(troubles).toEqual([])
    // The initdb of the last victim may have outlived it by a moment; what it wrote goes at the next start.
    for (const pid of orphans) expect(await gone(pid)).toBe(true)
    await (await start()).stop()
    expect((await readdir(dataDir)).toSorted()).toEqual(['cluster', 'postgres.log', 'run'])
  })
})

test('Ctrl-C reaches the product and not the server, which still answers until the product stops it', async () => {
  const app = product()
  const { pid } = await app.started
  const group = app.process.pid ?? 0
  process.kill(-group, 'SIGINT')
  expect(await app.message('stopped')).toMatchObject({ answered: true })
  expect(await gone(pid)).toBe(true)
})

describe.runIf(isRoot)('root', () => {
  test('runs it inside a folder only root may enter, without a new user and without changing owners', async () => {
    const usersBefore = await readFile('/etc/passwd', 'utf8')
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    const closed = join(dataDir, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const server = await start({ dataDir: join(closed, 'pg') })
    expect(await ask(server.url(), 'select 1 as one')).toEqual([{ one: 1 }])
    expect((await stat(join(closed, 'pg', 'cluster'))).uid).toBe(0)
    expect(await readFile('/etc/passwd', 'utf8')).toBe(usersBefore)
  })

  test('without user namespaces runs it as an existing user', async () => {
    await chmod(join(dataDir, '..'), 0o755)
    const server = await start({ allowUserNamespace: false })
    expect(await ask(server.url(), 'select 1 as one')).toEqual([{ one: 1 }])
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
    expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).not.toBe('0')
    expect(await isPostgresOf(server.pid, join(dataDir, 'cluster'))).toBe(true)
    await server.stop()
    const again = await start({ allowUserNamespace: false })
    expect(again.adopted).toBe(false)
  })

  const othersMayRead = () =>
    existsSync(PRODUCT) &&
    spawnSync(process.execPath, ['--check', PRODUCT], { uid: NOBODY, gid: NOBODY, cwd: '/' }).status === 0

  test.runIf(isRoot && othersMayRead()).for([
    ['an ordinary user', NOBODY],
    ['a uid that has no name, as in some containers,', NO_SUCH_USER],
  ] as const)('%s runs it, kills it and adopts it', async ([, uid]) => {
    await mkdir(dataDir, { recursive: true })
    await chmod(join(dataDir, '..'), 0o755)
    await chown(dataDir, uid, uid)
    const victim = product({ write: true }, uid)
    const { pid } = await victim.started
    await sleep(200)
    await victim.kill()
    const heir = product({}, uid)
    expect(await heir.started).toMatchObject({ adopted: true, pid })
    heir.process.kill('SIGINT')
    expect(await heir.message('stopped')).toMatchObject({ answered: true })
    expect(await gone(pid)).toBe(true)
  })
})
