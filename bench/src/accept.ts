import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import autocannon from 'autocannon'
import type { AcceptServerReady } from './accept-server.ts'

/** How many webhooks the product takes, each on the disk before its answer, beside a handler that does nothing. */
export interface AcceptFigures {
  /** Accepted per second ÷ bare per second: the median of the rounds' own ratios, since a machine's speed drifts. */
  readonly acceptRatio: number
  readonly acceptedPerSecond: number
  readonly barePerSecond: number
  readonly acceptP50Ms: number
  readonly acceptP99Ms: number
  /** Hooks answered with 200 and found in the database afterwards: equal, or the bench fails. */
  readonly accepted: number
  readonly database: string
}

export interface AcceptOptions {
  readonly rounds?: number
  readonly roundSeconds?: number
  readonly connections?: number
}

/**
 * Runs the bare handler and the doors in turn, in one process on the same two cores as the client, with the same bodies.
 * @throws when a hook was refused, or an answered one is not in the database.
 */
export async function benchAccept(options: AcceptOptions = {}): Promise<AcceptFigures> {
  const { rounds = 7, roundSeconds = 2, connections = 64 } = options
  const dataDir = await mkdtemp(join(tmpdir(), 'trunkline-bench-'))
  const server = fork(join(import.meta.dirname, 'accept-server.ts'), [dataDir], { execArgv: [] })
  const exited = once(server, 'exit')
  try {
    const ready = await answerOf<AcceptServerReady>(server)
    const fire = (url: string, seconds: number) =>
      load(url, { seconds, connections, headers: { [SECRET_HEADER]: ready.hookSecret } })
    await fire(ready.bareUrl, 1)
    let accepted = (await fire(ready.hookUrl, 1)).answered
    const bare: Load[] = []
    const doors: Load[] = []
    for (let round = 0; round < rounds; round++) {
      bare.push(await fire(ready.bareUrl, roundSeconds))
      const door = await fire(ready.hookUrl, roundSeconds)
      accepted += door.answered
      doors.push(door)
    }
    server.send('count')
    const stored = await answerOf<number>(server)
    // A hook whose answer was cut off at the end of a round may be stored and not counted; never the other way.
    if (stored < accepted)
      throw new Error(`${accepted} hooks were answered and ${stored} are in the database`)
    const acceptedPerSecond = median(doors.map((each) => each.perSecond))
    const barePerSecond = median(bare.map((each) => each.perSecond))
    return {
      acceptRatio: median(
        doors.map((each, round) => each.perSecond / (bare[round]?.perSecond ?? Number.NaN)),
      ),
      acceptedPerSecond,
      barePerSecond,
      acceptP50Ms: median(doors.map((each) => each.p50Ms)),
      acceptP99Ms: median(doors.map((each) => each.p99Ms)),
      accepted,
      database: ready.database,
    }
  } finally {
    if (server.connected) server.send('stop')
    await exited
    await rm(dataDir, { recursive: true, force: true })
  }
}

// Source: core.telegram.org/bots/api#setwebhook, parameter secret_token.
const SECRET_HEADER = 'x-telegram-bot-api-secret-token'

interface Load {
  readonly answered: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

let updateId = 0

async function load(
  url: string,
  how: { readonly seconds: number; readonly connections: number; readonly headers: Record<string, string> },
): Promise<Load> {
  const result = await autocannon({
    url,
    connections: how.connections,
    duration: how.seconds,
    requests: [
      {
        method: 'POST',
        headers: { ...how.headers, 'content-type': 'application/json' },
        setupRequest: (request) => ({ ...request, body: nextUpdate() }),
      },
    ],
  })
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed of ${result.requests.total}`)
  }
  return {
    answered: result['2xx'],
    perSecond: result['2xx'] / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  }
}

/** A message of one of a thousand people; about 600 bytes, the usual size of an update. */
function nextUpdate(): string {
  updateId += 1
  const person = 1 + (updateId % 1000)
  const from = { id: person, is_bot: false, first_name: 'Анна', last_name: 'Ветрова', language_code: 'ru' }
  return JSON.stringify({
    update_id: updateId,
    message: {
      message_id: updateId,
      from,
      chat: { id: person, first_name: from.first_name, last_name: from.last_name, type: 'private' },
      date: 1_790_000_000 + updateId,
      text: 'Здравствуйте! Подскажите, пожалуйста, есть ли в наличии и когда сможете доставить? '.repeat(2),
    },
  })
}

async function answerOf<T>(server: ReturnType<typeof fork>): Promise<T> {
  const gone = once(server, 'exit').then(([code]) => {
    throw new Error(`the measured server ended with ${String(code)}`)
  })
  const [message] = (await Promise.race([once(server, 'message'), gone])) as [T]
  return message
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${JSON.stringify(await benchAccept(), undefined, 2)}\n`)
}
