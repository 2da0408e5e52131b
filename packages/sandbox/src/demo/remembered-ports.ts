/** Ports of a demo: taken once, remembered, the same ever after, so that links, tokens and cookies stay good. */
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
const WANTED: DemoPorts = { cabinet: 8080, portal: 8090, auth: 8091, telegram: 8092, site: 8088 }
const NAMES = Object.keys(WANTED) as (keyof DemoPorts)[]
const HOST = '127.0.0.1'

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
 * @param waitMs how long a remembered port may stay taken.
 * @throws PortTakenError when it stays taken: another port would break every address that was handed out.
 */
export async function rememberedPorts(folder: string, waitMs: number): Promise<DemoPorts> {
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
  const chosen = await choosePorts()
  await writeFile(`${file}.tmp`, `${JSON.stringify(chosen, null, 2)}\n`)
  await rename(`${file}.tmp`, file)
  return chosen
}

/** The wanted numbers where free, else what the system gives; all held open until the last is chosen, so none repeats. */
async function choosePorts(): Promise<DemoPorts> {
  const held: Held[] = []
  const take = async (wanted: number): Promise<number> => {
    const one = (await hold(wanted)) ?? (await hold(0))
    if (one === undefined) throw new Error('the system gives no free port')
    held.push(one)
    return one.port
  }
  try {
    const portal = await takePair(held)
    return {
      cabinet: await take(WANTED.cabinet),
      portal,
      auth: portal + 1,
      telegram: await take(WANTED.telegram),
      site: await take(WANTED.site),
    }
  } finally {
    await Promise.all(held.map(({ release }) => release()))
  }
}

/** The first of two neighbouring free ports. */
async function takePair(held: Held[]): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = await hold(attempt === 0 ? WANTED.portal : 0)
    if (first === undefined) continue
    const second = first.port < 65_535 ? await hold(first.port + 1) : undefined
    // Kept even when its neighbour is taken: the system would only offer it again.
    held.push(first)
    if (second === undefined) continue
    held.push(second)
    return first.port
  }
  throw new Error('the system gives no two neighbouring free ports')
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
  readonly port: number
  readonly release: () => Promise<void>
}

function hold(port: number): Promise<Held | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: HOST, exclusive: true }, () => {
      const address = server.address()
      const release = (): Promise<void> => new Promise((done) => server.close(() => done()))
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port, release })
    })
  })
}
