import type { HubError } from '@trunkline/contracts/errors'
import type { PortalId } from '@trunkline/contracts/ids'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Clock } from '../client/clock.ts'
import { fasterClock } from '../client/clock.ts'
import { idRef } from '../client/reference.ts'
import { createTokens } from '../client/tokens.ts'
import { createTransport } from '../client/transport.ts'
import { createMemoryTokenStore } from '../testing/memory-token-store.ts'
import { connectForTest, connectPortal, onPortalOf, PORTAL_KINDS } from '../testing/sandbox-connection.ts'
import type { Hit, Reply } from '../testing/scripted-portal.ts'
import { allDone, batchReply, PORTAL, refusal, startScriptedPortal } from '../testing/scripted-portal.ts'
import { levelOnTakeOver } from './bucket.ts'
import { createPump } from './pump.ts'
import type { PortalLogEntry, PumpCommand, PumpOptions } from './pump-contract.ts'

/** A pump on a portal that answers as the test says. */
async function scripted(
  answer: (hit: Hit, number: number) => Reply | Promise<Reply>,
  options: Partial<PumpOptions> & { readonly clock?: Clock } = {},
) {
  const portal = await startScriptedPortal(answer, options.clock?.now)
  const http = createTransport({ allowPrivate: true, timeoutMs: 5_000 })
  const store = createMemoryTokenStore(new Map([[PORTAL, portal.tokens()]]))
  const clock = options.clock === undefined ? {} : { clock: options.clock }
  const tokens = createTokens({ store, http, ...clock })
  const states: string[] = []
  const pauses: { until: number; code: string }[] = []
  const log: PortalLogEntry[] = []
  const pump = createPump({
    portalId: PORTAL,
    endpoint: portal.endpoint,
    tokens,
    http,
    plan: { rate: 2, burst: 50 },
    log: (entry) => log.push(entry),
    onState: (state) => states.push(state),
    onPaused: (until, error) => pauses.push({ until, code: error.code }),
    ...options,
  })
  onTestFinished(async () => {
    await pump.stop()
    await http.close()
    await portal.close()
  })
  return { portal, store, tokens, pump, states, pauses, log }
}

function contact(name: string, phone: string): PumpCommand {
  return {
    name: 'contact',
    method: 'crm.item.add',
    params: { entityTypeId: 3, fields: { name, fm: [{ typeId: 'PHONE', valueType: 'WORK', value: phone }] } },
  }
}

function deal(title: string): PumpCommand {
  return {
    name: 'deal',
    method: 'crm.item.add',
    params: { entityTypeId: 2, fields: { title, contactIds: [idRef('contact', ['item', 'id'])] } },
  }
}

const read = (id: number): PumpCommand => ({
  name: 'read',
  method: 'crm.item.get',
  params: { entityTypeId: 2, id },
})

async function refused(promise: Promise<unknown>): Promise<HubError> {
  return promise.then(
    () => expect.unreachable('it should have been refused'),
    (error: HubError) => error,
  )
}

