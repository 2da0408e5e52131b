import { createHash, hkdfSync } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { Pool } from 'pg'
import type { SecretKey } from '../config.ts'
import { frameSignIn } from './frame-sign-in.ts'

/** Header in which our own door tells the library who is calling; what a client sends under it is dropped. */
export const CLIENT_ADDRESS = 'x-trunkline-client'

/** Least and greatest length of a password, in characters. */
export const PASSWORD_CHARS = { min: 10, max: 200 } as const

/** Ends a session that nobody used for this long. */
const SESSION_S = 60 * 60 * 24 * 14
const REFRESH_S = 60 * 60 * 24

export interface EngineOptions {
  readonly pool: Pool
  readonly secretKeys: readonly SecretKey[]
  /** Origin under which the cabinet is reached. */
  readonly publicUrl: string
  readonly trustedOrigins: (request: Request | undefined) => string[]
  readonly onError: (code: string) => void
}

export type AuthEngine = ReturnType<typeof createEngine>

/** The sign-in library as we use it: passwords and second factor, sessions in the database, nobody signs up alone. */
export function createEngine(options: EngineOptions) {
  const isHttps = options.publicUrl.startsWith('https:')
  return betterAuth({
    appName: 'Trunkline',
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    secrets: options.secretKeys.map((key) => ({ version: versionOf(key), value: authSecret(key) })),
    database: options.pool,
    telemetry: { enabled: false },
    logger: {
      // Its messages may hold addresses and e-mails.
      log: (level) => {
        if (level === 'error') options.onError('auth-library')
      },
    },
    trustedOrigins: (request) => options.trustedOrigins(request),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_CHARS.min,
      maxPasswordLength: PASSWORD_CHARS.max,
    },
    user: {
      additionalFields: { locale: { type: 'string', required: true, defaultValue: 'ru', input: false } },
    },
    session: { expiresIn: SESSION_S, updateAge: REFRESH_S },
    plugins: [twoFactor({ issuer: 'Trunkline' }), frameSignIn()],
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 120,
      customRules: {
        // An office is one address to us; guessing at one person is stopped sooner (create-auth.ts).
        '/sign-in/email': { window: 60, max: 30 },
        '/two-factor/*': { window: 60, max: 20 },
        '/change-password': { window: 60, max: 5 },
        // Every page asks who is there.
        '/get-session': false,
      },
    },
    advanced: {
      // The library switches its checks off when it believes to be in a test.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      useSecureCookies: isHttps,
      cookiePrefix: cookiePrefix(options.publicUrl),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', secure: isHttps },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS] },
    },
  })
}

/** Cookies of one host are shared by all its ports: two servers on one machine must not sign each other's people out. */
function cookiePrefix(publicUrl: string): string {
  const { port } = new URL(publicUrl)
  return port === '' ? 'trunkline' : `trunkline-${port}`
}

/** The library's secret, derived so that it opens nothing that other uses of the key seal. */
function authSecret(key: SecretKey): string {
  return Buffer.from(hkdfSync('sha256', key.bytes, '', 'trunkline sign-in', 32)).toString('base64url')
}

/** The library names secrets by number; ours must not change when an older key is dropped from the list. */
function versionOf(key: SecretKey): number {
  return createHash('sha256').update(key.id).digest().readUInt32BE() >>> 1
}
