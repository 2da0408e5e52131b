import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { startSandbox } from '@trunkline/sandbox'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { canonicalOrigin } from './domain.ts'
import { refresh } from './oauth.ts'
import { probePortal } from './probe-portal.ts'
import { createTransport, isCloudHost, type Transport, TransportFailure } from './transport.ts'
import { whoIs } from './who-is.ts'

async function server(
  handle: (request: IncomingMessage, body: string, response: ServerResponse) => void,
): Promise<string> {
  const http = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => handle(request, body, response))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
  })
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

function transport(options: Partial<Parameters<typeof createTransport>[0]> = {}): Transport {
  const http = createTransport({ allowPrivate: true, timeoutMs: 2_000, ...options })
  onTestFinished(() => http.close())
  return http
}

async function failure(promise: Promise<unknown>): Promise<TransportFailure> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(TransportFailure)
  return error as TransportFailure
}

describe('private addresses', () => {
  it.each([
    'https://127.0.0.1/rest/x',
    'https://[::1]/rest/x',
    'https://169.254.169.254/latest',
    'https://10.0.0.1/',
  ])('%s is refused before anything is sent', async (url) => {
    const error = await failure(transport({ allowPrivate: false }).post({ url, body: '' }))
    expect(error).toMatchObject({ reason: 'private-address', ran: 'no' })
  })

  it('a name that resolves to a private address is refused while connecting', async () => {
    const error = await failure(
      transport({ allowPrivate: false }).post({ url: 'https://localhost/rest/x', body: '' }),
    )
    expect(error).toMatchObject({ reason: 'private-address', ran: 'no' })
  })

  it('plain http is refused unless private addresses are allowed', async () => {
    const error = await failure(
      transport({ allowPrivate: false }).post({ url: 'http://b24.firm.ru/', body: '' }),
    )
    expect(error).toMatchObject({ reason: 'needs-https', ran: 'no' })
  })
})