describe.each(PORTAL_KINDS)('packing and pacing against the portal (%s)', (kind) => {
  onPortalOf(kind)

  it('an idle portal answers a single group in one hit at once', async () => {
    const { pump, portal } = await connectForTest()
    await pump.call({ method: 'profile' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    const startedAt = performance.now()
    const answer = await pump.group([contact('Анна', '+79990001122'), deal('Сделка')], { writes: true })
    expect(performance.now() - startedAt).toBeLessThan(500)
    expect(answer['deal']?.outcome).toBe('done')
    expect(portal.counts.hits).toBe(2)
    expect(portal.crm.deals[0]?.['contactIds']).toEqual([portal.crm.contacts[0]?.id])
  })

  it('b24 point 3: whole conversations share batches, and their references stay their own', async () => {
    const { pump, portal } = await connectForTest()
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        pump.group([contact(`К${index}`, `+7999000${1000 + index}`), deal(`Д${index}`)], { writes: true }),
      ),
    )
    expect(portal.crm.deals.length).toBe(60)
    for (const one of portal.crm.deals) {
      const client = portal.crm.record('contact', (one['contactIds'] as number[])[0]!)
      expect(client?.['name']).toBe(`К${String(one['title']).slice(1)}`)
    }
    expect(portal.counts.hits).toBeLessThanOrEqual(8)
    expect(portal.journal.hits.every((hit) => hit.commands.length <= 50)).toBe(true)
  })

  it('a group leaves in order of arrival inside its priority, and people before bulk', async () => {
    const { pump, portal } = await connectForTest({ pump: { concurrency: 1, plan: { rate: 100, burst: 3 } } })
    const groups = Array.from({ length: 60 }, (_, index) => {
      const priority = index % 2 === 0 ? (3 as const) : (1 as const)
      return pump.group(
        [{ name: 'r', method: 'user.get', params: { FILTER: { ID: index + 1 } } }, ...pad(24)],
        {
          writes: false,
          priority,
        },
      )
    })
    await Promise.all(groups)
    const order = portal.journal.hits.flatMap((hit) =>
      hit.commands
        .filter((one) => one.method === 'user.get')
        .map((one) => Number((one.params['FILTER'] as { ID: string }).ID) - 1),
    )
    const people = order.filter((index) => index % 2 === 1)
    const bulk = order.filter((index) => index % 2 === 0)
    expect(people).toEqual(people.toSorted((a, b) => a - b))
    expect(bulk).toEqual(bulk.toSorted((a, b) => a - b))
    // Bulk gets a turn now and then, and no more.
    expect(order.slice(0, 20).filter((index) => index % 2 === 0).length).toBeLessThanOrEqual(6)
  })

  it('b24 point 1: a new owner of a busy portal starts with the level it was told', async () => {
    const clock = fasterClock(10)
    const { pump, portal } = await connectForTest({
      clock,
      pump: { initialLevel: levelOnTakeOver({ rate: 2, burst: 50 }, 0) },
    })
    const startedAt = clock.now()
    await pump.call({ method: 'profile' }, { priority: 0 })
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(450)
    expect(portal.counts.hits).toBe(1)
  })

  it('a person is answered at once while thousands of bulk commands wait', async () => {
    const { pump } = await connectForTest()
    const bulk = Array.from({ length: 300 }, () =>
      pump.group(pad(40), { writes: false, priority: 3 }).catch(() => 'stopped'),
    )
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(pump.stats().waiting[3]).toBeGreaterThan(200)
    const times: number[] = []
    for (let index = 0; index < 5; index++) {
      const startedAt = performance.now()
      await pump.call({ method: 'profile' }, { priority: 1 })
      times.push(performance.now() - startedAt)
    }
    expect(Math.max(...times)).toBeLessThan(1_500)
    await pump.stop()
    await Promise.all(bulk)
  })

  it('a group whose signal aborts before it left never leaves', async () => {
    const { pump, portal } = await connectForTest({ pump: { initialLevel: 49 } })
    const controller = new AbortController()
    const waiting = pump.group([read(1)], { writes: false, signal: controller.signal })
    controller.abort(new Error('no more'))
    await expect(waiting).rejects.toThrow('no more')
    await pump.call({ method: 'profile' })
    expect(portal.journal.hits.flatMap((hit) => hit.commands).map((one) => one.method)).toEqual(['profile'])
  })

  it('a hook that fails keeps its group at home, and its neighbours go on', async () => {
    const { pump, portal } = await connectForTest()
    const [bad, good] = await Promise.allSettled([
      pump.group([contact('А', '+79990000001')], {
        writes: true,
        beforeSend: () => Promise.reject(new Error('database')),
      }),
      pump.group([contact('Б', '+79990000002')], { writes: true }),
    ])
    expect(bad.status).toBe('rejected')
    expect(good.status).toBe('fulfilled')
    expect(portal.crm.contacts.map((one) => one['name'])).toEqual(['Б'])
  })

  it('refuses a reference to a command that is not before it in the group', async () => {
    const { pump } = await connectForTest()
    await expect(pump.group([deal('Д')], { writes: true })).rejects.toThrow('refers to "contact"')
  })
})

function pad(count: number): PumpCommand[] {
  return Array.from({ length: count }, (_, index) => ({ name: `p${index}`, method: 'server.time' }))
}

