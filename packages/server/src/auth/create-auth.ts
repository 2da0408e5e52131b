import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '@trunkline/contracts/errors'
import type { Role } from '@trunkline/contracts/http/people'
import type { UserId, WorkspaceId } from '@trunkline/contracts/ids'
import type { Locale } from '@trunkline/contracts/locale'
import type { Config } from '../config.ts'
import { newId } from '../ids.ts'
import type { Logger } from '../observe/logger.ts'
import { insertAudit } from '../store/audit.ts'
import type { Database } from '../store/database.ts'
import { touchMember, workspaceOfUser } from '../store/members.ts'
import { takeTokens } from '../store/rate-limit.ts'
import { forgetEndedSignIns, loadUsers } from '../store/users.ts'
import { type AuthEngine, CLIENT_ADDRESS, createEngine } from './auth-engine.ts'
import { openAuthPool } from './auth-pool.ts'
import { forFrame, frameMark } from './frame-sign-in.ts'
import { ownOrigins, type Provenance } from './own-origin.ts'
import { refusedNote, signInNote } from './sign-in-note.ts'
import { type Users, usersOf } from './users.ts'

/** Who calls: a person with a session and a place in a workspace. */
export interface SignedIn {
  readonly userId: UserId
  readonly name: string
  readonly email: string
  readonly locale: Locale
  readonly twoFactorEnabled: boolean
  readonly workspaceId: WorkspaceId
  readonly role: Role
  /** Cookies to set: the session was lengthened by this call. */
  readonly renewal: readonly string[]
}

