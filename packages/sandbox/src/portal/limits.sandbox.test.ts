import { afterEach, expect, test } from 'vitest'
import { startTestPortal, type TestPortal } from './test-portal.ts'

let stage: TestPortal | undefined
afterEach(() => stage?.sandbox.stop())

async function hits(count: number, source?: string): Promise<number[]> {
  const replies = await Promise.all(
    Array.from({ length: count }, () =>
      stage?.call('server.time', {}, source === undefined ? {} : { source }),
    ),
  )
  return replies.map((reply) => reply?.status ?? 0)
}

test('fifty hits pass, then 503 QUERY_LIMIT_EXCEEDED; a second later two more pass', async () => {
  stage = await startTestPortal()
  const statuses = await hits(60)
  expect(statuses.filter((status) => status === 200)).toHaveLength(50)
  expect(await stage.call('profile')).toMatchObject({
    status: 503,
    body: { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' },
  })
  expect(stage.portal.counts.refused).toBe(11)
  expect(stage.portal.journal.hits.at(-1)).toMatchObject({ refused: true, status: 503, commands: [] })
  stage.clock.advance(1000)
  expect((await hits(4)).filter((status) => status === 200)).toHaveLength(2)
})

test('each source has its own bucket, and all applications behind a source share it', async () => {
  stage = await startTestPortal()
  await hits(50, 'server-1')
  expect(await hits(1, 'server-1')).toEqual([503])
  expect(await hits(1, 'server-2')).toEqual([200])
  const other = stage.sandbox.registerApp({
    clientId: 'other',
    clientSecret: 's',
    redirectUri: '',
    scope: ['crm'],
    title: 'O',
  })
  const { access_token: token } = other.grant(stage.portal)
  expect((await stage.call('profile', {}, { token, source: 'server-1' })).status).toBe(503)
})

test('an enterprise portal takes 250 and leaks five a second', async () => {
  stage = await startTestPortal({ portal: { plan: 'enterprise' } })
  expect((await hits(260)).filter((status) => status === 200)).toHaveLength(250)
  stage.clock.advance(1000)
  expect((await hits(8)).filter((status) => status === 200)).toHaveLength(5)
})

test('480 seconds of one method block that method only, inside batches too, until the minute leaves', async () => {
  stage = await startTestPortal({
    portal: { plan: 'enterprise' },
    settings: { costSeconds: { 'server.time': 240 } },
  })
  await stage.ok('server.time')
  expect((await stage.call('server.time')).body['time']).toMatchObject({ operating: 480 })
  expect(await stage.call('server.time')).toMatchObject({
    status: 429,
    body: {
      error: 'OPERATION_TIME_LIMIT',
      error_description: 'Method is blocked due to operation time limit.',
    },
  })
  const { result, result_error: errors } = await stage.batch({ a: 'server.time', b: 'profile' })
  expect(errors).toMatchObject({ a: { error: 'OPERATION_TIME_LIMIT' } })
  expect(result).toHaveProperty('b')
  stage.clock.advance(600_000)
  expect((await stage.call('server.time')).status).toBe(200)
})

test('real latency waits for the simulated run time', async () => {
  stage = await startTestPortal({ settings: { realLatency: 0.5, costSeconds: { profile: 0.2 } } })
  const startedAt = performance.now()
  await stage.ok('profile')
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(95)
})