describe('the size of write batches', () => {
  it('b24 point 3: follows the time that writes take here, from twenty to few when dear and to fifty when cheap', async () => {
    const sizes = async (seconds: number) => {
      const { pump, portal } = await connectForTest({
        sandbox: { settings: { costSeconds: { 'crm.item.add': seconds } } },
      })
      await Promise.all(
        Array.from({ length: 200 }, (_, n) =>
          pump.group([contact(`К${n}`, `+7999000${1000 + n}`)], { writes: true }),
        ),
      )
      expect(portal.crm.contacts.length).toBe(200)
      expect(pump.stats().lost).toBe(0)
      return portal.journal.hits.map((hit) => hit.commands.length)
    }
    const [firstDear, ...dear] = await sizes(2)
    expect(firstDear).toBe(20)
    expect(Math.max(...dear)).toBe(10)
    const [firstCheap, ...cheap] = await sizes(0.05)
    expect(firstCheap).toBe(20)
    expect(Math.max(...cheap)).toBe(50)
  })
})

describe('rate limit', () => {
  it('b24 point 2: a minute of QUERY_LIMIT_EXCEEDED loses nothing, counts against nobody and keeps the order', async () => {
    const clock = fasterClock(60)
    const untilAt = clock.now() + 60_000
    const seen: string[] = []
    const { pump, pauses, states } = await scripted(
      (hit) => {
        if (clock.now() < untilAt) return refusal(503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests')
        seen.push(...hit.commands.map((command) => command.query.get('n')!))
        return allDone(hit)
      },
      { clock, concurrency: 1 },
    )
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, n) =>
        pump.group([{ name: 'a', method: 'crm.item.add', params: { n } }], { writes: true }),
      ),
    )
    expect(answers.every((answer) => answer['a']?.outcome === 'done')).toBe(true)
    expect(seen).toEqual(Array.from({ length: 120 }, (_, n) => String(n)))
    expect(pump.stats().refused).toBeGreaterThanOrEqual(4)
    expect(pump.stats().refused).toBeLessThan(20)
    expect(pauses.every(({ code }) => code === 'portal/rate-limited')).toBe(true)
    expect(states).toEqual([])
  })

  it('the real bucket of the portal never refuses a hit, with hundreds of groups at once', async () => {
    const clock = fasterClock(20)
    const { pump, portal } = await connectForTest({ clock })
    const groups = Array.from({ length: 600 }, (_, index) =>
      pump.group([{ name: 'r', method: 'user.get', params: { FILTER: { ID: index } } }, ...pad(9)], {
        writes: false,
      }),
    )
    await Promise.all(groups)
    expect(portal.counts.refused).toBe(0)
    expect(pump.stats().refused).toBe(0)
    expect(pump.stats().hits).toBeLessThanOrEqual(125)
  })

  it('two portals never share a bucket', async () => {
    const first = await connectForTest()
    const other = connectPortal(first.sandbox, first.sandbox.addPortal(), first.app, {
      portalId: '01890000-0000-7000-8000-000000000002' as PortalId,
    })
    onTestFinished(() => other.close())
    first.portal.faults.add({ kind: 'rate-limit' })
    const stuck = first.pump.group([read(1)], { writes: false }).catch(() => 'stopped')
    for (let index = 0; index < 30; index++) await other.pump.call({ method: 'profile' })
    expect(first.pump.stats().refused).toBeGreaterThan(0)
    expect(other.pump.stats()).toMatchObject({ refused: 0, pausedUntilAt: undefined })
    await first.pump.stop()
    expect(await stuck).toBe('stopped')
  })

  it('OVERLOAD_LIMIT stops everything in the state blocked and is not asked again', async () => {
    const { pump, portal, states } = await connectForTest()
    portal.faults.add({ kind: 'overload' })
    expect(await refused(pump.call({ method: 'profile' }))).toMatchObject({
      code: 'portal/blocked',
      kind: 'auth',
    })
    const hits = portal.counts.hits
    expect(await refused(pump.call({ method: 'profile' }))).toMatchObject({ code: 'portal/blocked' })
    expect(portal.counts.hits).toBe(hits)
    expect(states).toEqual([{ state: 'blocked', code: 'portal/blocked' }])
    portal.faults.clear()
    pump.resume()
    await pump.call({ method: 'profile' })
    expect(states.at(-1)).toEqual({ state: 'connected', code: undefined })
  })
})

