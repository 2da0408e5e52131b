import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CabinetWorld, cabinetWorld } from '../testing/cabinet-world.ts'

let world: CabinetWorld
beforeAll(async () => {
  world = await cabinetWorld({ isSetUp: false })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const isBuilt = (file: string) => existsSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)))

describe('the programs of the browser', () => {
  it('the first address leads to the cabinet, whose every page is the program, asked for anew each time', async () => {
    const first = await world.stranger().ask('GET', '/')
    expect([first.status, first.headers.get('location')]).toEqual([302, '/cabinet/'])
    for (const path of ['/cabinet/', '/cabinet/inbox/01900000-0000-7000-8000-000000000001']) {
      const page = await world.stranger().ask('GET', path)
      expect(page.status).toBe(isBuilt('cabinet/dist/index.html') ? 200 : 503)
      if (page.status === 200) {
        expect(page.headers.get('content-type')).toContain('text/html')
        expect(page.headers.get('cache-control')).toBe('no-cache')
        expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
      }
    }
  })

  it('a file that is not there is not a page, and nothing outside the built folder is given', async () => {
    for (const path of [
      '/cabinet/assets/none.js',
      '/cabinet/..%2f..%2fpackage.json',
      '/cabinet/assets/..%2f..%2f..%2fpackage.json',
    ])
      expect((await world.stranger().ask('GET', path)).status, path).toBe(404)
  })

  it('the widget may be used by pages of any site, and is renewed within minutes', async () => {
    const file = await world.stranger().ask('GET', '/widget/widget.js')
    expect(file.status).toBe(isBuilt('widget/dist/widget.js') ? 200 : 503)
    if (file.status !== 200) return
    expect(file.headers.get('access-control-allow-origin')).toBe('*')
    expect(file.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(file.headers.get('cache-control')).toBe('public, max-age=300')
  })

  it('what is built is sent packed to whoever can unpack it', async () => {
    const packed = isBuilt('widget/dist/widget.js.br')
    const file = await world
      .stranger()
      .ask('GET', '/widget/widget.js', { headers: { 'accept-encoding': 'gzip, br' } })
    expect(file.headers.get('content-encoding')).toBe(packed ? 'br' : null)
    const plain = await world
      .stranger()
      .ask('GET', '/widget/widget.js', { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
  })
})

it('the API page documents the client API and nothing of the cabinet', async () => {
  const page = await world.stranger().ask('GET', '/api/docs')
  expect(page.status).toBe(200)
  const policy = page.headers.get('content-security-policy')?.split(/; ?/) ?? []
  expect(policy).toEqual(
    expect.arrayContaining(["default-src 'self'", "script-src 'self'", "object-src 'none'"]),
  )
  const { body } = await world.stranger().ask('GET', '/api/docs/json')
  const { paths } = body as { paths: Record<string, unknown> }
  expect(Object.keys(paths)).toContain('/api/v1/messages')
  expect(Object.keys(paths).filter((path) => !path.startsWith('/api/v1/'))).toEqual([])
})

it('an unknown address is a problem in the reader’s language', async () => {
  const answer = await world.stranger().ask('GET', '/api/nothing', { headers: { 'accept-language': 'ru' } })
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.body).toMatchObject({ code: 'request/not-found', title: 'Не найдено' })
})