describe('redirects', () => {
  it('the same POST with its body is repeated at the new host', async () => {
    const seen: string[] = []
    const target = await server((request, body, response) => {
      seen.push(`${request.method} ${request.url} ${body}`)
      response.end('{"result":true}')
    })
    const former = await server((request, _, response) => {
      response.writeHead(302, { location: `${target}${request.url}` }).end()
    })
    const answer = await transport().post({ url: `${former}/rest/batch`, body: '{"a":1}' })
    expect(answer).toMatchObject({ status: 200, movedTo: target })
    expect(seen).toEqual(['POST /rest/batch {"a":1}'])
  })

  it('a redirect to another path, or a second redirect, is not followed', async () => {
    const elsewhere = await server((_, __, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/login' }).end()
    })
    expect(await failure(transport().post({ url: `${elsewhere}/rest/batch`, body: '' }))).toMatchObject({
      reason: 'moved',
      ran: 'no',
      movedTo: 'http://127.0.0.1:1',
    })
    const second = await server((request, _, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:1${request.url}` }).end()
    })
    const first = await server((request, _, response) => {
      response.writeHead(302, { location: `${second}${request.url}` }).end()
    })
    expect(await failure(transport().post({ url: `${first}/rest/batch`, body: '' }))).toMatchObject({
      reason: 'moved',
    })
  })

  it('knows the hosts of the cloud from those that only look like them', () => {
    expect(['a.bitrix24.ru', 'my-firm.bitrix24.com', 'x.bitrix24.com.br'].map(isCloudHost)).toEqual([
      true,
      true,
      true,
    ])
    expect(
      ['bitrix24.ru', 'a.bitrix24.ru.evil.com', 'a.b.bitrix24.ru', 'abitrix24.ru', 'evil.com'].map(
        isCloudHost,
      ),
    ).toEqual(Array(5).fill(false))
  })
})

describe('answers that do not come', () => {
  it('a refused connection did not run, a cut or slow one may have', async () => {
    const http = transport({ timeoutMs: 150 })
    expect(await failure(http.post({ url: 'http://127.0.0.1:1/', body: '' }))).toMatchObject({
      reason: 'unreachable',
      ran: 'no',
    })
    const cutting = await server((request) => request.socket.destroy())
    expect(await failure(http.post({ url: cutting, body: '' }))).toMatchObject({
      reason: 'cut',
      ran: 'maybe',
    })
    const silent = await server(() => undefined)
    expect(await failure(http.post({ url: silent, body: '' }))).toMatchObject({
      reason: 'timeout',
      ran: 'maybe',
    })
    const cutShort = await server((request, _, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"result"')
      setTimeout(() => request.socket.destroy(), 20)
    })
    expect(await failure(http.post({ url: cutShort, body: '' }))).toMatchObject({ ran: 'maybe' })
  })

  it('an endless answer is given up', async () => {
    const endless = await server((_, __, response) => {
      const timer = setInterval(() => response.write('x'.repeat(10_000)), 1)
      response.on('close', () => clearInterval(timer))
    })
    const error = await failure(transport({ maxAnswerBytes: 50_000 }).post({ url: endless, body: '' }))
    expect(error).toMatchObject({ reason: 'too-large', ran: 'maybe' })
  })
})

describe('a box with a certificate of its own', () => {
  const trusted = getCACertificates('default')
  afterEach(() => setDefaultCACertificates(trusted))

  it('is refused by name until the server trusts who signed it, and then works like any other', async () => {
    const sandbox = await startSandbox({ portal: { kind: 'box' }, ownCertificate: true })
    onTestFinished(() => sandbox.stop())
    const stranger = transport()
    await expect(probePortal(sandbox.url, stranger)).rejects.toMatchObject({ code: 'portal/bad-certificate' })
    expect(await failure(stranger.post({ url: sandbox.authUrl, body: '' }))).toMatchObject({
      reason: 'bad-certificate',
      ran: 'no',
    })
    setDefaultCACertificates([...trusted, sandbox.certificate ?? ''])
    const http = transport()
    expect(await probePortal(sandbox.url, http)).toMatchObject({ origin: sandbox.url })
    const app = sandbox.registerApp({
      clientId: 'local.box',
      clientSecret: 'box',
      redirectUri: '',
      scope: ['user'],
      title: 'Box',
    })
    const { refresh_token: old } = app.grant(sandbox.portals[0]!)
    const pair = await refresh(http, app, old, `${sandbox.authUrl}/rest/`, 0)
    expect(await whoIs(http, pair)).toMatchObject({ isAdmin: true })
  })
})

describe('probing an address', () => {
  it('knows a Bitrix24 portal, by any spelling of its address', async () => {
    const sandbox = await startSandbox()
    onTestFinished(() => sandbox.stop())
    const typed = canonicalOrigin(` ${sandbox.portals[0]!.domain}/stream/ `, { allowHttp: true })
    expect(typed).toEqual({ origin: sandbox.url })
    expect(await probePortal(sandbox.url, transport())).toMatchObject({ origin: sandbox.url })
  })

  it('follows a portal that moved', async () => {
    const sandbox = await startSandbox()
    onTestFinished(() => sandbox.stop())
    const former = sandbox.url
    const url = sandbox.portals[0]!.changeDomain()
    expect(await probePortal(former, transport())).toMatchObject({ origin: url })
  })

  it.each([
    ['a page', 200, '<html>hello</html>'],
    ['a page that is not found', 404, '<html>nothing</html>'],
    ['another API', 200, '{"ok":true}'],
    ['an API with errors of its own', 400, '{"error":"bad"}'],
  ])('%s is not Bitrix24', async (_, status, text) => {
    const origin = await server((__, ___, response) => {
      response.writeHead(status).end(text)
    })
    await expect(probePortal(origin, transport())).rejects.toMatchObject({ code: 'portal/not-bitrix24' })
  })

  it('names what is wrong: nobody there, a gateway error, a private address', async () => {
    await expect(probePortal('http://127.0.0.1:1', transport())).rejects.toMatchObject({
      code: 'portal/unreachable',
    })
    const gateway = await server((_, __, response) => {
      response.writeHead(502).end('<html>')
    })
    await expect(probePortal(gateway, transport())).rejects.toMatchObject({ code: 'portal/unreachable' })
    await expect(probePortal('https://127.0.0.1', transport({ allowPrivate: false }))).rejects.toMatchObject({
      code: 'portal/private-address',
    })
  })
})