describe('operating limit', () => {
  it('b24 point 6: only the method that ran too long waits, inside batches too, until the portal says', async () => {
    const clock = fasterClock(100)
    const { pump, portal } = await connectForTest({ clock })
    portal.faults.add({ kind: 'operating-limit', method: 'crm.item.add', count: 1 })
    const startedAt = clock.now()
    const [created, listed] = await Promise.all([
      pump
        .group([contact('Анна', '+79990001122')], { writes: true })
        .then((answer) => ({ answer, at: clock.now() })),
      pump.group([read(999)], { writes: false }).then((answer) => ({ answer, at: clock.now() })),
    ])
    expect(listed.answer['read']?.outcome).toBe('failed')
    expect(created.answer['contact']?.outcome).toBe('done')
    expect(listed.at - startedAt).toBeLessThan(20_000)
    expect(created.at - startedAt).toBeGreaterThan(50_000)
    expect(portal.crm.contacts.length).toBe(1)
  })

  it('a method at its limit is left alone before the portal has to refuse it', async () => {
    const clock = fasterClock(1_000)
    const { pump, portal } = await scripted(
      (hit) =>
        batchReply(hit, () => ({ result: true }), {
          operating: 481,
          operating_reset_at: Math.floor(clock.now() / 1000) + 120,
        }),
      { clock },
    )
    await pump.call({ method: 'crm.item.list' })
    const startedAt = clock.now()
    expect(Object.keys(pump.stats().parked)).toEqual(['crm.item.list'])
    await pump.call({ method: 'CRM.item.list' })
    expect(clock.now() - startedAt).toBeGreaterThan(100_000)
    expect(portal.hits.length).toBe(2)
  })

  it('a group of which a part has run is answered row by row and not repeated', async () => {
    const { pump, portal } = await connectForTest()
    portal.faults.add({ kind: 'operating-limit', method: 'crm.timeline.comment.add', count: 1 })
    const answer = await pump.group(
      [
        contact('Анна', '+79990001122'),
        {
          name: 'comment',
          method: 'crm.timeline.comment.add',
          params: {
            fields: { ENTITY_TYPE: 'contact', ENTITY_ID: idRef('contact', ['item', 'id']), COMMENT: 'x' },
          },
        },
      ],
      { writes: true },
    )
    expect(answer['contact']?.outcome).toBe('done')
    expect(answer['comment']).toMatchObject({
      outcome: 'failed',
      error: { code: 'portal/operating-limit', kind: 'rate-limit', certain: true },
    })
    expect(portal.crm.contacts.length).toBe(1)
  })
})

