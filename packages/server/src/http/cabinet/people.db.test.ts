import { createHmac, randomUUID } from 'node:crypto'
import type { AuditEntry, Me, Member } from '@trunkline/contracts/http/people'
import {
  AuditEntry as AuditSchema,
  Member as MemberSchema,
  Me as MeSchema,
} from '@trunkline/contracts/http/people'
import { Problem } from '@trunkline/contracts/http/shared'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CabinetClient } from '../../testing/cabinet-client.ts'
import { type CabinetRoute, cabinetRouteTable } from '../../testing/cabinet-route-table.ts'
import { type CabinetWorld, cabinetWorld, OWNER } from '../../testing/cabinet-world.ts'
import type { Allowed } from './door.ts'

let world: CabinetWorld
beforeAll(async () => {
  world = await cabinetWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

describe('the first visit', () => {
  it('makes one owner even when ten people come at one moment, and nobody afterwards', async () => {
    await using fresh = await cabinetWorld({ isSetUp: false })
    expect(await fresh.stranger().call('GET', '/api/setup')).toEqual({ needsOwner: true })
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        fresh.stranger().ask('POST', '/api/setup', {
          body: {
            company: 'Ромашка',
            name: `Owner ${n}`,
            email: `owner${n}@company.example`,
            password: 'a-long-password',
            locale: 'ru',
          },
        }),
      ),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array(9).fill(409)])
    expect(await fresh.stranger().call('GET', '/api/setup')).toEqual({ needsOwner: false })
  })

  it('signs the owner in at once and says who they are', async () => {
    const me = await world.owner.call<Me>('GET', '/api/me')
    expect(Value.Errors(MeSchema, me)).toEqual([])
    expect(me).toMatchObject({
      name: OWNER.name,
      role: 'owner',
      locale: 'ru',
      workspace: { name: 'Ромашка' },
    })
  })

  it('tells in both languages which fields are wrong', async () => {
    const answer = await world
      .stranger()
      .ask('POST', '/api/setup', { body: { company: '', email: 'no', locale: 'ru' } })
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(Value.Errors(Problem, answer.body)).toEqual([])
    const { errors } = answer.body as { errors: { pointer: string; message: { ru: string; en: string } }[] }
    expect(errors.map((error) => error.pointer).sort()).toEqual(['/company', '/email', '/name', '/password'])
    expect(errors.find((error) => error.pointer === '/email')?.message).toEqual({
      ru: 'Введите адрес почты',
      en: 'Enter an e-mail address',
    })
  })
})

