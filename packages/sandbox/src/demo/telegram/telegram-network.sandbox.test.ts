import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { playScenario, scenarioNames } from '../scenario.ts'
import { startTelegramNetwork, type TelegramNetwork } from './telegram-network.ts'

let folder: string
let network: TelegramNetwork
let bot: {
  server: Server
  url: string
  taken: { message?: { text?: string; photo?: { file_id: string }[] } }[]
  isUp: boolean
}

const start = (): Promise<TelegramNetwork> =>
  startTelegramNetwork({ port: 0, memoryFile: join(folder, 'telegram.json'), botName: 'Bot' })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telegram-'))
  const taken: (typeof bot)['taken'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (bot.isUp) taken.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as (typeof taken)[number])
      response.writeHead(bot.isUp ? 200 : 503).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  bot = { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, taken, isUp: true }
  network = await start()
})
afterEach(async () => {
  await network.stop()
  await new Promise((resolve) => bot.server.close(resolve))
  await rm(folder, { recursive: true })
})

async function call(method: string, parameters: object): Promise<{ ok: boolean; result?: unknown }> {
  const response = await fetch(`${network.url}/bot${network.settings.botToken}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  })
  return (await response.json()) as { ok: boolean; result?: unknown }
}
const texts = (): (string | undefined)[] => bot.taken.map(({ message }) => message?.text)

describe('the pretend Telegram of the demo', () => {
  it('is the same bot with the same talks after a restart, and delivers what was not taken before', async () => {
    await call('setWebhook', { url: bot.url, secret_token: 'secret' })
    const { id } = network.person('Анна Петрова')
    network.write(id, 'один')
    await vi.waitFor(() => expect(texts()).toEqual(['один']))
    bot.isUp = false
    network.write(id, 'два')
    network.write(id, 'три')
    const { botToken } = network.settings
    await network.stop()

    bot.isUp = true
    network = await start()
    expect(network.settings.botToken).toBe(botToken)
    await vi.waitFor(() => expect(texts()).toEqual(['один', 'два', 'три']))
    expect(await call('sendMessage', { chat_id: id, text: 'ответ' })).toMatchObject({ ok: true })
    expect(network.talks[0]?.lines.map((line) => [line.mine, line.text])).toEqual([
      [true, 'один'],
      [true, 'два'],
      [true, 'три'],
      [false, 'ответ'],
    ])
  })

  it('hands out a picture after a restart', async () => {
    const { id } = network.person('Анна')
    const bytes = Buffer.from([1, 2, 3, 250])
    network.sendPhoto(id, { bytes, caption: 'вот' })
    await call('setWebhook', { url: bot.url })
    await vi.waitFor(() => expect(bot.taken).toHaveLength(1))
    await network.stop()
    network = await start()
    const { result } = await call('getFile', { file_id: bot.taken[0]?.message?.photo?.[0]?.file_id })
    const path = (result as { file_path: string }).file_path
    const file = await fetch(`${network.url}/file/bot${network.settings.botToken}/${path}`)
    expect(Buffer.from(await file.arrayBuffer())).toEqual(bytes)
  })

  it('lets the whole scenario happen in the order of each talk', async () => {
    await call('setWebhook', { url: bot.url })
    const played = await playScenario({
      language: 'ru',
      pace: 0.001,
      cast: (name) => {
        const { id } = network.person(name)
        return {
          write: (text) => network.write(id, text),
          sharePhone: () => network.sharePhone(id),
          sendPhoto: (caption) => network.sendPhoto(id, { bytes: new Uint8Array([1]), caption }),
        }
      },
    })
    await vi.waitFor(() => expect(bot.taken).toHaveLength(played))
    expect(new Set(network.talks.map(({ person }) => person.name))).toEqual(new Set(scenarioNames('ru')))
    const numbers = new Map<number, number[]>()
    for (const { message } of bot.taken as { message: { message_id: number; chat: { id: number } } }[])
      numbers.set(message.chat.id, [...(numbers.get(message.chat.id) ?? []), message.message_id])
    for (const seen of numbers.values()) expect(seen).toEqual(seen.toSorted((left, right) => left - right))
  })

  it('refuses a foreign token and does not answer other addresses', async () => {
    expect((await fetch(`${network.url}/bot1:wrong/getMe`)).status).toBe(401)
    expect((await fetch(`${network.url}/anything`)).status).toBe(404)
  })
})
