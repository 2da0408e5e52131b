import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PortTakenError, rememberedPorts } from './remembered-ports.ts'

const CALM = { waitMs: 0, isEasy: false }
let folder: string
const open: Server[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ports-'))
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise((done) => server.close(done))))
  await rm(folder, { recursive: true })
})

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    open.push(server)
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

describe('remembered ports', () => {
  it('are the same at the second start', async () => {
    const first = await rememberedPorts(folder, CALM)
    expect(new Set(Object.values(first)).size).toBe(5)
    expect(first.auth).toBe(first.portal + 1)
    expect(await rememberedPorts(folder, CALM)).toEqual(first)
    expect(JSON.parse(await readFile(join(folder, 'ports.json'), 'utf8'))).toEqual(first)
  })

  it('of two demos side by side are all different, the easy ones too', async () => {
    const other = await mkdtemp(join(tmpdir(), 'ports-'))
    try {
      const mine = await rememberedPorts(folder, { waitMs: 0, isEasy: true })
      for (const port of Object.values(mine)) await listen(port)
      const theirs = await rememberedPorts(other, { waitMs: 0, isEasy: true })
      expect(Object.values(theirs).filter((port) => Object.values(mine).includes(port))).toEqual([])
    } finally {
      await rm(other, { recursive: true })
    }
  })

  it('are waited for while a killed demo still closes, and refused by name when they stay taken', async () => {
    const ports = await rememberedPorts(folder, CALM)
    const server = await listen(ports.site)
    await expect(rememberedPorts(folder, CALM)).rejects.toThrow(new PortTakenError(ports.site))
    setTimeout(() => server.close(), 150)
    expect(await rememberedPorts(folder, { waitMs: 5000, isEasy: false })).toEqual(ports)
  })

  it('in a spoilt file are a fault that names the file', async () => {
    await writeFile(join(folder, 'ports.json'), '{"cabinet":"eighty"}')
    await expect(rememberedPorts(folder, CALM)).rejects.toThrow('cabinet is not a port')
  })
})
