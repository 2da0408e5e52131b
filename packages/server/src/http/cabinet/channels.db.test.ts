import { createHash } from 'node:crypto'
import { startTelegramEmulator, type TelegramEmulator } from '@trunkline/channels/telegram/emulator'
import { ChannelManifest } from '@trunkline/contracts/channel/manifest'
import { Channel, ChannelKey } from '@trunkline/contracts/http/channels'
import type { AuditEntry } from '@trunkline/contracts/http/people'
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CabinetWorld, cabinetWorld } from '../../testing/cabinet-world.ts'

let world: CabinetWorld
let telegram: TelegramEmulator
beforeAll(async () => {
  world = await cabinetWorld()
  telegram = await startTelegramEmulator()
})
afterAll(async () => {
  await telegram.stop()
  await world[Symbol.asyncDispose]()
})

const add = (type: string, title: string, settings: Record<string, unknown>) =>
  world.owner.call<Channel>('POST', '/api/channels', { type, title, settings })
const one = (id: string) => world.owner.call<Channel>('GET', `/api/channels/${id}`)

it('every type of channel is offered with the form it needs', async () => {
  const { data } = await world.owner.call<{ data: Static<typeof ChannelManifest>[] }>(
    'GET',
    '/api/channel-types',
  )
  expect(data.flatMap((manifest) => [...Value.Errors(ChannelManifest, manifest)])).toEqual([])
  expect(data.map((manifest) => manifest.type)).toEqual(['site-widget', 'telegram', 'client-api'])
})

describe('settings of a channel', () => {
  it('that do not fit are refused field by field, in both languages, and nothing is made', async () => {
    const before = await world.query<{ count: number }>('select count(*)::int as count from channels')
    const refused = await world.owner.ask('POST', '/api/channels', {
      body: { type: 'site-widget', title: 'Сайт', settings: { colour: 'red', allowedOrigins: [], wrong: 1 } },
    })
    expect(refused.status).toBe(422)
    const { errors } = refused.body as { errors: { pointer: string; message: { ru: string; en: string } }[] }
    expect(errors.map((error) => error.pointer).sort()).toEqual([
      '/settings/allowedOrigins',
      '/settings/colour',
      '/settings/wrong',
    ])
    for (const { message } of errors) expect(message.ru).not.toBe(message.en)
    expect(
      (await world.owner.ask('POST', '/api/channels', { body: { type: 'fax', title: 'Факс', settings: {} } }))
        .status,
    ).toBe(422)
    expect(await world.query('select count(*)::int as count from channels')).toEqual(before)
  })

  it('that are secret are sealed, never shown, and stay when left out', async () => {
    const channel = await add('telegram', 'Бот', telegram.settings)
    const token = String(telegram.settings['botToken'])
    expect(channel).toMatchObject({
      state: 'off',
      secretsSet: { botToken: true },
      health: { action: 'connect' },
    })
    expect([...Value.Errors(Channel, channel)]).toEqual([])
    await world.owner.call('PATCH', `/api/channels/${channel.id}`, {
      title: 'Наш бот',
      settings: { apiRoot: telegram.settings['apiRoot'] },
    })
    const after = await one(channel.id)
    expect(after).toMatchObject({ title: 'Наш бот', secretsSet: { botToken: true } })
    const [row] = await world.query<{ text: string }>(
      'select row_to_json(c)::text as text from channels c where id = $1',
      [channel.id],
    )
    const { data } = await world.owner.call<{ data: AuditEntry[] }>('GET', '/api/audit')
    for (const text of [JSON.stringify(after), row!.text, JSON.stringify(data)])
      expect(text).not.toContain(token)
    const emptied = await world.owner.ask('PATCH', `/api/channels/${channel.id}`, {
      body: { settings: { botToken: '' } },
    })
    expect(emptied.body).toMatchObject({ errors: [{ pointer: '/settings/botToken' }] })
    await world.owner.call('DELETE', `/api/channels/${channel.id}`)
  })
})

