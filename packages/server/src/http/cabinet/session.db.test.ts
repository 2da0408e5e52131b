import { expect, it } from 'vitest'
import { cabinetWorld, OWNER } from '../../testing/cabinet-world.ts'

it('a session that is used goes on, one that is not ends, and its traces go', async () => {
  await using world = await cabinetWorld()
  const sessions = () =>
    world.signIns<{ id: string; expiresAt: Date }>('select id, "expiresAt" from auth.session')
  const [before] = await sessions()
  // Two days before its end the library lengthens it by what it was made for.
  await world.signIns(`update auth.session set "expiresAt" = now() + interval '2 days'`)
  const used = await world.owner.ask('GET', '/api/me')
  expect(used.headers.getSetCookie().some((line) => line.includes('session_token'))).toBe(true)
  const [lengthened] = await sessions()
  expect(lengthened!.expiresAt.getTime()).toBeGreaterThanOrEqual(before!.expiresAt.getTime())
  await world.signIns(`update auth.session set "expiresAt" = now() - interval '1 second'`)
  expect((await world.owner.ask('GET', '/api/me')).status).toBe(401)
  await world.stranger().call('POST', '/api/auth/sign-in/email', OWNER)
  expect((await sessions()).map((session) => session.id)).not.toContain(before!.id)
})

it('a refused sign-in takes as long for people who exist as for others', async () => {
  await using world = await cabinetWorld()
  const timeOf = async (email: string) => {
    const startedAt = performance.now()
    await world
      .stranger()
      .ask('POST', '/api/auth/sign-in/email', { body: { email, password: 'not-the-password' } })
    return performance.now() - startedAt
  }
  expect(await timeOf(OWNER.email)).toBeGreaterThan(390)
  expect(await timeOf('nobody@company.example')).toBeGreaterThan(390)
})

it('a nonsensical Host header is refused like any foreign one', async () => {
  await using world = await cabinetWorld()
  const answer = await world.stranger().ask('POST', '/api/auth/sign-in/email', {
    body: OWNER,
    headers: { 'sec-fetch-site': undefined, host: 'a b:c', origin: 'http://a b:c' },
  })
  expect(answer.status).toBe(403)
})