/** What of a request the sign-in needs. */
export interface AuthRequest {
  readonly method: string
  /** Path with query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly ip: string
  readonly protocol: string
  readonly body?: unknown
}

/** An employee of a portal. */
export interface FrameEmployee {
  readonly portalId: string
  readonly portalUserId: string
}

export interface Auth extends Users {
  /** Who calls. @throws HubError `auth/signed-out`. */
  signedIn(request: AuthRequest): Promise<SignedIn>
  /** The same, with at least this role. @throws HubError `auth/signed-out`, `auth/forbidden`. */
  requireRole(request: AuthRequest, role: Role): Promise<SignedIn>
  /** Hands a request under `/api/auth` to the library; sign-ins and changes of sign-in data are put in the audit. */
  respond(request: AuthRequest): Promise<Response>
  /** Signs a person in who was made this moment. @returns the cookies to set. */
  signIn(request: AuthRequest, email: string, password: string): Promise<string[]>
  /**
   * Signs a member in inside the frame of a portal, as the employee that they are linked to.
   * @returns the cookies to set; none when the person is gone.
   */
  signInFrame(request: AuthRequest, userId: UserId, employee: FrameEmployee): Promise<string[]>
  /** Origins that are ours for this request. */
  origins(from: Provenance): string[]
  close(): Promise<void>
}

const RANK: Readonly<Record<Role, number>> = { operator: 0, administrator: 1, owner: 2 }

/** Sign-ins to one e-mail address, whoever tries and from wherever: then one every 20 seconds. */
const PER_ADDRESS = { burst: 10, perSecond: 1 / 20 } as const

/** Where a sign-in that owes its second factor ends. */
const SECOND_FACTOR = /\/two-factor\/verify-(totp|backup-code)$/

interface Person {
  readonly id: string
  readonly name: string
}

/** A refused sign-in takes this long, whether or not the person exists. */
const REFUSAL_MS = 400

/** Sign-in, sessions and people. Opens its own few connections on first use; `close` ends them. */
export function createAuth(deps: {
  readonly config: Config
  readonly database: Database
  readonly logger: Logger
  readonly publicUrl: () => string
}): Auth {
  const { config, database, logger } = deps
  const pool = openAuthPool(database, (error) =>
    logger.warn('database-connection-lost', { error: error.name }),
  )
  const origins = (from: Provenance) => ownOrigins(deps.publicUrl(), config.publicUrl !== undefined, from)
  let known: { readonly publicUrl: string; readonly engine: AuthEngine } | undefined

  /** The port may be chosen at the start, so the address is only known once a request comes. */
  function engine(): AuthEngine {
    const publicUrl = deps.publicUrl() || 'http://127.0.0.1'
    if (known?.publicUrl === publicUrl) return known.engine
    const made = createEngine({
      pool,
      secretKeys: config.secretKeys,
      publicUrl,
      trustedOrigins: (request) =>
        request === undefined
          ? []
          : origins({
              host: request.headers.get('host') ?? undefined,
              protocol: new URL(request.url).protocol.slice(0, -1),
            }),
      onError: (code) => logger.warn('sign-in-trouble', { code }),
    })
    known = { publicUrl, engine: made }
    return made
  }

  async function signedIn(request: AuthRequest): Promise<SignedIn> {
    const { response: session, headers } = await engine().api.getSession({
      headers: headersOf(request),
      returnHeaders: true,
    })
    if (session === null) throw new HubError('auth/signed-out')
    const userId = session.user.id as UserId
    const place = await workspaceOfUser(database, userId)
    if (place === undefined) throw new HubError('auth/signed-out')
    return {
      userId,
      name: session.user.name,
      email: session.user.email,
      locale: session.user.locale === 'en' ? 'en' : 'ru',
      twoFactorEnabled: session.user.twoFactorEnabled === true,
      ...place,
      renewal: headers.getSetCookie(),
    }
  }

  /** Who has given the password and owes the second factor; read before the library answers, which may end it. */
  async function owingSecondFactor(request: AuthRequest): Promise<Person | undefined> {
    const context = await engine().$context
    const { name } = context.createAuthCookie('two_factor')
    const cookies = (headersOf(request).get('cookie') ?? '').split(/;\s*/)
    const signed = cookies.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
    if (signed === undefined) return undefined
    // The name of the half-way sign-in is random, so whoever knows it has it from us; its signature is the library's matter.
    const identifier = decoded(signed).replace(/\.[^.]*$/, '')
    const halfWay = await context.internalAdapter.findVerificationValue(identifier)
    return (halfWay && (await context.internalAdapter.findUserById(halfWay.value))) ?? undefined
  }

  async function note(
    userId: string,
    action: string,
    name: string | null,
    details: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    if (action === 'sign-in') await forgetEndedSignIns(pool)
    const place = await workspaceOfUser(database, userId as UserId)
    if (place === undefined) return
    await database.inWorkspace(place.workspaceId, async (tx) => {
      if (action === 'sign-in') await touchMember(tx, userId as UserId)
      // Who failed to sign in is not known to be that person.
      const actor =
        action === 'sign-in-failed'
          ? { actorUserId: null, actorName: null }
          : { actorUserId: userId, actorName: name }
      await insertAudit(tx, { id: newId(), ...actor, action, subject: name ?? '', details })
    })
  }

  return {
    ...usersOf(pool, engine),
    signedIn,
    async requireRole(request, role) {
      const who = await signedIn(request)
      if (RANK[who.role] < RANK[role]) throw new HubError('auth/forbidden')
      return who
    },
    async respond(request) {
      const startedAt = performance.now()
      const path = request.url.split('?')[0]!
      const email = path.endsWith('/sign-in/email') ? emailOf(request.body) : undefined
      if (email !== undefined) {
        const waitMs = await takeTokens(database, { key: addressKey(email), ...PER_ADDRESS })
        if (waitMs > 0) throw new HubError('request/too-many', { retryAfterMs: waitMs })
      }
      const before = path.endsWith('/sign-in/email')
        ? null
        : await engine().api.getSession({ headers: headersOf(request) })
      const owing = before === null && SECOND_FACTOR.test(path) ? await owingSecondFactor(request) : undefined
      const response = await engine().handler(webRequest(request))
      const noted = await signInNote(path, response, before?.user ?? null)
      const refused = await refusedNote(path, response, before?.user ?? null)
      if (noted !== undefined) await note(noted.userId, noted.action, noted.name)
      else if (refused !== undefined)
        await note(refused.userId, refused.action, refused.name, { step: refused.step })
      else if (owing !== undefined && response.status === 401)
        await note(owing.id, 'sign-in-failed', owing.name, { step: 'second-factor' })
      else if (email !== undefined && response.status === 401) {
        const user = (await (await engine().$context).internalAdapter.findUserByEmail(email))?.user
        if (user !== undefined) await note(user.id, 'sign-in-failed', user.name)
        // What is noted about people who exist must not tell by its time that they do.
        await sleep(Math.max(0, startedAt + REFUSAL_MS - performance.now()))
      }
      return response
    },
    async signIn(request, email, password) {
      const response = await engine().api.signInEmail({
        body: { email, password },
        headers: headersOf(request),
        asResponse: true,
      })
      if (!response.ok) throw new HubError('server/bug', { detail: `signing in answered ${response.status}` })
      const noted = await signInNote('/api/auth/sign-in/email', response, null)
      if (noted !== undefined) await note(noted.userId, noted.action, noted.name)
      return response.headers.getSetCookie()
    },
    async signInFrame(request, userId, { portalId, portalUserId }) {
      const { headers } = await engine().api.signInFrame({
        body: { userId, mark: frameMark(portalId, portalUserId) },
        headers: headersOf(request),
        returnHeaders: true,
      })
      const cookies = headers.getSetCookie()
      if (cookies.length > 0) {
        const name = (await loadUsers(pool, [userId]))[0]?.name ?? null
        await note(userId, 'sign-in', name, { from: 'bitrix24' })
      }
      const isHttps = deps.publicUrl().startsWith('https:')
      return cookies.map((cookie) => forFrame(cookie, isHttps))
    },
    origins,
    close: () => pool.end(),
  }
}

/** The e-mail somebody tries to sign in as, as the library looks it up. */
function emailOf(body: unknown): string | undefined {
  const email = typeof body === 'object' && body !== null && 'email' in body ? body.email : undefined
  return typeof email === 'string' && email.length <= 200 ? email.toLowerCase() : undefined
}

function decoded(cookie: string): string {
  try {
    return decodeURIComponent(cookie)
  } catch {
    return ''
  }
}

/** The bucket of an address; hashed, because the table outlives the attempt and addresses are people's. */
function addressKey(email: string): string {
  return `sign-in:${createHash('sha256').update(email).digest('base64url')}`
}

function headersOf(request: AuthRequest): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || name === CLIENT_ADDRESS) continue
    headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  headers.set(CLIENT_ADDRESS, request.ip)
  return headers
}

function webRequest(request: AuthRequest): Request {
  const headers = headersOf(request)
  headers.delete('content-length')
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
  if (hasBody) headers.set('content-type', 'application/json')
  // The host in a header is whatever a client wrote; the library goes by our own address.
  return new Request(`${request.protocol}://localhost${request.url}`, {
    method: request.method,
    headers,
    ...(hasBody ? { body: JSON.stringify(request.body ?? {}) } : {}),
  })
}
