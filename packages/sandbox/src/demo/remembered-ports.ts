/** Ports of a demo: taken once, remembered, the same ever after, so that links, tokens and cookies stay good. */
import { randomInt } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Every address of the demo, all on 127.0.0.1. */
export interface DemoPorts {
  readonly cabinet: number
  readonly portal: number
  /** Always the next one after `portal`: the sandbox puts its auth server there. */
  readonly auth: number
  readonly telegram: number
  readonly site: number
}

/** What a newcomer gets when nothing else runs: numbers that are easy to type. */
const EASY: DemoPorts = { cabinet: 8080, portal: 8090, auth: 8091, telegram: 8092, site: 8088 }
const NAMES = Object.keys(EASY) as (keyof DemoPorts)[]
const HOST = '127.0.0.1'
/** Below the ports that systems hand out by themselves, so that a demo that is stopped finds its own again. */
const CALM_FROM = 20_000
const CALM_COUNT = 10_000

/** A remembered port that another program has taken meanwhile. */
export class PortTakenError extends Error {
  readonly port: number
  constructor(port: number) {
    super(`port ${port} is taken by another program`)
    this.port = port
  }
}

/**
 * The ports of the demo in this folder: those of `ports.json`, or free ones chosen now and written there.
 *
 * Children of a demo that was killed a moment ago may still be closing, so a remembered port is waited for.
 * @param options.waitMs how long a remembered port may stay taken.
 * @param options.isEasy begin with numbers that are easy to type; for the one demo of this machine.
 * @throws PortTakenError when it stays taken: another port would break every address that was handed out.
 */
export async function rememberedPorts(
  folder: string,
  { waitMs, isEasy }: { readonly waitMs: number; readonly isEasy: boolean },
): Promise<DemoPorts> {
  const file = join(folder, 'ports.json')
  const kept = await readPorts(file)
  if (kept !== undefined) {
    const until = Date.now() + waitMs
    for (const name of NAMES) {
      while (!(await isFree(kept[name]))) {
        if (Date.now() > until) throw new PortTakenError(kept[name])
        await sleep(100)
      }
    }
    return kept
  }
  const chosen = await choosePorts(isEasy)
  await writeFile(`${file}.tmp`, `${JSON.stringify(chosen, null, 2)}\n`)
  await rename(`${file}.tmp`, file)
  return chosen
}

/** Free ports, all held open until the last is chosen, so that none repeats. */
async function choosePorts(isEasy: boolean): Promise<DemoPorts> {
  const held: Held[] = []
  /** As many neighbouring free ports as asked for; gives the first. */
  const take = async (easy: number, count: number): Promise<number> => {
    for (let attempt = isEasy ? 0 : 1; attempt < 200; attempt++) {
      const first = attempt === 0 ? easy : randomInt(CALM_FROM, CALM_FROM + CALM_COUNT)
      const row = await Promise.all(Array.from({ length: count }, (_, index) => hold(first + index)))
      const free = row.filter((one) => one !== undefined)
      held.push(...free)
      if (free.length === count) return first
    }
    throw new Error('no free port was found')
  }
  try {
    const portal = await take(EASY.portal, 2)
    return {
      cabinet: await take(EASY.cabinet, 1),
      portal,
      auth: portal + 1,
      telegram: await take(EASY.telegram, 1),
      site: await take(EASY.site, 1),
    }
  } finally {
    await Promise.all(held.map(({ release }) => release()))
  }
}

async function readPorts(file: string): Promise<DemoPorts | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const ports = JSON.parse(text) as Record<string, unknown>
  for (const name of NAMES) {
    const port = ports[name]
    if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65_535)
      throw new Error(`${file}: ${name} is not a port; remove the file or start with --reset`)
  }
  return ports as unknown as DemoPorts
}

async function isFree(port: number): Promise<boolean> {
  const taken = await hold(port)
  await taken?.release()
  return taken !== undefined
}

interface Held {
  readonly release: () => Promise<void>
}

function hold(port: number): Promise<Held | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: HOST, exclusive: true }, () => {
      const release = (): Promise<void> => new Promise((done) => server.close(() => done()))
      resolve({ release })
    })
  })
}
