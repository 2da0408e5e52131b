import { setTimeout as sleep } from 'node:timers/promises'
import type { Home } from '@trunkline/contracts/http/journal'
import { type HubRig, hubRig } from '@trunkline/e2e/rig/hub-rig'

/** What bringing conversations to a portal costs and how long it takes. */
export interface TransferFigures {
  readonly conversations: number
  /** REST requests ÷ conversations, all arriving at once. */
  readonly hitsPerConversation: number
  readonly commandsPerConversation: number
  /** Seconds from the first webhook to the last deal, ÷ the least that the portal's limits allow for these commands. */
  readonly drainRatio: number
  readonly drainSeconds: number
  readonly minimumSeconds: number
  /** Requests that the portal refused for its rate limit. */
  readonly blocked: number
  readonly webhookToDealP50Ms: number
  readonly webhookToDealP95Ms: number
}

// The portal's documented limits: a bucket of 50 that leaks two a second, 50 commands in a batch.
// Source: reference/bitrix24.md §2.4, §2.5.
const BUCKET = 50
const PER_SECOND = 2
const BATCH = 50

/**
 * Runs the whole product in its own process against the pretend portal (cloud limits): first single messages on an idle
 * portal, far enough apart that the bucket stays empty, then many conversations at once.
 */
export async function benchTransfer(
  options: { conversations?: number; singles?: number } = {},
): Promise<TransferFigures> {
  const { conversations = 1_000, singles = 30 } = options
  await using rig = await hubRig({ portal: { kind: 'cloud', plan: 'basic' } })
  await emptyBucket(rig)
  const latenciesMs: number[] = []
  for (let i = 0; i < singles; i++) {
    latenciesMs.push(await webhookToDeal(rig, `Single ${i}`))
    await emptyBucket(rig)
  }
  await untilIdle(rig)
  await emptyBucket(rig)
  rig.portal.journal.clear()
  const before = rig.portal.crm.deals.length
  const people = Array.from({ length: conversations }, (_, i) => rig.telegram.person({ name: `Many ${i}` }))
  const startedAt = performance.now()
  for (const person of people) person.write('Здравствуйте! Есть ли в наличии?')
  while (rig.portal.crm.deals.length < before + conversations) await sleep(20)
  await untilIdle(rig, conversations + singles)
  const hits = rig.portal.journal.hits.filter((hit) => hit.kind === 'rest')
  const lastWriteAt = Math.max(...hits.map((hit) => hit.at))
  const drainSeconds = (lastWriteAt - (Date.now() - (performance.now() - startedAt))) / 1000
  const commands = hits.reduce((sum, hit) => sum + hit.commands.length, 0)
  const minimumSeconds = Math.max(0, (Math.ceil(commands / BATCH) - BUCKET) / PER_SECOND)
  latenciesMs.sort((a, b) => a - b)
  return {
    conversations,
    hitsPerConversation: hits.length / conversations,
    commandsPerConversation: commands / conversations,
    drainRatio: drainSeconds / minimumSeconds,
    drainSeconds,
    minimumSeconds,
    blocked: hits.filter((hit) => hit.refused).length,
    webhookToDealP50Ms: latenciesMs[Math.floor(latenciesMs.length * 0.5)]!,
    webhookToDealP95Ms: latenciesMs[Math.floor(latenciesMs.length * 0.95)]!,
  }
}

/** From the moment the network begins to deliver a message to the moment the portal holds its deal. */
async function webhookToDeal(rig: HubRig, name: string): Promise<number> {
  const before = rig.portal.crm.deals.length
  const person = rig.telegram.person({ name })
  const startedAt = performance.now()
  person.write('Здравствуйте!')
  while (rig.portal.crm.deals.length === before) await sleep(1)
  return performance.now() - startedAt
}

/** Lets the portal's bucket leak, so that one measurement does not wait for the one before. */
async function emptyBucket(rig: HubRig): Promise<void> {
  while (rig.portal.limits.level() > 1) await sleep(100)
}

async function untilIdle(rig: HubRig, accepted = 0): Promise<void> {
  for (;;) {
    const { ledger } = await rig.client.call<Home>('GET', '/api/home')
    if (ledger.pending === 0 && ledger.accepted >= accepted) return
    await sleep(200)
  }
}
