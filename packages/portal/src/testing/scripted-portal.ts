import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PortalId } from '@trunkline/contracts/ids'
import { recordOf } from '../client/answer.ts'
import type { StoredTokens } from '../client/tokens.ts'

/** One command of a batch as it came over the wire. */
export interface WireCommand {
  readonly key: string
  readonly method: string
  /** Decoded query, bracketed names as they are. */
  readonly query: URLSearchParams
}

export interface Hit {
  readonly path: string
  readonly body: string
  readonly token: string | undefined
  readonly commands: readonly WireCommand[]
  readonly at: number
}

/** What the portal answers: a whole HTTP answer, or the socket cut. */
export type Reply =
  | {
      readonly status: number
      readonly json?: unknown
      readonly text?: string
      readonly headers?: Record<string, string>
    }
  | 'cut'

export interface ScriptedPortal {
  readonly origin: string
  readonly endpoint: string
  readonly hits: Hit[]
  /** Row of stored tokens that points here. */
  tokens(overrides?: Partial<StoredTokens>): StoredTokens
  close(): Promise<void>
}

export const PORTAL = '01890000-0000-7000-8000-000000000001' as PortalId

/** A tiny HTTP server that answers as the test says: for answers that a well-behaved portal never gives. */
export async function startScriptedPortal(
  answer: (hit: Hit, number: number) => Reply | Promise<Reply>,
  now: () => number = Date.now,
): Promise<ScriptedPortal> {
  const hits: Hit[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString()
      const hit = readHit(request.url ?? '', body, now())
      hits.push(hit)
      const reply = await answer(hit, hits.length)
      if (reply === 'cut') return request.socket.destroy()
      const text = reply.text ?? JSON.stringify(reply.json ?? {})
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
      response.end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  return {
    origin,
    endpoint: `${origin}/rest/`,
    hits,
    tokens: (overrides = {}) => ({
      clientId: 'local.test',
      clientSecret: 'secret',
      accessToken: 'access-1',
      refreshToken: 'refresh-1',
      expiresAt: now() + 100 * 3_600_000,
      clientEndpoint: `${origin}/rest/`,
      serverEndpoint: `${origin}/rest/`,
      memberId: 'member',
      ...overrides,
    }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** 200 with a row for every command; `row` gives the result, or an error. */
export function batchReply(
  hit: Hit,
  row: (
    command: WireCommand,
  ) => { readonly result: unknown } | { readonly error: string; readonly description?: string },
  time: Record<string, unknown> = {},
): Reply {
  const result: Record<string, unknown> = {}
  const errors: Record<string, unknown> = {}
  const times: Record<string, unknown> = {}
  for (const command of hit.commands) {
    const outcome = row(command)
    if ('result' in outcome) {
      result[command.key] = outcome.result
      times[command.key] = { duration: 0.01, ...time }
    } else {
      errors[command.key] = { error: outcome.error, error_description: outcome.description ?? '' }
    }
  }
  const orList = (map: Record<string, unknown>) => (Object.keys(map).length === 0 ? [] : map)
  return {
    status: 200,
    json: {
      result: {
        result: orList(result),
        result_error: orList(errors),
        result_total: [],
        result_next: [],
        result_time: orList(times),
      },
      time: { start: 1, finish: 1, duration: 0.01 },
    },
  }
}

/** Every command of the batch succeeds with `true`. */
export function allDone(hit: Hit): Reply {
  return batchReply(hit, () => ({ result: true }))
}

export function refusal(status: number, error: string, description = error): Reply {
  return { status, json: { error, error_description: description } }
}

function readHit(path: string, body: string, at: number): Hit {
  const json = body.startsWith('{') ? recordOf(JSON.parse(body)) : {}
  const commands = Object.entries(recordOf(json['cmd'])).map(([key, command]) => {
    const [method = '', query = ''] = String(command).split('?', 2)
    return { key, method, query: new URLSearchParams(query) }
  })
  const token = json['auth']
  return { path, body, token: typeof token === 'string' ? token : undefined, commands, at }
}
