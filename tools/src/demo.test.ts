import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel } from '@trunkline/contracts/http/channels'
import type { Home } from '@trunkline/contracts/http/journal'
import type { Member } from '@trunkline/contracts/http/people'
import type { Portal } from '@trunkline/contracts/http/portals'
import type { SettingsDocument } from '@trunkline/contracts/http/settings'
import { createHubVisitor, type HubVisitor } from '@trunkline/sandbox/demo/hub-visitor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DemoReady } from './demo.ts'
import { ROOT } from './source-tree.ts'

/** A demo in a process of its own. */
interface Demo {
  readonly child: ChildProcess
  readonly ready: DemoReady
  /** All that went to stdout, and all that went to stderr. */
  out(): string
  err(): string
  end(signal: NodeJS.Signals): Promise<number | null>
}

// The first start may have to build the cabinet and the widget.
const START_LIMIT_MS = 240_000
let folder: string
let demo: Demo

async function startDemo(): Promise<Demo> {
  const child = spawn(process.execPath, ['tools/src/demo.ts', '--json', '--dir', folder, '--lang', 'ru'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (out.includes('\n')) resolve(out)
    })
    void exited.then((code) => reject(new Error(`the demo ended with ${code}:\n${err}`)))
  })
  return {
    child,
    ready: JSON.parse(line) as DemoReady,
    out: () => out,
    err: () => err,
    end(signal) {
      child.kill(signal)
      return exited
    },
  }
}

