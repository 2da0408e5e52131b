import { type FieldProblem, HubError } from '@trunkline/contracts/errors'
import { text } from '@trunkline/contracts/locale'
import type { FastifyReply } from 'fastify'
import type { Auth } from '../../auth/create-auth.ts'
import { authRequest, type CabinetDoor } from './door.ts'

/** What the cabinet calls of the sign-in library; everything else of it stays shut. */
const POSTS = [
  'sign-in/email',
  'sign-out',
  'change-password',
  'two-factor/enable',
  'two-factor/disable',
  'two-factor/verify-totp',
  'two-factor/verify-backup-code',
] as const

/** Mounts the sign-in library under `/api/auth`; its refusals become problems like everybody's. */
export function authRoutes(door: CabinetDoor, auth: Auth): void {
  for (const path of POSTS)
    door.post(
      `/api/auth/${path}`,
      { config: { allow: 'anybody', rateLimit: false } },
      async (request, reply) => answer(await auth.respond(authRequest(request)), reply),
    )
  door.get('/api/auth/get-session', { config: { allow: 'anybody' } }, async (request, reply) =>
    answer(await auth.respond(authRequest(request)), reply),
  )
}

async function answer(response: Response, reply: FastifyReply): Promise<FastifyReply> {
  const body = await readJson(response)
  if (!response.ok) throw refusal(response, body)
  for (const cookie of response.headers.getSetCookie()) void reply.header('set-cookie', cookie)
  // The session belongs in its cookie, out of reach of scripts.
  delete body?.['token']
  const session = body?.['session']
  if (isRecord(session)) delete session['token']
  return reply
    .code(response.status)
    .header('cache-control', 'no-store')
    .send(body ?? null)
}

/** The library's codes in our words. Which of e-mail and password was wrong is told to nobody. */
function refusal(response: Response, body: Record<string, unknown> | null): HubError {
  const code = typeof body?.['code'] === 'string' ? body['code'] : ''
  const field = FIELDS[code]
  if (field !== undefined) return new HubError('request/invalid', { fields: [field] })
  switch (response.status) {
    case 401:
      return new HubError(code === 'UNAUTHORIZED' || code === '' ? 'auth/signed-out' : 'auth/refused')
    case 403:
      return new HubError('auth/cross-site')
    case 429:
      return new HubError('request/too-many', {
        retryAfterMs: Number(response.headers.get('x-retry-after') ?? 10) * 1_000,
      })
    default:
      return response.status >= 500
        ? new HubError('server/bug', { detail: code })
        : new HubError('auth/refused')
  }
}

const SHORT = text('Пароль слишком короткий', 'The password is too short')
const LONG = text('Пароль слишком длинный', 'The password is too long')
const FIELDS: Readonly<Record<string, FieldProblem>> = {
  INVALID_PASSWORD: {
    pointer: '/password',
    code: 'wrong',
    text: text('Пароль не подошёл', 'The password is wrong'),
  },
  PASSWORD_TOO_SHORT: { pointer: '/newPassword', code: 'minLength', text: SHORT },
  PASSWORD_TOO_LONG: { pointer: '/newPassword', code: 'maxLength', text: LONG },
}

async function readJson(response: Response): Promise<Record<string, unknown> | null> {
  const body = await response.text()
  if (body === '') return null
  const value: unknown = JSON.parse(body)
  return isRecord(value) ? value : null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
