import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DEMO_APP, type DemoCompany, type DemoLanguage, demoCompany } from '@trunkline/sandbox/demo/company'
import { type DemoPorts, PortTakenError, rememberedPorts } from '@trunkline/sandbox/demo/remembered-ports'
import { seedCompany } from '@trunkline/sandbox/demo/seed-company'
import { SITE_FILE, type WorldAddresses, type WorldOptions } from '@trunkline/sandbox/demo/start-world'
import { startEmbeddedPostgres } from '@trunkline/server/postgres/start-embedded-postgres'
import { withStartLock } from '@trunkline/server/postgres/start-lock'
import { buildBrowserPrograms } from './build.ts'
import { type KeptProcess, keepRunning } from './keep-running.ts'
import { ROOT } from './source-tree.ts'

/**
 * `npm run demo`: the whole product with a company to play with. Starts the pretend outside world (portal, Telegram,
 * test site) and the server as two child processes on an embedded PostgreSQL, sets the company up through the product's
 * own API and prints the addresses. Addresses, tokens and data stay in one folder and are the same at the next start.
 *
 * Options: `--json` one line of JSON on stdout, all else on stderr; `--dir name` another demo beside this one (a bare
 * name is a folder under `.data`); `--reset` begins anew; `--lang ru|en` language of a new company.
 */
interface DemoOptions {
  readonly folder: string
  readonly isJson: boolean
  readonly isReset: boolean
  readonly language: DemoLanguage | undefined
}

/** What the demo tells once it is ready: one line of JSON with `--json`. */
export interface DemoReady {
  readonly cabinet: string
  readonly portal: string
  readonly site: string
  readonly telegram: string
  readonly signIn: { readonly email: string; readonly password: string }
  readonly operator: { readonly email: string; readonly password: string }
}

const DEFAULT_NAME = 'demo'
const READY_LIMIT_MS = 180_000
/** How long ports and lock of a demo that was killed a moment ago are waited for. */
const CLOSING_LIMIT_MS = 15_000
/** Of the environment of whoever started the demo: it must not lead the demo to somebody's real database. */
const NOT_INHERITED = ['DATABASE_URL', 'SECRET_KEY', 'PUBLIC_URL', 'ROLE', 'HOST', 'TRUST_PROXY']

class DemoError extends Error {}

const options = optionsOrEnd(process.argv.slice(2))
const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

function optionsOrEnd(args: string[]): DemoOptions {
  try {
    return readOptions(args)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  }
}

function readOptions(args: string[]): DemoOptions {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      reset: { type: 'boolean', default: false },
      dir: { type: 'string', default: DEFAULT_NAME },
      lang: { type: 'string' },
    },
  })
  if (values.lang !== undefined && values.lang !== 'ru' && values.lang !== 'en')
    throw new DemoError('--lang is ru or en')
  const isName = /^[\w-]+$/.test(values.dir)
  return {
    folder: isName ? join(ROOT, '.data', values.dir) : resolve(process.env['INIT_CWD'] ?? '.', values.dir),
    isJson: values.json,
    isReset: values.reset,
    language: values.lang,
  }
}

/** Runs until a signal; every way out ends the children first. */
async function runDemo(stopped: Promise<string>): Promise<void> {
  await buildBrowserPrograms(say)
  if (options.isReset) await reset(options.folder)
  const company = demoCompany(await rememberedLanguage())
  const ports = await rememberedPorts(options.folder, {
    waitMs: CLOSING_LIMIT_MS,
    isEasy: options.folder === join(ROOT, '.data', DEFAULT_NAME),
  })
  const hubUrl = `http://127.0.0.1:${ports.cabinet}`
  const kept: KeptProcess[] = []
  try {
    const world = await keepWorld(ports, company)
    kept.push(world.process)
    const server = await keepServer(ports)
    kept.push(server)
    const broken = Promise.race(kept.map(({ failed }) => failed))
    const ready = (async () => {
      await untilReady(hubUrl)
      const { siteKey } = await seedCompany({
        hubUrl,
        siteUrl: world.addresses.site,
        portalUrl: world.addresses.portal,
        telegram: { botToken: world.addresses.botToken, apiRoot: world.addresses.telegram },
        company,
        report: (line) => say(`+ ${line}`),
      })
      await writeFile(join(options.folder, SITE_FILE), JSON.stringify({ siteKey }))
      return true
    })()
    const isReady = await Promise.race([ready, broken, stopped.then(() => false)])
    if (isReady) {
      announce({
        cabinet: hubUrl,
        portal: world.addresses.portal,
        site: world.addresses.site,
        telegram: world.addresses.telegram,
        signIn: { email: company.owner.email, password: company.owner.password },
        operator: { email: company.operator.email, password: company.operator.password },
      })
      await Promise.race([stopped, broken])
    }
    // Whatever the seeding still tries after a signal fails with the server, and nobody waits for it.
    ready.catch(() => undefined)
  } finally {
    for (const child of kept.reverse()) await child.stop()
  }
}

async function keepWorld(
  ports: DemoPorts,
  { language }: DemoCompany,
): Promise<{ process: KeptProcess; addresses: WorldAddresses }> {
  const worldOptions: WorldOptions = { folder: options.folder, ports, language }
  const logFile = join(options.folder, 'sandbox.log')
  await emptyLog(logFile)
  const child = keepRunning({
    name: 'sandbox',
    args: [fileURLToPath(import.meta.resolve('@trunkline/sandbox/demo/main')), JSON.stringify(worldOptions)],
    env: process.env,
    logFile,
    onRestart: (how) =>
      say(`The sandbox ended (${how}); starting it again. / Песочница завершилась, запускаем снова.`),
  })
  try {
    const addresses = await Promise.race([child.nextMessage(), child.failed])
    return { process: child, addresses: addresses as WorldAddresses }
  } catch (error) {
    await child.stop()
    throw error
  }
}