/** Pids of the children of a process whose command line holds these words. */
function childrenOf(pid: number, words = ''): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n')
  return rows
    .map((row) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row))
    .filter((match) => match !== null)
    .filter(([, , parent, args]) => Number(parent) === pid && args?.includes(words))
    .map(([, child]) => Number(child))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z')
  } catch {
    // No such process: to `kill` or, a moment later, to `ps`.
    return false
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  for (const end = Date.now() + limitMs; !(await holds()); await sleep(50))
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`)
}

async function signedIn({ ready }: Demo, who: 'signIn' | 'operator' = 'signIn'): Promise<HubVisitor> {
  const visitor = createHubVisitor(ready.cabinet)
  await visitor.call('POST', '/api/auth/sign-in/email', ready[who])
  return visitor
}

/** What the seeding makes, as the product tells it. */
async function company(visitor: HubVisitor): Promise<object> {
  const list = async <Row>(path: string): Promise<Row[]> =>
    (await visitor.call<{ data: Row[] }>('GET', path)).data
  return {
    channels: (await list<Channel>('/api/channels')).map(({ id, type, state, publicKey }) => ({
      id,
      type,
      state,
      publicKey,
    })),
    portals: (await list<Portal>('/api/portals')).map(({ id, origin, health }) => ({
      id,
      origin,
      state: health.state,
    })),
    members: (await list<Member>('/api/members')).map(({ userId, role }) => ({ userId, role })),
    chats: (await visitor.call<SettingsDocument>('GET', '/api/settings/chats')).version,
    main: (await visitor.call<SettingsDocument>('GET', '/api/settings/main')).version,
  }
}

const telegramMemory = async (): Promise<{ token: string; delivery: { waiting: unknown[] } }> =>
  JSON.parse(await readFile(join(folder, 'telegram.json'), 'utf8'))

const ledger = async (visitor: HubVisitor): Promise<Home['ledger']> =>
  (await visitor.call<Home>('GET', '/api/home')).ledger

const deals = async (): Promise<{ title: string }[]> =>
  (
    (await (await fetch(`${demo.ready.portal}/sandbox/api/entities/deals`)).json()) as {
      items: { title: string }[]
    }
  ).items

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trunkline-demo-'))
  demo = await startDemo()
}, START_LIMIT_MS)
afterAll(async () => {
  const last = demo as Demo | undefined
  if (last?.child.exitCode === null && last.child.signalCode === null) await last.end('SIGTERM')
  await rm(folder, { recursive: true, force: true })
}, 60_000)

// The tests follow one demo through its life, in order.
describe('npm run demo', () => {
  it('prints exactly one line of JSON on stdout, with addresses that answer', async () => {
    expect(demo.out().trim().split('\n')).toHaveLength(1)
    for (const url of [demo.ready.portal, demo.ready.site, `${demo.ready.cabinet}/health/ready`])
      expect([url, (await fetch(url)).status]).toEqual([url, 200])
    expect(await (await fetch(demo.ready.site)).text()).toMatch(
      /<script async src="[^"]+widget\.js" data-key="[^"]+" data-colour="#[0-9a-f]{6}">/,
    )
    const strict = await fetch(`${demo.ready.site}/strict`)
    expect(strict.headers.get('content-security-policy')).toContain(`script-src ${demo.ready.cabinet}`)
  })

  it('has set the company up, with an operator who may sign in', async () => {
    expect(await company(await signedIn(demo))).toMatchObject({
      channels: [{ state: 'connected' }, { state: 'connected' }],
      portals: [{ origin: demo.ready.portal, state: 'connected' }],
    })
    expect(await (await signedIn(demo, 'operator')).call('GET', '/api/me')).toMatchObject({
      role: 'operator',
      demo: true,
    })
  })

  it('starts a killed server again within a second and says so', async () => {
    const [server] = childrenOf(demo.child.pid ?? 0, 'server/src/main.ts')
    process.kill(server ?? 0, 'SIGKILL')
    const killedAt = Date.now()
    await until('a line about the restart', () => demo.err().includes('The server ended'))
    await until('a new child', () => childrenOf(demo.child.pid ?? 0).length === 2)
    expect(Date.now() - killedAt).toBeLessThan(1000)
    await until('an answer', () =>
      fetch(`${demo.ready.cabinet}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
  })

  it(
    'loses and doubles nothing when everything is killed while people write',
    async () => {
      const visitor = await signedIn(demo)
      const before = {
        ready: demo.ready,
        company: await company(visitor),
        token: (await telegramMemory()).token,
      }
      const dealsBefore = (await deals()).length
      await fetch(`${demo.ready.portal}/sandbox/page/scenario`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      })
      await until('something is passed', async () => (await ledger(visitor)).accepted >= 3, 60_000)
      const pids = [demo.child.pid ?? 0, ...childrenOf(demo.child.pid ?? 0)]
      for (const pid of pids) process.kill(pid, 'SIGKILL')

      demo = await startDemo()
      expect(demo.ready).toEqual(before.ready)
      expect((await telegramMemory()).token).toBe(before.token)
      const again = await signedIn(demo)
      expect(await company(again)).toEqual(before.company)
      await until('all is delivered and settled', async () => {
        const { pending } = await ledger(again)
        return pending === 0 && (await telegramMemory()).delivery.waiting.length === 0
      })
      expect(await ledger(again)).toMatchObject({ failed: 0, difference: 0 })
      const titles = (await deals()).slice(0, -dealsBefore || undefined).map(({ title }) => title)
      expect(new Set(titles).size).toBe(titles.length)
    },
    START_LIMIT_MS,
  )

  it('refuses to run twice in one folder, with a sentence', async () => {
    await expect(startDemo()).rejects.toThrow('already running')
  })

  it(
    'is over, with its children, when its process is killed alone',
    async () => {
      const children = childrenOf(demo.child.pid ?? 0)
      expect(children).toHaveLength(2)
      await demo.end('SIGKILL')
      await until('the children end', () => !children.some(isAlive))
      demo = await startDemo()
    },
    START_LIMIT_MS,
  )

  it('stops at Ctrl-C: no process, no lock, no taken port', async () => {
    const children = childrenOf(demo.child.pid ?? 0)
    const postmaster = Number(
      (await readFile(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0],
    )
    expect(isAlive(postmaster)).toBe(true)
    expect(await demo.end('SIGINT')).toBe(0)
    expect([...children, postmaster].filter(isAlive)).toEqual([])
    expect(existsSync(join(folder, 'demo.lock'))).toBe(false)
    const ports = JSON.parse(await readFile(join(folder, 'ports.json'), 'utf8')) as Record<string, number>
    for (const port of Object.values(ports)) {
      const server = createServer()
      await new Promise<void>((resolve, reject) =>
        server.once('error', reject).listen(port, '127.0.0.1', resolve),
      )
      await new Promise((resolve) => server.close(resolve))
    }
  }, 60_000)
})
