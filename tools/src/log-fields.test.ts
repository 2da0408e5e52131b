import { expect, it } from 'vitest'
import { tellingLogs } from './log-fields.ts'
import { readTree } from './source-tree.ts'

it('no log call hands over words, persons or secrets by name', async () => {
  const rooms = ['channels', 'portal', 'server'].map((room) => `packages/${room}/src`)
  const files = await readTree(rooms, (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  expect(files.length).toBeGreaterThan(10)
  expect(tellingLogs(files)).toEqual([])
})

it.each([
  ["log.info({ text }, 'message stored')", 'text'],
  ["deps.logger.warn({ accessToken: pair.access }, 'refused')", 'accessToken'],
  ['this.httpLog.error({ phone: contact.phone })', 'phone'],
  ['logger.child({ password })', 'password'],
])('%s is named', (text, field) => {
  expect(tellingLogs([{ path: 'a.ts', text }])).toEqual([
    `a.ts:1 logs ${field}: a log holds no words, persons or secrets.`,
  ])
})

it('ids, counts and other calls with such fields are nobody’s business', () => {
  const text = "log.info({ conversationId, tookMs }, 'stored'); store.info({ text }); send({ text })"
  expect(tellingLogs([{ path: 'a.ts', text }])).toEqual([])
})
