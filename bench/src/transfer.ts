import { setTimeout as sleep } from 'node:timers/promises'
import type { Home } from '@trunkline/contracts/http/journal'
import { type HubRig, hubRig } from '@trunkline/e2e/rig/hub-rig'
import { untilSettled } from '@trunkline/e2e/rig/until-settled'

/** What bringing conversations to a portal costs and how long it takes. */
export interface TransferFigures {
  readonly conversations: number
  /** REST requests ÷ conversations, all arriving at once. */
  readonly hitsPerConversation: number
  readonly commandsPerConversation: number
  /**
   * Seconds from the first webhook to the last write, ÷ the theoretical minimum: the slower of what the portal's limits
   * allow for these commands and what this machine needs for the same conversations with a portal without limits.
   */
  readonly drainRatio: number
  readonly drainSeconds: number
  /** The least that the portal's limits allow for these commands in full batches. */
  readonly limitSeconds: number
  /** The same conversations brought to a portal of one's own server, which has no limits: this machine's own speed. */
  readonly machineSeconds: number
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
const SETTLE_LIMIT_MS = 300_000

/**
 * Runs the whole product in its own process against the pretend portal (cloud limits): first single messages on an idle
 * portal, far enough apart that the bucket stays empty, then many conversations at once.
 */
export async function benchTransfer(
  options: { conversations?: number; singles?: number } = {},
): Promise<TransferFigures> {
  const { conversations = 1_000, singles = 30 } = options
  const latenciesMs: number[] = []
  await using rig = await hubRig({ portal: { kind: 'cloud', plan: 'basic' } })
  await emptyBucket(rig)
  for (let i = 0; i < singles; i++) {
    latenciesMs.push(await webhookToDeal(rig, `Single ${i}`))
    await emptyBucket(rig)
  }
  await untilSettled(rig.client, 0, SETTLE_LIMIT_MS)
  await emptyBucket(rig)
  const limited = await drain(rig, conversations)
  const own = await drainOwnServer(conversations)
  const limitSeconds = Math.max(0, (Math.ceil(limited.commands / BATCH) - BUCKET) / PER_SECOND)
  latenciesMs.sort((a, b) => a - b)
  return {
    conversations,
    hitsPerConversation: limited.hits / conversations,
    commandsPerConversation: limited.commands / conversations,
    drainRatio: limited.seconds / Math.max(limitSeconds, own.seconds),
    drainSeconds: limited.seconds,
    limitSeconds,
    machineSeconds: own.seconds,
    blocked: limited.blocked,
    webhookToDealP50Ms: latenciesMs[Math.floor(latenciesMs.length * 0.5)]!,
    webhookToDealP95Ms: latenciesMs[Math.floor(latenciesMs.length * 0.95)]!,
  }
}

interface Drain {
  readonly seconds: number
  readonly hits: number
  readonly commands: number
  readonly blocked: number
}

async function drainOwnServer(conversations: number): Promise<Drain> {
  await using rig = await hubRig({ portal: { kind: 'box' } })
  // Awaited here: the rig goes with the end of this function.
  return await drain(rig, conversations)
}

/** As many people as that write once, all at once: until the portal holds a deal of each and its transcript. */
async function drain(rig: HubRig, conversations: number): Promise<Drain> {
  rig.portal.journal.clear()
  const deals = rig.portal.crm.deals.length
  const { ledger } = await rig.client.call<Home>('GET', '/api/home')
  const people = Array.from({ length: conversations }, (_, i) => rig.telegram.person({ name: `Many ${i}` }))
  const startedAt = Date.now()
  for (const person of people) person.write('Здравствуйте! Есть ли в наличии?')
  while (rig.portal.crm.deals.length < deals + conversations) await sleep(20)
  await untilSettled(rig.client, ledger.accepted + conversations, SETTLE_LIMIT_MS)
  const hits = rig.portal.journal.hits.filter((hit) => hit.kind === 'rest')
  return {
    seconds: (Math.max(...hits.map((hit) => hit.at)) - startedAt) / 1000,
    hits: hits.length,
    commands: hits.reduce((sum, hit) => sum + hit.commands.length, 0),
    blocked: hits.filter((hit) => hit.refused).length,
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
