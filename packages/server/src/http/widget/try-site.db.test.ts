import { randomUUID } from 'node:crypto'
import type { Channel } from '@trunkline/contracts/http/channels'
import type { ConversationRow } from '@trunkline/contracts/http/conversations'
import type { Home } from '@trunkline/contracts/http/journal'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CabinetWorld, cabinetWorld } from '../../testing/cabinet-world.ts'

const SITE = 'https://shop.example'

let world: CabinetWorld
let channel: Channel

beforeAll(async () => {
  world = await cabinetWorld()
  channel = await world.owner.call<Channel>('POST', '/api/channels', {
    type: 'site-widget',
    title: 'Чат <на> сайте',
    settings: { allowedOrigins: [SITE], title: '<b>Чат</b>', offlineForm: 'off' },
  })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const page = () => `/try/${channel.publicKey}`
const rows = async () =>
  (await world.owner.call<{ data: ConversationRow[] }>('GET', '/api/conversations?status=all')).data
const today = async () => (await world.owner.call<Home>('GET', '/api/home')).today

/** A message as the widget sends it from a page of this origin. */
async function chat(origin: string, more: object = {}): Promise<number> {
  const response = await fetch(`${world.app.url}/widget/v1/${channel.publicKey}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({
      clientId: randomUUID(),
      text: 'Есть кто?',
      fileIds: [],
      sentAt: new Date().toISOString(),
      context: { pageUrl: `${origin}${page()}`, ...more },
    }),
  })
  await world.app.processAll()
  return response.status
}

/** The page's form as a browser posts it. */
async function sendForm(html: string): Promise<Response> {
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
  const fields = Object.fromEntries(hidden.map(([, name, value]) => [name, value]))
  const response = await fetch(`${world.app.url}${/<form method="post" action="([^"]+)"/.exec(html)?.[1]}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'text/html', origin: world.app.url, referer: `${world.app.url}${page()}` },
    body: new URLSearchParams({ ...fields, name: 'Анна', phone: '+7 900 000-00-01', consent: 'on' }),
  })
  await world.app.processAll()
  return response
}

describe('the test site of a site chat', () => {
  it('carries the widget and the request form, and obeys a strict policy', async () => {
    const { status, headers, body } = await world.owner.ask('GET', page())
    const html = String(body)
    expect(status).toBe(200)
    expect(html).toContain(`src="/widget/widget.js" data-key="${channel.publicKey}"`)
    expect(html).toContain('name="phone" required')
    expect(html).toContain('передаётся как настоящее')
    expect(html).toContain('&#60;b&#62;Чат')
    const nonce = /<script nonce="([^"]+)"/.exec(html)?.[1]
    expect(headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'nonce-${nonce}'`,
      `style-src 'nonce-${nonce}'`,
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ])
    const again = String((await world.owner.ask('GET', page())).body)
    expect(/<script nonce="([^"]+)"/.exec(again)?.[1]).not.toBe(nonce)
    // With the default of the other pages the browser would post the form with the origin `null`.
    expect(headers.get('referrer-policy')).toBe('same-origin')
  })

  it('is for people of its company alone', async () => {
    const stranger = await world.stranger().ask('GET', page())
    expect([stranger.status, stranger.headers.get('location')]).toEqual([302, '/cabinet/'])
    expect((await (await world.foreigner()).ask('GET', page())).status).toBe(404)
    expect((await world.owner.ask('GET', '/try/nothing-of-ours-here-00000')).status).toBe(404)
    expect((await (await world.colleague('operator')).ask('GET', page())).status).toBe(200)
  })

  it('a chat and a request from it come to the inbox as tests, meet the same rules, and are not counted', async () => {
    expect(await chat(world.app.url)).toBe(200)
    const sent = await sendForm(String((await world.owner.ask('GET', page())).body))
    expect([sent.status, sent.headers.get('location')]).toEqual([303, `${world.app.url}${page()}?sent=1`])
    expect(String((await world.owner.ask('GET', `${page()}?sent=1`)).body)).toContain('Заявка отправлена.')
    expect((await rows()).map(({ kind, isTest }) => [kind, isTest])).toEqual(
      expect.arrayContaining([
        ['chat', true],
        ['request', true],
      ]),
    )
    expect(await today()).toMatchObject({ conversations: 0, messages: 0, entities: 0 })

    expect(await chat(SITE)).toBe(200)
    const all = await rows()
    expect(all.map(({ isTest }) => isTest).sort()).toEqual([false, true, true])
    const [real, test] = [false, true].map((isTest) =>
      all.find((one) => one.kind === 'chat' && one.isTest === isTest),
    )
    expect(test?.transfer).toBe(real?.transfer)
    expect(await today()).toMatchObject({ conversations: 1, messages: 1 })
  })

  it('no page of another site makes its conversations tests, nor gets in through ours', async () => {
    const before = (await rows()).filter(({ isTest }) => isTest).length
    expect(await chat(SITE, { extra: { testSite: 'yes' } })).toBeGreaterThanOrEqual(200)
    expect(await chat('https://evil.example')).toBe(403)
    expect((await rows()).filter(({ isTest }) => isTest)).toHaveLength(before)
  })
})