describe.each(PORTAL_KINDS)('lost answers (%s)', (kind) => {
  onPortalOf(kind)

  it('b24 point 5: a write whose answer was cut off is answered unknown, a read is repeated', async () => {
    const { pump, portal } = await connectForTest()
    portal.faults.add({ kind: 'cut-after', count: 1 })
    const [written, seen] = await Promise.all([
      pump.group([contact('Анна', '+79990001122')], { writes: true }),
      pump.group([{ name: 'who', method: 'profile' }], { writes: false }),
    ])
    expect(written['contact']).toMatchObject({
      outcome: 'unknown',
      error: { code: 'portal/unknown-outcome', certain: false },
    })
    expect(seen['who']?.outcome).toBe('done')
    expect(portal.crm.contacts.length).toBe(1)
  })

  it.each(['cut-before', 'bad-gateway', 'bad-gateway-after', 'server-error'] as const)(
    'b24 point 5: after %s nobody knows, so the write is not repeated',
    async (kind) => {
      const { pump, portal } = await connectForTest()
      portal.faults.add({ kind, count: 1 })
      const answer = await pump.group([contact('Анна', '+79990001122')], { writes: true })
      expect(answer['contact']?.outcome).toBe('unknown')
      expect(portal.counts.hits).toBe(1)
    },
  )

  it.each([
    ['a page instead of JSON', { status: 200, text: '<html>maintenance</html>' }],
    ['JSON cut short', { status: 200, text: '{"result":{"result":{"c0_a"' }],
    ['a gateway time-out', { status: 504, text: 'Gateway Time-out' }],
    ['an answer of another shape', { status: 200, json: { result: true } }],
  ] as const)('%s leaves a write unknown', async (_, reply) => {
    const { pump } = await scripted(() => reply)
    const answer = await pump.group([{ name: 'a', method: 'crm.item.add' }], { writes: true })
    expect(answer['a']?.outcome).toBe('unknown')
  })

  it('a time-out leaves a write unknown', async () => {
    const { pump } = await scripted(
      () => new Promise<Reply>((resolve) => setTimeout(() => resolve({ status: 200 }), 400)),
      {
        timeoutMs: 100,
      },
    )
    const answer = await pump.group([{ name: 'a', method: 'crm.item.add' }], { writes: true })
    expect(answer['a']?.outcome).toBe('unknown')
  })

  it('a row that the portal says nothing of is unknown for a write', async () => {
    const { pump } = await scripted((hit) =>
      batchReply({ ...hit, commands: hit.commands.slice(0, 1) }, () => ({ result: 1 })),
    )
    const answer = await pump.group(
      [
        { name: 'a', method: 'crm.item.add' },
        { name: 'b', method: 'crm.item.add' },
      ],
      { writes: true },
    )
    expect([answer['a']?.outcome, answer['b']?.outcome]).toEqual(['done', 'unknown'])
  })

  it('b24 point 4: a batch row with an empty error code is a failure with the words of the portal', async () => {
    const { pump, portal } = await connectForTest()
    portal.faults.add({ kind: 'empty-error', method: 'crm.item.add', count: 1 })
    const answer = await pump.group([contact('Анна', '+79990001122')], { writes: true })
    const row = answer['contact']
    expect(row).toMatchObject({
      outcome: 'failed',
      error: { code: 'portal/refused', kind: 'permanent', certain: true },
    })
    if (row?.outcome === 'failed') expect(row.error.publicText.en).toContain('Not found')
    expect(portal.crm.contacts.length).toBe(0)
  })

  it('one group that a filter in between dislikes does not take its neighbours with it', async () => {
    const { pump } = await scripted((hit) =>
      hit.body.includes('poison') ? { status: 403, text: '<html>blocked by WAF</html>' } : allDone(hit),
    )
    const answers = await Promise.all(
      ['a', 'poison', 'c'].map((text) =>
        pump.group([{ name: 'x', method: 'crm.item.add', params: { text } }], { writes: true }),
      ),
    )
    expect(answers.map((answer) => answer['x']?.outcome)).toEqual(['done', 'failed', 'done'])
  })

  it('a portal that cannot be reached says so to everybody after some tries, and is found again', async () => {
    const clock = fasterClock(50)
    const { pump, portal, states } = await scripted(allDone, { clock })
    const { port } = new URL(portal.origin)
    await portal.close()
    const error = await refused(pump.group([{ name: 'a', method: 'crm.item.add' }], { writes: true }))
    expect(error).toMatchObject({ code: 'portal/unreachable', kind: 'retryable' })
    expect(error.retryAfterMs).toBeGreaterThan(0)
    expect(states).toEqual(['unreachable'])
    expect(Number(port)).toBeGreaterThan(0)
  })
})

