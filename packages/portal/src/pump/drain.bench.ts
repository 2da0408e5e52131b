/**
 * How long a pretend cloud portal takes to swallow N conversations that arrive at once, against the theoretical
 * minimum, and how many hits each costs. Run it by hand:
 *
 *     node packages/portal/src/pump/drain.bench.ts [conversations] [arrivalSeconds]
 */

import { executeSteps } from '../crm/execute-steps.ts'
import { lookUp } from '../crm/lookup.ts'
import { createMemoryLedger } from '../testing/memory-ledger.ts'
import { connectSandbox } from '../testing/sandbox-connection.ts'

const conversations = Number(process.argv[2] ?? 1000)
const arrivalSeconds = Number(process.argv[3] ?? 1)
const PLAN = { rate: 2, burst: 50 }

const connection = await connectSandbox({ pump: { plan: PLAN } })
const { pump, portal } = connection
const startedAt = performance.now()
const latenciesMs: number[] = []

async function conversation(n: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, (n / conversations) * arrivalSeconds * 1000))
  const arrivedAt = performance.now()
  const phone = `+7999${String(n).padStart(7, '0')}`
  const email = `customer${n}@mail.ru`
  await lookUp(pump, { phones: [phone], emails: [email], known: [] }, 'classic')
  const marker = `hub.example/c/${n};`
  const ledger = createMemoryLedger([
    [
      {
        kind: 'create-contact',
        key: 'c',
        fields: { name: `Customer ${n}`, phones: [phone], emails: [email] },
      },
    ],
    [{ kind: 'create-deal', key: 'd', fields: { title: `Chat ${n}` }, contact: { step: 'c' } }],
    [
      { kind: 'comment', key: 't', target: { step: 'd' } },
      { comment: `Hello ${marker}`, marker },
    ],
    [{ kind: 'notify', key: 'n', userId: '1', about: { step: 'd' } }, { notifyText: `New chat ${n}` }],
  ])
  const result = await executeSteps(pump, ledger.steps(), ledger, { portalOrigin: portal.url })
  if (result.state !== 'done') throw new Error(`conversation ${n} ended ${result.state}`)
  latenciesMs.push(performance.now() - arrivedAt)
}

await Promise.all(Array.from({ length: conversations }, (_, n) => conversation(n)))
const seconds = (performance.now() - startedAt) / 1000
const { hits, commands, refused } = pump.stats()
const minimumHits = Math.ceil(commands / 50)
const minimumSeconds = Math.max(0, (minimumHits - PLAN.burst) / PLAN.rate)
latenciesMs.sort((a, b) => a - b)
const table = {
  conversations,
  deals: portal.crm.deals.length,
  hits,
  refused: refused + portal.counts.refused,
  hitsPerConversation: Number((hits / conversations).toFixed(3)),
  seconds: Number(seconds.toFixed(1)),
  minimumSeconds,
  drainRatio: Number((seconds / Math.max(1, minimumSeconds)).toFixed(3)),
  p50Ms: Math.round(latenciesMs[Math.floor(conversations / 2)]!),
  p95Ms: Math.round(latenciesMs[Math.floor(conversations * 0.95)]!),
}
process.stdout.write(`${JSON.stringify(table, null, 2)}\n`)
await connection.close()
