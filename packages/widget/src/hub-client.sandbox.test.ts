// @vitest-environment happy-dom
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HubClient, hubClient } from './hub-client.ts'

/** What answers at the hub's address: the hub, or whatever stands in between. */
let answers: (request: IncomingMessage, response: ServerResponse) => void
let server: Server
let client: HubClient

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-allow-headers', '*')
    response.setHeader('access-control-expose-headers', 'retry-after')
    if (request.method === 'OPTIONS') return response.writeHead(204).end()
    request.resume().on('end', () => answers(request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  client = hubClient({
    hubUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    siteKey: 'key',
    locale: () => 'ru',
    token: () => undefined,
  })
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const upload = (signal = new AbortController().signal) =>
  client.upload(new File(['x'], 'a.txt'), () => undefined, signal)
const says = (status: number, body: string, headers: Record<string, string> = {}) => {
  answers = (_, response) => response.writeHead(status, headers).end(body)
}
const UNREACHABLE = { kind: 'unreachable' }

describe.each([
  ['a call', () => client.typing()],
  ['an upload', () => upload()],
] as const)('%s', (_, ask) => {
  test('ends with what the hub said', async () => {
    says(200, '{"id":"f1"}')
    expect(await ask()).toEqual({ kind: 'ok', value: { id: 'f1' } })
    says(429, '{"title":"Слишком часто"}', { 'retry-after': '7' })
    expect(await ask()).toEqual({
      kind: 'refused',
      status: 429,
      title: 'Слишком часто',
      fields: {},
      retryAfterMs: 7000,
    })
    says(422, '{"title":"Нет","errors":[{"pointer":"/phone","message":{"ru":"Проверьте номер"}}]}')
    expect(await ask()).toMatchObject({ title: 'Проверьте номер', fields: { phone: 'Проверьте номер' } })
  })

  test.each([
    ['a page', '<!doctype html><title>Wi-Fi</title>'],
    ['nothing', ''],
    ['JSON that is no answer', 'null'],
  ])('ends as unreachable where somebody else answers 200 with %s', async (__, body) => {
    says(200, body)
    expect(await ask()).toEqual(UNREACHABLE)
  })

  test.each([
    '<h1>Bad gateway</h1>',
    '{"errors":["no"]}',
    '{"errors":{"a":1}}',
    '[null]',
    '{"errors":[null]}',
  ])('ends as refused where somebody else refuses with %s', async (body) => {
    says(502, body)
    expect(await ask()).toEqual({ kind: 'refused', status: 502, title: '', fields: {} })
  })

  test('ends as unreachable when the connection breaks', async () => {
    answers = (request) => request.socket.destroy()
    expect(await ask()).toEqual(UNREACHABLE)
  })
})

test('an upload that the visitor takes back ends at once', async () => {
  const stop = new AbortController()
  answers = () => stop.abort()
  expect(await upload(stop.signal)).toEqual(UNREACHABLE)
})

test('a call that the hub answers without words succeeds', async () => {
  says(204, '')
  expect(await client.typing()).toEqual({ kind: 'ok', value: undefined })
})