describe.each(PORTAL_KINDS)('tokens (%s)', (kind) => {
  onPortalOf(kind)

  it('b24 point 7: thirty callers with an expired token make one refresh, and all are answered', async () => {
    const { pump, portal, store } = await connectForTest({ pump: { concurrency: 30 } })
    portal.faults.add({ kind: 'expired-token', count: 1 })
    const before = portal.counts.oauthHits
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        pump.group([contact(`К${index}`, `+7999000${1000 + index}`), ...pad(25)], { writes: true }),
      ),
    )
    expect(answers.every((answer) => answer['contact']?.outcome === 'done')).toBe(true)
    expect(portal.crm.contacts.length).toBe(30)
    expect(portal.counts.oauthHits - before).toBe(1)
    expect(store.rows.get(PORTAL)?.refreshToken).toBeDefined()
  })

  it('a revoked application ends in a state, and nobody hammers the portal or the auth server', async () => {
    const { pump, portal, states, app, store } = await connectForTest()
    portal.revokeApp(app.clientId)
    const answers = await Promise.all(
      [1, 2, 3].map((id) => refused(pump.group([read(id)], { writes: false }))),
    )
    for (const error of answers) expect(error.kind).toBe('auth')
    const hits = portal.counts.hits + portal.counts.oauthHits
    for (let index = 0; index < 20; index++) await refused(pump.call({ method: 'profile' }))
    expect(portal.counts.hits + portal.counts.oauthHits).toBe(hits)
    expect(states.length).toBe(1)
    expect(['reauthorise', 'uninstalled']).toContain(states[0]?.state)
    expect(store.rows.get(PORTAL)?.deadCode).toBeDefined()
  })

  it('an unpaid portal is payment-required, and works again after resume', async () => {
    const { pump, portal, states, app, store } = await connectForTest()
    portal.setPaid(app.clientId, false)
    expect(await refused(pump.call({ method: 'profile' }))).toMatchObject({ code: 'portal/payment-required' })
    expect(states.at(-1)?.state).toBe('payment-required')
    portal.setPaid(app.clientId, true)
    const { deadCode: _, ...alive } = store.rows.get(PORTAL)!
    store.rows.set(PORTAL, alive)
    pump.resume()
    await pump.call({ method: 'profile' })
    expect(states.at(-1)?.state).toBe('connected')
  })

  it('an uninstalled application is told apart from a lost token', async () => {
    const { pump, portal, states, app } = await connectForTest()
    portal.uninstallApp(app.clientId)
    await refused(pump.call({ method: 'profile' }))
    expect(states).toEqual([{ state: 'uninstalled', code: 'portal/uninstalled' }])
  })
})

describe('a redirect that is no move of a portal', () => {
  it('ends in the state moved, and our token goes nowhere', async () => {
    const { pump, portal, states } = await scripted(() => ({
      status: 302,
      headers: { location: 'http://127.0.0.1:1/login/' },
    }))
    expect((await refused(pump.call({ method: 'profile' }))).code).toBe('portal/not-bitrix24')
    expect(states).toEqual(['moved'])
    expect(portal.hits.length).toBe(1)
  })
})

describe.each(PORTAL_KINDS)('logs (%s)', (kind) => {
  onPortalOf(kind)

  it('b24 point 9: a request is logged with method, portal, status, duration and counts, and with nothing it carried', async () => {
    const { pump, log, portal, store } = await connectForTest()
    const secrets = ['Анна', '+79990001122', 'Тайная сделка']
    await pump.group([contact(secrets[0]!, secrets[1]!), deal(secrets[2]!)], { writes: true })
    portal.faults.add({ kind: 'cut-after', count: 1 })
    await pump.group([contact(secrets[0]!, secrets[1]!)], { writes: true })
    await new Promise((resolve) => setImmediate(resolve))
    expect(log[0]).toMatchObject({
      event: 'portal-request',
      portalId: PORTAL,
      method: 'batch',
      status: 200,
      commands: 2,
      groups: 1,
      failed: 0,
    })
    expect(log[1]).toMatchObject({ status: 0, code: 'portal/unknown-outcome', failed: 1 })
    const text = JSON.stringify(log)
    for (const secret of [...secrets, store.rows.get(PORTAL)!.accessToken]) expect(text).not.toContain(secret)
  })
})

describe('stopping', () => {
  it('refuses what waits, and lets what is in flight end', async () => {
    const { pump } = await scripted(
      async (hit) => {
        await new Promise((resolve) => setTimeout(resolve, 100))
        return allDone(hit)
      },
      { initialLevel: 48 },
    )
    const flying = pump.group([{ name: 'a', method: 'crm.item.add' }], { writes: true, priority: 0 })
    await new Promise((resolve) => setTimeout(resolve, 30))
    const waiting = pump.group([{ name: 'a', method: 'crm.item.add' }], { writes: true })
    const [stopped, error] = await Promise.all([pump.stop().then(() => 'stopped'), refused(waiting)])
    expect(stopped).toBe('stopped')
    expect(error.code).toBe('server/not-ready')
    expect((await flying)['a']?.outcome).toBe('done')
  })
})