async function keepServer(ports: DemoPorts): Promise<KeptProcess> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !NOT_INHERITED.includes(name)),
  )
  const logFile = join(options.folder, 'server.log')
  await emptyLog(logFile)
  return keepRunning({
    name: 'server',
    args: [
      '--import',
      import.meta.resolve('@trunkline/sandbox/demo/end-with-parent'),
      fileURLToPath(import.meta.resolve('@trunkline/server/main')),
    ],
    env: {
      ...inherited,
      DATA_DIR: options.folder,
      PORT: String(ports.cabinet),
      ALLOW_PRIVATE_ADDRESSES: '1',
      BITRIX24_CLIENT_ID: DEMO_APP.clientId,
      BITRIX24_CLIENT_SECRET: DEMO_APP.clientSecret,
      TRUNKLINE_DEMO: '1',
      // The pretend portal does at once what it does at all, so a lost answer may be looked for soon.
      PORTAL_SETTLE_MS: '1000',
    },
    logFile,
    onRestart: (how) =>
      say(`The server ended (${how}); starting it again. / Сервер завершился, запускаем снова.`),
  })
}

async function untilReady(hubUrl: string): Promise<void> {
  const until = Date.now() + READY_LIMIT_MS
  for (;;) {
    const isReady = await fetch(`${hubUrl}/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(
      async (response) => {
        await response.body?.cancel()
        return response.ok
      },
      // Not listening yet.
      () => false,
    )
    if (isReady) return
    if (Date.now() > until) throw new DemoError(`The server is not ready after ${READY_LIMIT_MS / 1000} s`)
    await sleep(100)
  }
}

/** Language of the company: as it was made, else as asked for, else as this machine speaks. */
async function rememberedLanguage(): Promise<DemoLanguage> {
  const file = join(options.folder, 'demo.json')
  if (existsSync(file))
    return (JSON.parse(await readFile(file, 'utf8')) as { language: DemoLanguage }).language
  const spoken = process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || ''
  const language = options.language ?? (spoken.startsWith('en') ? 'en' : 'ru')
  await writeFile(file, JSON.stringify({ language }))
  return language
}

/** Removes a demo, its database first: a server left by `kill -9` would go on writing into a folder that is gone. */
async function reset(folder: string): Promise<void> {
  if (!existsSync(join(folder, 'ports.json'))) return
  if (existsSync(join(folder, 'postgres', 'cluster'))) {
    const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') })
    await postgres.stop()
  }
  for (const name of [
    'postgres',
    'files',
    'secret-key',
    'demo.json',
    'ports.json',
    'portal.json',
    'telegram.json',
    SITE_FILE,
  ])
    await rm(join(folder, name), { recursive: true, force: true })
  say('The demo begins anew. / Демонстрация начата заново.')
}

async function emptyLog(file: string): Promise<void> {
  await truncate(file, 0).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}

function announce(ready: DemoReady): void {
  if (options.isJson) {
    process.stdout.write(`${JSON.stringify(ready)}\n`)
    return
  }
  const rows: [string, string][] = [
    ['Тестовый сайт / Test site', ready.site],
    ['Портал / Pretend portal', ready.portal],
    ['Кабинет / Cabinet', ready.cabinet],
    ['Telegram', ready.telegram],
    ['Владелец / Owner', `${ready.signIn.email}  ${ready.signIn.password}`],
    ['Оператор / Operator', `${ready.operator.email}  ${ready.operator.password}`],
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`)
  process.stdout.write(
    `\n${lines.join('\n')}\n\n  Напишите в чат на тестовом сайте и откройте кабинет. Ctrl-C останавливает всё.\n` +
      `  Write in the chat on the test site and open the cabinet. Ctrl-C stops everything.\n` +
      `  Журналы / Logs: ${options.folder}${sep}*.log\n\n`,
  )
}

/** The lock is of a living process only: one left by `kill -9` is taken over. */
async function aloneInFolder(work: () => Promise<void>): Promise<void> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  let isMine = false
  try {
    await withStartLock(join(options.folder, 'demo.lock'), 1_000, async () => {
      isMine = true
      await work()
    })
  } catch (error) {
    if (isMine) throw error
    throw new DemoError(
      `A demo is already running in ${options.folder}. Stop it, or start another with: npm run demo -- --dir other\n` +
        `Демонстрация в этой папке уже запущена. Остановите её или начните другую: npm run demo -- --dir other`,
      { cause: error },
    )
  }
}

const { promise: stopped, resolve: stop } = Promise.withResolvers<string>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal))
// A terminal that was closed takes its streams away; writing to them must not leave the children behind.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop('closed'))

try {
  await aloneInFolder(() => runDemo(stopped))
  process.exitCode = 0
} catch (error) {
  if (error instanceof PortTakenError) {
    say(
      `${error.message}. Free it, or begin anew with: npm run demo -- --reset\n` +
        `Порт ${error.port} занят другой программой. Освободите его или начните заново: npm run demo -- --reset`,
    )
  } else
    say(
      error instanceof DemoError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error),
    )
  process.exitCode = 1
}
process.exit()
