import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFaults } from './faults.ts'
import { command, readReply, startTestPortal, type TestPortal } from './test-portal.ts'

let stage: TestPortal
beforeEach(async () => {
  stage = await startTestPortal({ portal: { plan: 'enterprise' } })
})
afterEach(() => stage.sandbox.stop())

const addDeal = (title = 'D') => stage.call('crm.item.add', { entityTypeId: 2, fields: { title } })

async function refresh(refreshToken = stage.refreshToken) {
  const form = {
    grant_type: 'refresh_token',
    client_id: 'local.test',
    client_secret: 'test-secret',
    refresh_token: refreshToken,
  }
  return readReply(
    await fetch(`${stage.sandbox.authUrl}/oauth/token/`, { method: 'POST', body: new URLSearchParams(form) }),
  )
}

describe('connection', () => {
  test('cut before the work: no answer and nothing written', async () => {
    stage.portal.faults.add({ kind: 'cut-before', count: 1 })
    await expect(addDeal()).rejects.toThrow()
    expect(stage.portal.crm.deals).toEqual([])
    expect(stage.portal.journal.hits.at(-1)).toMatchObject({ status: 0, fault: 'cut-before', commands: [] })
    expect((await addDeal()).status).toBe(200)
  })

  test('cut after the write: no answer, and the deal is there', async () => {
    stage.portal.faults.add({ kind: 'cut-after', method: 'crm.item.add', count: 1 })
    await expect(addDeal('written')).rejects.toThrow()
    expect(stage.portal.crm.deals).toMatchObject([{ title: 'written' }])
    expect(stage.portal.journal.hits.at(-1)).toMatchObject({ status: 0, fault: 'cut-after' })
  })

  test('a batch may be cut half-way', async () => {
    stage.portal.faults.add({ kind: 'cut-after', method: 'crm.item.*', afterCommands: 2, count: 1 })
    const add = command('crm.item.add', { entityTypeId: 2, fields: { title: 'x' } })
    await expect(stage.batch([add, add, add, add])).rejects.toThrow()
    expect(stage.portal.crm.deals).toHaveLength(2)
  })

  test('502 with HTML before and after the work', async () => {
    stage.portal.faults.add({ kind: 'bad-gateway', count: 1 })
    const before = await addDeal()
    expect(before).toMatchObject({ status: 502, body: {} })
    expect(before.text).toContain('<html>')
    expect(stage.portal.crm.deals).toHaveLength(0)
    stage.portal.faults.add({ kind: 'bad-gateway-after', count: 1 })
    expect((await addDeal()).status).toBe(502)
    expect(stage.portal.crm.deals).toHaveLength(1)
  })

  test('a slow answer comes late, its write at once', async () => {
    stage.portal.faults.add({ kind: 'slow', ms: 150, count: 1 })
    const startedAt = performance.now()
    const pending = addDeal()
    await expect.poll(() => stage.portal.crm.deals.length, { interval: 5 }).toBe(1)
    expect((await pending).status).toBe(200)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(145)
  })
})

describe('refusals', () => {
  test('a burst of 503, then all is well', async () => {
    stage.portal.faults.add({ kind: 'rate-limit', count: 3 })
    const statuses = []
    for (let hit = 0; hit < 5; hit++) statuses.push((await addDeal()).status)
    expect(statuses).toEqual([503, 503, 503, 200, 200])
    expect(stage.portal.counts.refused).toBe(3)
  })

  test('429 of one method, alone and inside a batch', async () => {
    stage.portal.faults.add({ kind: 'operating-limit', method: 'crm.item.add' })
    expect(await addDeal()).toMatchObject({ status: 429, body: { error: 'OPERATION_TIME_LIMIT' } })
    const outcome = await stage.batch({
      a: command('crm.item.add', { entityTypeId: 2, fields: { title: 'x' } }),
      b: 'profile',
    })
    expect(outcome.result_error).toMatchObject({ a: { error: 'OPERATION_TIME_LIMIT' } })
    expect(outcome.result).toHaveProperty('b')
  })

  test('an empty error code, alone and in a row of a batch, writes nothing', async () => {
    stage.portal.faults.add({ kind: 'empty-error', method: 'crm.item.add', count: 2 })
    expect((await addDeal()).body).toEqual({ error: '', error_description: 'Not found' })
    const outcome = await stage.batch({
      a: command('crm.item.add', { entityTypeId: 2, fields: { title: 'x' } }),
    })
    expect(outcome).toMatchObject({
      result: [],
      result_error: { a: { error: '', error_description: 'Not found' } },
    })
    expect(stage.portal.crm.deals).toEqual([])
  })

  test('other refusals carry their documented status and code', async () => {
    for (const [kind, status, error] of [
      ['overload', 503, 'OVERLOAD_LIMIT'],
      ['portal-deleted', 403, 'PORTAL_DELETED'],
      ['server-error', 500, 'INTERNAL_SERVER_ERROR'],
      ['payment-required', 401, 'PAYMENT_REQUIRED'],
    ] as const) {
      stage.portal.faults.add({ kind, count: 1 })
      expect(await addDeal()).toMatchObject({ status, body: { error } })
    }
  })
})

