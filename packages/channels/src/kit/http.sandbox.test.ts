import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { HubError } from '@trunkline/contracts/errors'
import { afterEach, describe, expect, test } from 'vitest'
import { type EmulatorRequest, startEmulatorServer } from './emulator-server.ts'
import { callHttp, classifyNetworkError, retryAfterMs } from './http.ts'
import { multipartBody } from './multipart.ts'

const signal = new AbortController().signal
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A socket server that hangs up in its own way. */
async function rude(onConnection: 'close-at-once' | 'close-after-bytes'): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    if (onConnection === 'close-at-once') socket.once('data', () => socket.end())
    else socket.once('data', () => socket.resetAndDestroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return (server.address() as AddressInfo).port
}

describe('how a call ends', () => {
  test('a refused connection was surely not sent', async () => {
    const closed = await startEmulatorServer(() => 'cut')
    await closed.stop()
    const call = { method: 'POST' as const, url: closed.url, body: '{}', timeoutMs: 5000, signal }
    expect(await callHttp(fetch, call)).toEqual({ kind: 'not-sent', reason: 'ECONNREFUSED' })
  })

  test('a name that does not exist was surely not sent', async () => {
    const call = { method: 'GET' as const, url: 'http://nobody.invalid/', timeoutMs: 5000, signal }
    expect(await callHttp(fetch, call)).toMatchObject({ kind: 'not-sent' })
  })

  test('a hang-up in the middle of the TLS handshake was surely not sent', async () => {
    const port = await rude('close-at-once')
    const call = { method: 'POST' as const, url: `https://127.0.0.1:${port}/`, timeoutMs: 5000, signal }
    expect(await callHttp(fetch, call)).toMatchObject({ kind: 'not-sent' })
  })

  test.each(['close-at-once', 'close-after-bytes'] as const)(
    'a connection dropped after the request left (%s) may have been done',
    async (way) => {
      const port = await rude(way)
      const call = { method: 'POST' as const, url: `http://127.0.0.1:${port}/`, timeoutMs: 5000, signal }
      expect(await callHttp(fetch, call)).toMatchObject({ kind: 'lost' })
    },
  )

  test('an answer that does not come in time may have been done', async () => {
    const server = await startEmulatorServer(() => new Promise(() => undefined))
    stops.push(server.stop)
    const call = { method: 'POST' as const, url: server.url, timeoutMs: 50, signal }
    expect(await callHttp(fetch, call)).toEqual({ kind: 'lost', reason: 'TIMEOUT' })
  })

  test('a call that was given up before it began was surely not sent', async () => {
    const call = {
      method: 'GET' as const,
      url: 'http://127.0.0.1:1/',
      timeoutMs: 50,
      signal: AbortSignal.abort(),
    }
    expect(await callHttp(fetch, call)).toEqual({ kind: 'not-sent', reason: 'ABORTED' })
  })

  test('a redirect is an answer and is not followed', async () => {
    const server = await startEmulatorServer(() => ({ status: 302, headers: { location: '/elsewhere' } }))
    stops.push(server.stop)
    const call = { method: 'GET' as const, url: server.url, timeoutMs: 5000, signal }
    expect(await callHttp(fetch, call)).toMatchObject({ kind: 'answered', status: 302 })
  })

  test('a refusal of our own address guard keeps its certainty', () => {
    const wrapped = new TypeError('fetch failed', { cause: new HubError('portal/private-address') })
    expect(classifyNetworkError(wrapped)).toEqual({ certain: true, reason: 'portal/private-address' })
  })

  test('an error that nobody knows is not certain', () => {
    for (const strange of [new Error('x'), 'x', undefined, { code: 'EPIPE' }, new AggregateError([])]) {
      expect(classifyNetworkError(strange).certain).toBe(false)
    }
  })
})

test('Retry-After is read as seconds and as a date, and never asks for more than an hour', () => {
  const nowMs = Date.parse('2026-11-20T10:00:00Z')
  const after = (value: string) => retryAfterMs(new Headers({ 'retry-after': value }), nowMs)
  expect(after('7')).toBe(7000)
  expect(after('Fri, 20 Nov 2026 10:00:30 GMT')).toBe(30_000)
  expect(after('Fri, 20 Nov 2026 09:00:00 GMT')).toBe(0)
  expect(after('999999')).toBe(3_600_000)
  expect(after('soon')).toBeUndefined()
  expect(retryAfterMs(new Headers(), nowMs)).toBeUndefined()
})

test('a streamed form arrives as it was, whatever the name of the file', async () => {
  const seen: EmulatorRequest[] = []
  const server = await startEmulatorServer((request) => {
    seen.push(request)
    return { status: 200, body: '{}' }
  })
  stops.push(server.stop)
  const bytes = new TextEncoder().encode('--\r\n'.repeat(50_000))
  const form = multipartBody(
    { caption: 'Привет\r\n"мир"' },
    {
      field: 'document',
      name: 'имя "с" кавычками.txt',
      mime: 'text/plain',
      stream: new Blob([bytes]).stream(),
    },
  )
  const headers = { 'content-type': form.contentType }
  await callHttp(fetch, {
    method: 'POST',
    url: server.url,
    headers,
    body: form.body,
    timeoutMs: 5000,
    signal,
  })
  const request = new Request('http://x/', {
    method: 'POST',
    headers: { 'content-type': seen[0]!.headers['content-type']! },
    body: new Uint8Array(seen[0]!.body),
  })
  const read = await request.formData()
  expect(read.get('caption')).toBe('Привет\r\n"мир"')
  const file = read.get('document') as File
  expect(file.name).toBe("имя 'с' кавычками.txt")
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes)
})
