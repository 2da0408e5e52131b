import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { startFault } from './start-fault.ts'

test('a port that somebody listens on is told in a line with the way out', async () => {
  const first = createServer().listen(0, '127.0.0.1')
  await once(first, 'listening')
  const address = first.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const second = createServer()
  const failed = once(second, 'error')
  second.listen(address.port, '127.0.0.1')
  const [error] = await failed
  first.close()
  const line = startFault(error)
  expect(line).toContain(`127.0.0.1:${address.port}`)
  expect(line).toContain('set PORT')
  expect(line).not.toContain('\n')
})

test('a refusal of the database is found under what it kept from happening', () => {
  const refused = Object.assign(new Error('permission denied to grant role'), { code: '42501' })
  expect(startFault(new Error('migration 0001 failed', { cause: refused }))).toContain('database.md')
})

test.each([new Error('a fault of ours'), Object.assign(new Error('x'), { code: 'toString' }), 'text'])(
  'anything else keeps its stack: %s',
  (error) => {
    expect(startFault(error)).toBeUndefined()
  },
)
