import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSnapshot } from './state-file.ts'
import { startTestPortal } from './test-portal.ts'

let folder: string
let child: ChildProcess | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-state-'))
})
afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

interface Started {
  url: string
  authUrl: string
  access_token: string
  refresh_token: string
}

/** A sandbox in a process of its own, so that it can be killed. */
async function startChild(): Promise<Started> {
  const script = `
    import { startSandbox } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)}
    const sandbox = await startSandbox({ stateFile: process.argv[1], portal: { kind: 'box' } })
    const app = sandbox.registerApp({ clientId: 'a', clientSecret: 's', redirectUri: '', scope: ['crm'], title: 'A' })
    const pair = app.grant(sandbox.portals[0])
    await sandbox.saved()
    console.log(JSON.stringify({ url: sandbox.url, authUrl: sandbox.authUrl, ...pair }))`
  const started = spawn(
    process.execPath,
    ['--input-type=module', '--eval', script, join(folder, 'state.json')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  child = started
  for await (const line of createInterface({ input: started.stdout })) return JSON.parse(line) as Started
  throw new Error('the sandbox did not start')
}

async function kill(): Promise<void> {
  const dying = child
  if (!dying) return
  await new Promise((resolve) => {
    dying.once('exit', resolve)
    dying.kill('SIGKILL')
  })
}

test('every answered write survives kill -9; address and tokens stay', async () => {
  const first = await startChild()
  const made: number[] = []
  const add = async (index: number): Promise<void> => {
    const reply = await fetch(
      `${first.url}/rest/crm.deal.add?auth=${first.access_token}&fields[TITLE]=d${index}&fields[ORIGIN_ID]=o${index}`,
    )
    const { result } = (await reply.json()) as { result: number }
    made.push(result)
  }
  // Killed while writes are under way: those without an answer may or may not be there.
  const pending = Array.from({ length: 200 }, (_, index) => add(index).catch(() => undefined))
  await Promise.all(pending.slice(0, 40))
  await kill()
  await Promise.all(pending)
  expect(made.length).toBeGreaterThanOrEqual(40)

  const second = await startChild()
  expect(second.url).toBe(first.url)
  expect(second.authUrl).toBe(first.authUrl)
  const kept = new Set(readSnapshot(join(folder, 'state.json'))?.portals[0]?.entities.map(({ id }) => id))
  for (const id of made) expect(kept).toContain(id)
  const found = await fetch(
    `${second.url}/rest/crm.deal.list?auth=${first.access_token}&filter[%3DORIGIN_ID]=o0`,
  )
  expect(((await found.json()) as { total: number }).total).toBe(1)
  const query = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'a',
    client_secret: 's',
    refresh_token: first.refresh_token,
  })
  expect((await fetch(`${second.authUrl}/oauth/token/?${query}`)).status).toBe(200)
})

test('without durability changes are on disk within a moment and at the latest on stop', async () => {
  const stateFile = join(folder, 'lazy.json')
  const stage = await startTestPortal({ stateFile, durable: false })
  await stage.ok('crm.deal.add', { fields: { TITLE: 'lazy' } })
  await expect.poll(() => readSnapshot(stateFile)?.portals[0]?.entities.length, { timeout: 2000 }).toBe(1)
  stage.portal.edit.create('deal', { title: 'last' })
  await stage.sandbox.stop()
  expect(readSnapshot(stateFile)?.portals[0]?.entities).toHaveLength(2)
})

test('a former address still answers 302 after a restart', async () => {
  const stateFile = join(folder, 'moved.json')
  const first = await startTestPortal({ stateFile })
  const former = first.portal.url
  const moved = first.portal.changeDomain()
  await first.sandbox.stop()
  const second = await startTestPortal({ stateFile })
  expect(second.portal.url).toBe(moved)
  const reply = await fetch(`${former}/rest/profile`, { redirect: 'manual' })
  expect(reply.headers.get('location')).toBe(`${moved}/rest/profile`)
  await second.sandbox.stop()
})
