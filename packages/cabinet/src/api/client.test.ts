import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiProblem, api, asProblem, request, wireApi } from './client.ts'

/** Answers of a server, without one: what `fetch` would give. */
function answer(status: number, body: unknown, type = 'application/problem+json'): void {
  vi.mocked(fetch).mockResolvedValueOnce(
    new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { 'content-type': type },
    }),
  )
}

const signedOut = vi.fn()

beforeEach(() => {
  vi.stubGlobal('fetch', vi.fn<typeof fetch>())
  signedOut.mockReset()
  wireApi({ locale: () => 'ru', onSignedOut: signedOut })
})
afterEach(() => vi.unstubAllGlobals())

async function refusal(promise: Promise<unknown>): Promise<ApiProblem> {
  const error = await promise.then(
    () => new Error('was not refused'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ApiProblem)
  return error as ApiProblem
}

describe('api client', () => {
  it('says which language is read and what a foreign site cannot say, on every request', async () => {
    answer(200, {}, 'application/json')
    await api.post('/api/x', { a: 1 })
    const [path, init] = vi.mocked(fetch).mock.calls[0]!
    expect(path).toBe('/api/x')
    expect(init).toMatchObject({
      method: 'POST',
      credentials: 'same-origin',
      body: '{"a":1}',
      headers: { 'x-trunkline': '1', 'accept-language': 'ru', 'content-type': 'application/json' },
    })
  })

  it('leaves absent filters out of the address and escapes the rest', async () => {
    answer(200, { data: [] }, 'application/json')
    await api.get('/api/journal', {
      outcome: 'failed',
      reason: undefined,
      search: 'a&b',
      cursor: null,
      mine: false,
    })
    expect(vi.mocked(fetch).mock.calls[0]![0]).toBe('/api/journal?outcome=failed&search=a%26b&mine=false')
  })

  it('names a known code in both languages and keeps the request code', async () => {
    answer(422, {
      type: 'about:blank',
      title: 'Это адрес из примера',
      status: 422,
      code: 'portal/placeholder-domain',
      requestId: 'r7',
    })
    const problem = await refusal(api.post('/api/portals', {}))
    expect(problem.status).toBe(422)
    expect(problem.requestId).toBe('r7')
    expect(problem.title).toEqual({ ru: 'Это адрес из примера', en: 'This is the address from the example' })
    expect(problem.action?.en).toMatch(/your own portal/)
  })

  it('prefers what this very answer says to the usual words of its code', async () => {
    answer(409, {
      title: 'Последнего владельца убрать нельзя',
      status: 409,
      code: 'request/conflict',
      requestId: 'r',
    })
    const problem = await refusal(api.delete('/api/members/u'))
    expect(problem.title.ru).toBe('Последнего владельца убрать нельзя')
  })

  it('gives messages by field in the language asked for, the first one of a field winning', async () => {
    const message = (ru: string, en: string) => ({ ru, en })
    answer(422, {
      code: 'request/invalid',
      status: 422,
      title: 'x',
      requestId: 'r',
      errors: [
        { pointer: '/email', code: 'format', message: message('Не адрес', 'Not an address') },
        { pointer: '/email', code: 'taken', message: message('Занят', 'Taken') },
        { pointer: '/value/timing', code: 'enum', message: message('Нет такого', 'No such') },
      ],
    })
    const problem = await refusal(api.put('/api/x', {}))
    expect(problem.fieldErrors('ru')).toEqual({ '/email': 'Не адрес', '/value/timing': 'Нет такого' })
    expect(problem.fieldErrors('en')).toEqual({ '/email': 'Not an address', '/value/timing': 'No such' })
  })

  it('ends the session on 401, but not while somebody is only trying to sign in', async () => {
    answer(401, { code: 'auth/signed-out', status: 401, title: 'x', requestId: 'r' })
    await refusal(api.get('/api/home'))
    expect(signedOut).toHaveBeenCalledTimes(1)
    answer(401, { code: 'INVALID_EMAIL_OR_PASSWORD', message: 'Invalid' }, 'application/json')
    const problem = await refusal(
      request('POST', '/api/auth/sign-in/email', { body: {}, allowSignedOut: true }),
    )
    expect(signedOut).toHaveBeenCalledTimes(1)
    expect(problem.code).toBe('INVALID_EMAIL_OR_PASSWORD')
  })

  it('turns silence of the network into a problem with advice, and an abort into nothing of the kind', async () => {
    vi.mocked(fetch).mockRejectedValueOnce(new TypeError('Failed to fetch'))
    const problem = await refusal(api.get('/api/home'))
    expect([problem.status, problem.code]).toEqual([0, 'network/unreachable'])
    expect(problem.action?.ru).toMatch(/соединение/)

    const abort = new AbortController()
    abort.abort()
    vi.mocked(fetch).mockRejectedValueOnce(new DOMException('aborted', 'AbortError'))
    await expect(api.get('/api/home', {}, abort.signal)).rejects.toBeInstanceOf(DOMException)
  })

  it('survives an answer that is not JSON, such as the page of a proxy', async () => {
    vi.mocked(fetch).mockResolvedValueOnce(
      new Response('<html>502</html>', { status: 502, headers: { 'content-type': 'text/html' } }),
    )
    const problem = await refusal(api.get('/api/home'))
    expect(problem.status).toBe(502)
    expect(problem.title.en).not.toBe('')
  })

  it('gives nothing for an empty answer', async () => {
    vi.mocked(fetch).mockResolvedValueOnce(new Response(null, { status: 204 }))
    await expect(api.delete('/api/x')).resolves.toBeUndefined()
  })

  it('makes any failure a problem that can be shown', () => {
    const problem = asProblem(new RangeError('boom'))
    expect(problem.code).toBe('server/bug')
    expect(problem.title.ru).not.toBe('')
  })
})