describe('signing in', () => {
  it('keeps the session in a cookie that scripts cannot read, and nowhere in the answer', async () => {
    const answer = await world.stranger().ask('POST', '/api/auth/sign-in/email', { body: OWNER })
    expect(answer.status).toBe(200)
    const [session] = answer.headers.getSetCookie().filter((line) => line.includes('session_token'))
    expect(session).toMatch(/; HttpOnly/i)
    expect(session).toMatch(/; SameSite=Lax/i)
    const token = /session_token=([^.;]+)/.exec(session ?? '')?.[1] ?? 'none'
    expect(JSON.stringify(answer.body)).not.toContain(token)
  })

  it('says the same for a wrong password and for a person who is not there', async () => {
    const wrong = await world
      .stranger()
      .ask('POST', '/api/auth/sign-in/email', { body: { ...OWNER, password: 'not-the-password' } })
    const nobody = await world.stranger().ask('POST', '/api/auth/sign-in/email', {
      body: { email: 'nobody@company.example', password: 'not-the-password' },
    })
    const told = ({ status, body }: typeof wrong) => [status, (body as { code: string }).code]
    expect(told(wrong)).toEqual([401, 'auth/refused'])
    expect(told(nobody)).toEqual(told(wrong))
  })

  it('puts successes and failures in the audit', async () => {
    const { data } = await world.owner.call<{ data: AuditEntry[] }>('GET', '/api/audit')
    expect(data.flatMap((entry) => [...Value.Errors(AuditSchema, entry)])).toEqual([])
    expect(data.map((entry) => entry.action)).toEqual(
      expect.arrayContaining(['workspace-created', 'sign-in', 'sign-in-failed']),
    )
    expect(JSON.stringify(data)).not.toContain('not-the-password')
  })

  it('stops guessing at one address, wherever the guesses come from', async () => {
    await using fresh = await cabinetWorld({ env: { TRUST_PROXY: '1' } })
    const statuses: number[] = []
    for (let n = 0; n < 14; n++) {
      const answer = await fresh.stranger().ask('POST', '/api/auth/sign-in/email', {
        body: { ...OWNER, password: 'guess-number-nine' },
        headers: { 'x-forwarded-for': `203.0.113.${n}` },
      })
      statuses.push(answer.status)
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(statuses.slice(0, 9)).toEqual(Array(9).fill(401))
    expect(statuses.slice(-2)).toEqual([429, 429])
  })

  it('does not answer parts of the library that the cabinet does not use', async () => {
    for (const path of [
      'sign-up/email',
      'update-user',
      'delete-user',
      'list-sessions',
      'request-password-reset',
    ])
      expect((await world.owner.ask('POST', `/api/auth/${path}`, { body: {} })).status, path).toBe(404)
  })
})

describe('the second factor', () => {
  it('is asked for once it is on; a backup code opens once', async () => {
    const person = await world.colleague('operator')
    const password = 'another-long-one'
    const { email } = await person.call<Me>('GET', '/api/me')
    const wrong = await person.ask('POST', '/api/auth/two-factor/enable', {
      body: { password: 'not-the-password' },
    })
    expect(wrong.body).toMatchObject({ code: 'request/invalid', errors: [{ pointer: '/password' }] })
    const enabled = await person.call<{ totpURI: string; backupCodes: string[] }>(
      'POST',
      '/api/auth/two-factor/enable',
      { password },
    )
    const wrongCode = await person.ask('POST', '/api/auth/two-factor/verify-totp', {
      body: { code: '000000' },
    })
    expect(wrongCode.status).toBe(401)
    const { data: refused } = await world.owner.call<{ data: AuditEntry[] }>('GET', '/api/audit')
    const { name } = await person.call<Me>('GET', '/api/me')
    expect(refused.slice(0, 2)).toMatchObject([
      { action: 'two-factor-refused', actorName: name, details: { step: 'code' } },
      { action: 'two-factor-refused', actorName: name, details: { step: 'password' } },
    ])
    await person.call('POST', '/api/auth/two-factor/verify-totp', { code: totp(enabled.totpURI) })
    expect(await person.call('GET', '/api/me')).toMatchObject({ twoFactorEnabled: true })

    const browser = world.stranger()
    expect(await browser.call('POST', '/api/auth/sign-in/email', { email, password })).toMatchObject({
      twoFactorRedirect: true,
    })
    expect((await browser.ask('GET', '/api/me')).status).toBe(401)
    expect(
      (await browser.ask('POST', '/api/auth/two-factor/verify-totp', { body: { code: '000000' } })).status,
    ).toBe(401)
    const { data: audit } = await world.owner.call<{ data: AuditEntry[] }>('GET', '/api/audit')
    expect(audit[0]).toMatchObject({
      action: 'sign-in-failed',
      subject: (await person.call<Me>('GET', '/api/me')).name,
      actorName: null,
      details: { step: 'second-factor' },
    })
    await browser.call('POST', '/api/auth/two-factor/verify-totp', { code: totp(enabled.totpURI) })
    expect((await browser.ask('GET', '/api/me')).status).toBe(200)

    const code = enabled.backupCodes[0]
    const statuses: number[] = []
    for (let n = 0; n < 2; n++) {
      const other = world.stranger()
      await other.call('POST', '/api/auth/sign-in/email', { email, password })
      statuses.push(
        (await other.ask('POST', '/api/auth/two-factor/verify-backup-code', { body: { code } })).status,
      )
    }
    expect(statuses).toEqual([200, 401])
  })
})

/** Code of a refusal for want of a role. */
const REFUSED = 'auth/forbidden'

describe('roles', () => {
  it('what is open to everybody and to operators is written here; every other route wants an administrator', async () => {
    const routes = await cabinetRouteTable(world.app.context)
    const allowing = (allow: Allowed) => routes.filter((route) => route.allow === allow)
    expect(names(allowing('anybody'))).toEqual([
      'GET /api/auth/get-session',
      'GET /api/setup',
      'POST /api/auth/change-password',
      'POST /api/auth/sign-in/email',
      'POST /api/auth/sign-out',
      'POST /api/auth/two-factor/disable',
      'POST /api/auth/two-factor/enable',
      'POST /api/auth/two-factor/verify-backup-code',
      'POST /api/auth/two-factor/verify-totp',
      'POST /api/setup',
    ])
    expect(names(allowing('operator'))).toEqual([
      'GET /api/attachments/:id',
      'GET /api/channel-types',
      'GET /api/channels',
      'GET /api/conversations',
      'GET /api/conversations/:id',
      'GET /api/conversations/:id/messages',
      'GET /api/conversations/:id/why',
      'GET /api/conversations/counts',
      'GET /api/events',
      'GET /api/frame-link',
      'GET /api/home',
      'GET /api/journal',
      'GET /api/journal/:eventId',
      'GET /api/me',
      'GET /api/members',
      'GET /api/tags',
      'PATCH /api/contacts/:id',
      'PATCH /api/conversations/:id/request',
      'PATCH /api/conversations/:id/tags',
      'PATCH /api/me',
      'POST /api/attachments',
      'POST /api/conversations/:id/assign',
      'POST /api/conversations/:id/close',
      'POST /api/conversations/:id/messages',
      'POST /api/conversations/:id/messages/:messageId/retry',
      'POST /api/conversations/:id/move-transcript',
      'POST /api/conversations/:id/read',
      'POST /api/conversations/:id/transfer/retry',
      'POST /api/conversations/:id/typing',
      'POST /api/frame-link',
      'POST /api/journal/:eventId/retry',
    ])
    expect(names(allowing('owner'))).toEqual([])
  })

  it('each route takes the roles it says, and nobody who is signed out', async () => {
    const administrator = await world.colleague('administrator')
    const operator = await world.colleague('operator')
    const routes = (await cabinetRouteTable(world.app.context)).filter(({ allow }) => allow !== 'anybody')
    for (const { name, method, url, allow } of routes) {
      const path = url.replace(':section', 'main').replace(/:\w+/g, () => randomUUID())
      const code = async (client: CabinetClient) => {
        if (url === '/api/events') return streamCode(client)
        const { body } = await client.ask(method, path, method === 'GET' ? {} : { body: {} })
        return (body as { code?: string } | undefined)?.code
      }
      expect(await code(world.stranger()), name).toBe('auth/signed-out')
      const asOperator = await code(operator)
      if (allow === 'administrator') expect(asOperator, name).toBe(REFUSED)
      else expect(asOperator, name).not.toBe(REFUSED)
      expect([REFUSED, 'auth/signed-out'], name).not.toContain(await code(administrator))
    }
  })

  it('nobody gives a role above their own, owners stay, the last one for good', async () => {
    const administrator = await world.colleague('administrator')
    const { userId: ownerId } = await world.owner.call<Me>('GET', '/api/me')
    const person = {
      name: 'Новый',
      email: 'new@company.example',
      password: 'ten-characters-at-least',
      role: 'owner',
    }
    expect((await administrator.ask('POST', '/api/members', { body: person })).status).toBe(403)
    expect(
      (await administrator.ask('PATCH', `/api/members/${ownerId}`, { body: { role: 'operator' } })).status,
    ).toBe(403)
    expect((await administrator.ask('DELETE', `/api/members/${ownerId}`)).status).toBe(403)
    expect(
      (await world.owner.ask('PATCH', `/api/members/${ownerId}`, { body: { role: 'administrator' } })).status,
    ).toBe(403)
    expect((await world.owner.ask('DELETE', `/api/members/${ownerId}`)).status).toBe(403)
    const members = await world.owner.call<{ data: Member[] }>('GET', '/api/members')
    expect(members.data.flatMap((member) => [...Value.Errors(MemberSchema, member)])).toEqual([])
    expect(members.data.filter((member) => member.role === 'owner')).toHaveLength(1)
  })

  it('an address that somebody has is refused at its field', async () => {
    const answer = await world.owner.ask('POST', '/api/members', {
      body: {
        name: 'Двойник',
        email: OWNER.email.toUpperCase(),
        password: 'ten-characters-at-least',
        role: 'operator',
      },
    })
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/email' }] })
  })

  it('who is taken out is out at once, in every browser', async () => {
    const operator = await world.colleague('operator')
    expect((await operator.ask('GET', '/api/me')).status).toBe(200)
    await world.owner.call('DELETE', `/api/members/${operator.userId}`)
    expect((await operator.ask('GET', '/api/me')).status).toBe(401)
    expect((await operator.ask('GET', '/api/conversations')).status).toBe(401)
  })
})

describe('a foreign site', () => {
  it('changes nothing: no header of ours, another origin, a form, a frame of a neighbour', async () => {
    const attempts: Record<string, string | undefined>[] = [
      { 'x-trunkline': undefined },
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': undefined, origin: 'https://evil.example' },
      { 'sec-fetch-site': undefined, origin: undefined },
      // A name that somebody points at this machine is not ours.
      { 'sec-fetch-site': undefined, origin: 'http://evil.example', host: 'evil.example' },
    ]
    for (const headers of attempts) {
      const answer = await world.owner.ask('PATCH', '/api/me', { body: { name: 'Взломан' }, headers })
      expect([answer.status, (answer.body as { code: string }).code], JSON.stringify(headers)).toEqual([
        403,
        'auth/cross-site',
      ])
    }
    const signIn = await world.stranger().ask('POST', '/api/auth/sign-in/email', {
      body: OWNER,
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    })
    expect(signIn.status).toBe(403)
    expect(await world.owner.call('GET', '/api/me')).toMatchObject({ name: OWNER.name })
  })

  it('a page of ours in a browser without fetch metadata is let in by its origin', async () => {
    const answer = await world.owner.ask('PATCH', '/api/me', {
      body: { locale: 'en' },
      headers: { 'sec-fetch-site': undefined },
    })
    expect([answer.status, (answer.body as Me).locale]).toEqual([200, 'en'])
  })
})

const names = (routes: readonly CabinetRoute[]) => routes.map(({ name }) => name).sort()

/** A stream has no end: that it begins is enough. */
async function streamCode(client: CabinetClient): Promise<string | undefined> {
  const stop = new AbortController()
  const answer = await fetch(`${world.app.url}/api/events`, {
    headers: { cookie: client.cookie() },
    signal: stop.signal,
  })
  if (!answer.ok) return ((await answer.json()) as { code: string }).code
  stop.abort()
  return undefined
}

/** The code that an authenticator app shows now. Source: RFC 6238 with the defaults of RFC 4226: SHA-1, 30 s, 6 digits. */
function totp(uri: string): string {
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const bits = [...secret]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const at = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
