/** A portal with an installed application and a few ways to call it over real HTTP; for this room's own tests. */
import qs from 'qs'
import { createClock, type SandboxClock } from './clock.ts'
import type { PhpMap } from './php-values.ts'
import type { PortalHandle } from './portal-handle.ts'
import { type AppHandle, type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts'

export interface Reply {
  status: number
  body: PhpMap
  text: string
}

export interface TestPortal {
  sandbox: Sandbox
  portal: PortalHandle
  app: AppHandle
  clock: SandboxClock
  token: string
  refreshToken: string
  /** JSON call with the application's token (or another carrier in `options`). */
  call(method: string, params?: unknown, options?: { token?: string | null; source?: string }): Promise<Reply>
  /** The result of a call that must succeed. */
  ok(method: string, params?: unknown): Promise<PhpMap[string]>
  batch(
    cmd: unknown,
    halt?: 0 | 1,
  ): Promise<Record<'result' | 'result_error' | 'result_total' | 'result_next' | 'result_time', PhpMap>>
  control(method: string, path: string, body?: unknown): Promise<Reply>
}

export const ALL_SCOPES = ['crm', 'user', 'im', 'placement', 'department']

/** Time stands still at a round moment, so that limits and dates can be told exactly. */
export const FROZEN_AT = Date.UTC(2026, 10, 20, 9, 0, 0)

export async function startTestPortal(
  options: SandboxOptions & { scope?: string[]; handlerUrl?: string } = {},
): Promise<TestPortal> {
  const clock = options.clock ?? createClock({ frozenAt: FROZEN_AT })
  const sandbox = await startSandbox({ ...options, clock })
  const portal = sandbox.portals[0]
  if (!portal) throw new Error('the sandbox has no portal')
  const app = sandbox.registerApp({
    clientId: 'local.test',
    clientSecret: 'test-secret',
    redirectUri: 'http://127.0.0.1:9/callback?from=portal',
    scope: options.scope ?? ALL_SCOPES,
    title: 'Test',
    ...(options.handlerUrl === undefined ? {} : { handlerUrl: options.handlerUrl }),
  })
  const pair = app.grant(portal)
  const call: TestPortal['call'] = async (
    method,
    params = {},
    { token = pair.access_token, source } = {},
  ) => {
    const response = await fetch(`${portal.url}/rest/${method}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(source === undefined ? {} : { 'x-sandbox-source': source }),
      },
      body: JSON.stringify(params),
    })
    return readReply(response)
  }
  return {
    sandbox,
    portal,
    app,
    clock,
    token: pair.access_token,
    refreshToken: pair.refresh_token,
    call,
    async ok(method, params) {
      const { status, body, text } = await call(method, params)
      if (status !== 200) throw new Error(`${method} answered ${status} ${text}`)
      return body['result'] ?? null
    },
    async batch(cmd, halt = 0) {
      const { status, body, text } = await call('batch', { cmd, halt })
      if (status !== 200) throw new Error(`batch answered ${status} ${text}`)
      return body['result'] as Awaited<ReturnType<TestPortal['batch']>>
    },
    async control(method, path, body) {
      const response = await fetch(`${portal.url}/sandbox/api/${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      return readReply(response)
    },
  }
}

export async function readReply(response: Response): Promise<Reply> {
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, text, body: isJson ? (JSON.parse(text) as PhpMap) : {} }
}

/** `method?query` of a batch, encoded as PHP clients do. */
export function command(method: string, params: PhpMap = {}): string {
  return `${method}?${qs.stringify(params)}`
}
