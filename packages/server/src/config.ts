import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Everything the process takes from its environment; all else is a setting edited in the cabinet. */
export interface Config {
  /** An existing PostgreSQL 15+; absent = the embedded one under `dataDir`. */
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  readonly host: string
  /** 0 = chosen by the operating system. */
  readonly port: number
  /** Origin under which people and networks reach us; set once the port is known when not given. */
  readonly publicUrl: string | undefined
  /** 32 bytes that seal every secret at rest, by key id; the first one seals, all open. */
  readonly secretKeys: readonly SecretKey[]
  readonly role: 'all' | 'web' | 'worker'
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Lets portals and channels live on private addresses (a box in the same network, the sandbox). */
  readonly allowPrivateAddresses: boolean
  /** Credentials of our own application on Bitrix24, when portals do not bring a local application of theirs. */
  readonly bitrix24App: { readonly clientId: string; readonly clientSecret: string } | undefined
  /** Regions of the portals whose data this server may keep, such as `ru`; empty = any. */
  readonly bitrix24Regions: readonly string[]
  readonly demo: boolean
  /**
   * How long after a lost request its writes may still appear in a portal. The cloud cuts a request at 60 s; shorten it
   * only for a portal that is known to be quicker (the sandbox).
   */
  readonly portalSettleMs: number
  /** Talks that one address may begin in one site chat in an hour; 0 = any number. */
  readonly newTalksPerHour: number
  /** Reverse proxies in front of us, as fastify's trustProxy takes it. */
  readonly trustProxy: boolean
}

export interface SecretKey {
  readonly id: string
  readonly bytes: Buffer
}

/** All faults of the environment at once, each as a sentence that names the variable. */
export class ConfigError extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(`configuration: ${faults.join('; ')}`)
    this.faults = faults
  }
}

/**
 * Reads and checks the environment. The only reader of it in the whole server.
 *
 * Without SECRET_KEY a key is made once and kept in `<dataDir>/secret-key` (mode 0600), so that a newcomer needs
 * no configuration; with an outside database SECRET_KEY is required, because several nodes must share it.
 * @throws ConfigError naming every fault.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = []
  const dataDir = resolve(env['DATA_DIR'] ?? join(homedir(), '.trunkline'))
  const role = oneOf(env['ROLE'] ?? 'all', ['all', 'web', 'worker'] as const, 'ROLE', faults)
  const logLevel = oneOf(
    env['LOG_LEVEL'] ?? 'info',
    ['debug', 'info', 'warn', 'error', 'silent'] as const,
    'LOG_LEVEL',
    faults,
  )
  const port = Number(env['PORT'] ?? 8080)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    faults.push('PORT must be a whole number from 0 to 65535')
  const databaseUrl = env['DATABASE_URL'] || undefined
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl))
    faults.push('DATABASE_URL must begin with postgres:// or postgresql://')
  const publicUrl = readPublicUrl(env['PUBLIC_URL'], faults)
  const clientId = env['BITRIX24_CLIENT_ID'] || undefined
  const clientSecret = env['BITRIX24_CLIENT_SECRET'] || undefined
  if ((clientId === undefined) !== (clientSecret === undefined))
    faults.push('BITRIX24_CLIENT_ID and BITRIX24_CLIENT_SECRET go together')
  const bitrix24Regions = (env['BITRIX24_REGIONS'] ?? '')
    .toLowerCase()
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '')
  if (bitrix24Regions.some((code) => !/^[a-z]{2,3}$/.test(code)))
    faults.push('BITRIX24_REGIONS must be codes of regions such as ru,by,kz')
  const portalSettleMs = wholeNumber(env['PORTAL_SETTLE_MS'], 65_000, 'PORTAL_SETTLE_MS', faults)
  const newTalksPerHour = wholeNumber(env['NEW_TALKS_PER_HOUR'], 5, 'NEW_TALKS_PER_HOUR', faults)
  const secretKeys = readSecretKeys(env['SECRET_KEY'], databaseUrl !== undefined, dataDir, faults)
  if (faults.length > 0) throw new ConfigError(faults)
  return {
    databaseUrl,
    dataDir,
    host: env['HOST'] ?? '127.0.0.1',
    port,
    publicUrl,
    secretKeys,
    role,
    logLevel,
    allowPrivateAddresses: env['ALLOW_PRIVATE_ADDRESSES'] === '1',
    bitrix24App:
      clientId !== undefined && clientSecret !== undefined ? { clientId, clientSecret } : undefined,
    bitrix24Regions,
    demo: env['TRUNKLINE_DEMO'] === '1',
    portalSettleMs,
    newTalksPerHour,
    trustProxy: env['TRUST_PROXY'] === '1',
  }
}

/** The configuration as it may be printed: secrets only as present or absent. */
export function describeConfig(config: Config): Record<string, string | number | boolean> {
  return {
    database: config.databaseUrl === undefined ? 'embedded' : 'DATABASE_URL',
    dataDir: config.dataDir,
    host: config.host,
    port: config.port,
    publicUrl: config.publicUrl ?? '(from port)',
    secretKeys: config.secretKeys.map((key) => key.id).join(','),
    role: config.role,
    logLevel: config.logLevel,
    allowPrivateAddresses: config.allowPrivateAddresses,
    bitrix24App: config.bitrix24App !== undefined,
    bitrix24Regions: config.bitrix24Regions.join(',') || '(any)',
    demo: config.demo,
  }
}

function oneOf<const T extends readonly string[]>(
  value: string,
  allowed: T,
  name: string,
  faults: string[],
): T[number] {
  if (allowed.includes(value)) return value
  faults.push(`${name} must be one of ${allowed.join(', ')}`)
  return allowed[0]!
}

function wholeNumber(value: string | undefined, byDefault: number, name: string, faults: string[]): number {
  if (!value) return byDefault
  const number = Number(value)
  if (Number.isInteger(number) && number >= 0) return number
  faults.push(`${name} must be a whole number`)
  return byDefault
}

function readPublicUrl(value: string | undefined, faults: string[]): string | undefined {
  if (!value) return undefined
  try {
    const url = new URL(value)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error('protocol')
    return url.origin
  } catch {
    faults.push('PUBLIC_URL must be an origin such as https://chat.company.ru')
    return undefined
  }
}

/** SECRET_KEY is one or several `id:base64` pairs (or one bare base64), comma-separated, newest first. */
function readSecretKeys(
  value: string | undefined,
  required: boolean,
  dataDir: string,
  faults: string[],
): SecretKey[] {
  if (!value) {
    if (required) {
      faults.push('SECRET_KEY is required with DATABASE_URL (32 bytes in base64)')
      return []
    }
    return [{ id: 'local', bytes: localKey(dataDir) }]
  }
  return value.split(',').map((entry) => {
    const [id, encoded] = entry.includes(':') ? (entry.split(':', 2) as [string, string]) : ['k1', entry]
    const bytes = Buffer.from(encoded, 'base64')
    if (bytes.length !== 32) faults.push(`SECRET_KEY ${id} must be 32 bytes in base64`)
    if (!/^[a-z0-9-]{1,16}$/.test(id)) faults.push('SECRET_KEY ids are 1 to 16 of a-z, 0-9, -')
    return { id, bytes }
  })
}

function localKey(dataDir: string): Buffer {
  const file = join(dataDir, 'secret-key')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if (!existsSync(file)) {
    try {
      writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' })
    } catch (error) {
      // Another process of this machine made it between the two lines: its key is ours too.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64')
}