describe('a bot', () => {
  it('is connected, talks both ways, is checked and detached', async () => {
    const channel = await add('telegram', 'Бот', telegram.settings)
    const connected = await world.owner.call<Channel>('POST', `/api/channels/${channel.id}/connect`)
    expect(connected).toMatchObject({ state: 'connected', account: { externalId: String(telegram.bot.id) } })
    expect(connected.hookUrl).toBe(`${world.app.url}/hooks/${connected.publicKey}`)
    const person = telegram.person({ name: 'Вера' })
    person.start()
    await telegram.delivery.settled()
    await world.app.processAll()
    const { data } = await world.owner.call<{ data: { id: string; channel: { id: string } }[] }>(
      'GET',
      '/api/conversations',
    )
    expect(data.filter((row) => row.channel.id === channel.id)).toHaveLength(1)

    telegram.revokeToken()
    const checked = await world.owner.call<Channel>('POST', `/api/channels/${channel.id}/check`)
    expect(checked.health).toMatchObject({ state: 'needs-attention', action: 'edit' })
    expect(checked.health.reason?.ru).not.toBe('')
    await world.owner.call('DELETE', `/api/channels/${channel.id}`)
    expect((await world.owner.ask('GET', `/api/channels/${channel.id}`)).status).toBe(404)
    // What was said stays.
    expect((await world.owner.ask('GET', `/api/conversations/${data[0]!.id}`)).body).toMatchObject({
      can: { write: false },
    })
  })

  it('that another channel has is refused there, and stays where it was', async () => {
    const other = await startTelegramEmulator()
    const first = await add('telegram', 'Первый', other.settings)
    const second = await add('telegram', 'Второй', other.settings)
    await world.owner.call('POST', `/api/channels/${first.id}/connect`)
    const refused = await world.owner.call<Channel>('POST', `/api/channels/${second.id}/connect`)
    expect(refused).toMatchObject({ state: 'needs-attention', account: null, health: { action: 'edit' } })
    const goesOn = async () =>
      expect(await world.owner.call('POST', `/api/channels/${first.id}/check`)).toMatchObject({
        state: 'connected',
      })
    await goesOn()
    // Nor does another company that has the token turn the bot away.
    const foreigner = await world.foreigner()
    const theirs = await foreigner.call<Channel>('POST', '/api/channels', {
      type: 'telegram',
      title: 'Чужой',
      settings: other.settings,
    })
    const taken = await foreigner.call<Channel>('POST', `/api/channels/${theirs.id}/connect`)
    expect(taken).toMatchObject({ state: 'needs-attention', account: null, health: { action: 'edit' } })
    await goesOn()
    await other.stop()
  })
})

it('a key of the client API is shown once, kept as a hash, and opens nothing once revoked', async () => {
  const channel = await add('client-api', 'Приложение', {})
  const made = await world.owner.call<ChannelKey>('POST', `/api/channels/${channel.id}/keys`, {
    title: 'Сервер',
  })
  expect([...Value.Errors(ChannelKey, made)]).toEqual([])
  const listed = await world.owner.call<{ data: ChannelKey[] }>('GET', `/api/channels/${channel.id}/keys`)
  expect(listed.data).toMatchObject([
    { id: made.id, title: 'Сервер', prefix: made.key!.slice(0, made.prefix.length) },
  ])
  expect(JSON.stringify(listed)).not.toContain(made.key!)
  const hash = createHash('sha256').update(made.key!).digest()
  expect(
    await world.query('select title from channel_keys where hash = $1 and revoked_at is null', [hash]),
  ).toHaveLength(1)
  await world.owner.call('DELETE', `/api/channels/${channel.id}/keys/${made.id}`)
  expect(
    await world.query('select title from channel_keys where hash = $1 and revoked_at is null', [hash]),
  ).toHaveLength(0)
  expect((await world.owner.ask('DELETE', `/api/channels/${channel.id}/keys/${made.id}`)).status).toBe(404)
  const widget = await add('site-widget', 'Сайт', { allowedOrigins: ['https://site.example'] })
  expect(
    (await world.owner.ask('POST', `/api/channels/${widget.id}/keys`, { body: { title: 'Зачем' } })).status,
  ).toBe(422)
})
