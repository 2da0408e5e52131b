import { expect, test } from 'vitest'
import { crashRun } from './rig/crash-run.ts'
import { hubRig } from './rig/hub-rig.ts'

const conversations = Number(process.env['CRASH_CONVERSATIONS'] ?? 2_000)
const kills = Number(process.env['CRASH_KILLS'] ?? 8)
const seed = Number(process.env['CRASH_SEED'] ?? 20_261_122)

test('killed at random during thousands of messages that come twice and backwards, with a portal that breaks: nothing lost, nothing doubled', {
  timeout: 480_000,
}, async () => {
  await using rig = await hubRig({ portal: { plan: 'enterprise' } })
  const report = await crashRun(rig, { conversations, messagesEach: 2, kills, seed, timeoutMs: 300_000 })
  expect(report.problems.slice(0, 20), JSON.stringify(report.ledger)).toEqual([])
  expect(report.ledger.difference).toBe(0)
  expect(report.ledger.failed).toBe(0)
  expect(report.kills).toBe(kills)
  expect(report.faults).toBeGreaterThan(10)
  expect(report.consents).toBeGreaterThan(0)
  expect(report.reordered).toBeGreaterThan(conversations / 3)
})