describe('tokens', () => {
  test('an expired token stays expired until it is refreshed', async () => {
    stage.portal.faults.add({ kind: 'expired-token', count: 1 })
    expect(await addDeal()).toMatchObject({ status: 401, body: { error: 'expired_token' } })
    expect(await addDeal()).toMatchObject({ status: 401, body: { error: 'expired_token' } })
    const pair = await refresh()
    expect((await stage.call('profile', {}, { token: String(pair.body['access_token']) })).status).toBe(200)
  })

  test('a revoked token cannot be refreshed', async () => {
    stage.portal.faults.add({ kind: 'revoked-token', count: 1 })
    expect(await addDeal()).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
    expect(await refresh()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  test('invalid_grant may be forced without spending the token', async () => {
    stage.portal.faults.add({ kind: 'invalid-grant', count: 1 })
    expect(await refresh()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect((await refresh()).status).toBe(200)
    expect(
      stage.portal.journal.hits.filter(({ kind }) => kind === 'oauth').map(({ error }) => error),
    ).toEqual(['invalid_grant', null])
  })

  test('a refresh is cut only when the fault names it, and then the old token is spent', async () => {
    const all = stage.portal.faults.add({ kind: 'cut-after' })
    const pair = await refresh()
    expect(pair.status).toBe(200)
    stage.portal.faults.remove(all.id)
    stage.portal.faults.add({ kind: 'cut-after', method: 'oauth/token', count: 1 })
    const second = String(pair.body['refresh_token'])
    await expect(refresh(second)).rejects.toThrow()
    expect(await refresh(second)).toMatchObject({ body: { error: 'invalid_grant' } })
  })
})

describe('how often', () => {
  const strikes = (faults: ReturnType<typeof createFaults>, tries: number): number =>
    Array.from({ length: tries }, () => faults.strike(['slow'], ['crm.deal.add'], 0)).filter(Boolean).length

  test('the seeded dice repeat themselves and keep near the probability', () => {
    const [one, two] = [createFaults(7), createFaults(7)]
    for (const faults of [one, two]) faults.add({ kind: 'slow', probability: 0.3 })
    const first = strikes(one, 1000)
    expect(strikes(two, 1000)).toBe(first)
    expect(first).toBeGreaterThan(250)
    expect(first).toBeLessThan(350)
  })

  test('skip lets hits pass, count ends the fault, until too', () => {
    const faults = createFaults()
    faults.add({ kind: 'slow', skip: 2, count: 3 })
    expect(strikes(faults, 10)).toBe(3)
    faults.add({ kind: 'slow', until: 1000 })
    expect(faults.strike(['slow'], ['x'], 999)).toBeDefined()
    expect(faults.strike(['slow'], ['x'], 1000)).toBeUndefined()
  })

  test('patterns match whole names, several and with stars', () => {
    const faults = createFaults()
    faults.add({ kind: 'slow', method: 'crm.*.add, profile' })
    expect(faults.strike(['slow'], ['crm.deal.add'], 0)).toBeDefined()
    expect(faults.strike(['slow'], ['batch', 'profile'], 0)).toBeDefined()
    expect(faults.strike(['slow'], ['crm.deal.address'], 0)).toBeUndefined()
  })
})
