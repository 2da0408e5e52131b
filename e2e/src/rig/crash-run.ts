import { setTimeout as sleep } from 'node:timers/promises'
import type { Home } from '@trunkline/contracts/http/journal'
import type { Portal } from '@trunkline/contracts/http/portals'
import type { HubRig } from './hub-rig.ts'
import { untilSettled } from './until-settled.ts'

/** What a crash run is made of. */
export interface CrashPlan {
  readonly conversations: number
  readonly messagesEach: number
  /** Kills of the server, at random moments while messages arrive and are transferred. */
  readonly kills: number
  /** Seed of everything random, so that a run that fails can be run again. */
  readonly seed: number
  /** Gives up after this long. */
  readonly timeoutMs: number
}

/** People who write at the same time. */
const GROUP = 100
/** Telegram counts time in seconds: two messages so far apart have an order whichever comes first. */
const TICK_MS = 1_050

/** What was found afterwards. All problems are sentences; an empty list is the promise kept. */
export interface CrashReport {
  readonly kills: number
  readonly seconds: number
  readonly hits: number
  readonly faults: number
  /** Customers whose hooks came in the opposite order. */
  readonly reordered: number
  /** How often the administrator had to consent anew. */
  readonly consents: number
  readonly ledger: Home['ledger']
  readonly problems: readonly string[]
}

/**
 * Many customers write over Telegram while the server is killed again and again and the portal and the network
 * misbehave: 503, connections cut before and after writes, expired tokens, gateway errors, hooks delivered twice and in
 * the opposite order. Once the portal revokes our tokens, and an administrator consents anew whenever the cabinet says so.
 * Then the customers and the killing stop, the server works against the misbehaving portal until it has nothing to do, and
 * the portal is compared with what was written: order is by the time of writing, not of arrival.
 */
export async function crashRun(rig: HubRig, plan: CrashPlan): Promise<CrashReport> {
  const random = generator(plan.seed)
  const startedAt = performance.now()
  const before = {
    deals: rig.portal.crm.deals.length,
    contacts: rig.portal.crm.contacts.length,
    hits: rig.portal.counts.hits,
  }
  breakThings(rig)
  const people = Array.from({ length: plan.conversations }, (_, i) => ({
    person: rig.telegram.person({ name: `Customer ${i}` }),
    name: `Customer ${i}`,
    texts: Array.from(
      { length: plan.messagesEach },
      (_, m) => `c${i}-m${m}-${Math.floor(random() * 1e9).toString(36)}`,
    ),
  }))

  const killer = (async () => {
    let kills = 0
    while (kills < plan.kills) {
      await sleep(2_000 + random() * 5_000)
      await rig.server.kill()
      kills += 1
      await sleep(random() * 1_000)
      await rig.server.start()
    }
    return kills
  })()
  const administrator = watchConsent(rig)
  const reordered = await writeAll(rig, people, plan, random)
  const kills = await killer
  const problems: string[] = []
  const expected = plan.conversations * plan.messagesEach
  const ledger = await untilSettled(rig.client, expected, plan.timeoutMs).catch(async (error: unknown) => {
    // What the portal holds by now is told beside it.
    problems.push(String(error))
    return (await rig.client.call<Home>('GET', '/api/home')).ledger
  })
  const consents = await administrator.leave()
  rig.portal.faults.clear()
  compare(rig, people, before, problems)
  return {
    kills,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    hits: rig.portal.counts.hits - before.hits,
    faults: rig.portal.journal.hits.filter((hit) => hit.fault !== null && hit.fault !== undefined).length,
    reordered,
    consents,
    ledger,
    problems,
  }
}

/**
 * Somebody who keeps an eye on the cabinet and presses "Connect" when it asks for it: after the tokens were revoked, and
 * after a kill at the very moment between the portal's new refresh token and our saving it, which no client can undo.
 */
function watchConsent({ client }: HubRig): { leave(): Promise<number> } {
  let consents = 0
  let here = true
  const watching = (async () => {
    for (; here; await sleep(300)) {
      try {
        const { data } = await client.call<{ data: Portal[] }>('GET', '/api/portals')
        for (const portal of data) {
          if (portal.health.action !== 'authorise') continue
          const { authorizeUrl } = await client.call<{ authorizeUrl: string }>(
            'POST',
            `/api/portals/${portal.id}/authorise`,
          )
          await client.consent(authorizeUrl)
          consents += 1
        }
      } catch {
        // The server was killed meanwhile: looked at again when it is back.
      }
    }
  })()
  return {
    async leave() {
      here = false
      await watching
      return consents
    },
  }
}

type Customer = { readonly person: { write(text: string): unknown }; readonly texts: readonly string[] }

/**
 * People write in groups, each person in order. Most groups' hooks are kept back until the whole group has written and
 * come in the opposite order, the last of a person first, some of them twice.
 * @returns how many people's hooks came backwards.
 */
async function writeAll(
  rig: HubRig,
  people: readonly Customer[],
  plan: CrashPlan,
  random: () => number,
): Promise<number> {
  const { delivery } = rig.telegram
  const order = shuffled(people, random)
  let reordered = 0
  for (let from = 0; from < order.length; from += GROUP) {
    const group = order.slice(from, from + GROUP)
    const backwards = random() < 0.75
    if (backwards) delivery.hold()
    for (let m = 0; m < plan.messagesEach; m++) {
      if (m > 0) await sleep(TICK_MS)
      if (!backwards) delivery.duplicateNext(Math.floor((random() * GROUP) / 5))
      for (const { person, texts } of group) person.write(texts[m]!)
    }
    if (backwards) {
      delivery.duplicateNext(Math.floor((random() * GROUP) / 2))
      delivery.release('reversed')
      reordered += group.length
    }
  }
  return reordered
}

function breakThings({ portal }: HubRig): void {
  portal.faults.add({ kind: 'rate-limit', probability: 0.08 })
  portal.faults.add({ kind: 'cut-after', method: 'batch', probability: 0.1 })
  portal.faults.add({ kind: 'cut-before', method: 'batch', probability: 0.06 })
  portal.faults.add({ kind: 'bad-gateway', method: 'batch', probability: 0.05 })
  portal.faults.add({ kind: 'expired-token', probability: 0.04 })
  portal.faults.add({ kind: 'revoked-token', skip: 40, count: 1 })
}

/** The portal must hold exactly one deal and one contact for each customer, and every word in order. */
export function compare(
  { portal }: Pick<HubRig, 'portal'>,
  people: readonly { name: string; texts: readonly string[] }[],
  before: { deals: number; contacts: number },
  problems: string[],
): void {
  const deals = portal.crm.deals.slice(before.deals)
  const contacts = portal.crm.contacts.slice(before.contacts)
  if (deals.length !== people.length) problems.push(`${deals.length} deals for ${people.length} customers`)
  if (contacts.length !== people.length)
    problems.push(`${contacts.length} contacts for ${people.length} customers`)
  const byContact = new Map(deals.map((deal) => [String(deal.contactId), deal]))
  const byName = new Map(contacts.map((contact) => [fullName(contact), contact]))
  for (const { name, texts } of people) {
    const contact = byName.get(name)
    const deal = contact === undefined ? undefined : byContact.get(String(contact.id))
    if (deal === undefined) {
      problems.push(`${name} has no ${contact === undefined ? 'contact' : 'deal'}`)
      continue
    }
    const comments = portal.crm.commentsOf('deal', deal.id)
    if (comments.length !== 1) problems.push(`${name}: ${comments.length} comments`)
    const transcript = comments.map((comment) => comment.text).join('\n')
    const places = texts.map((text) => transcript.indexOf(text))
    if (places.some((place) => place < 0)) problems.push(`${name}: a message is missing`)
    else if (places.some((place, i) => i > 0 && place < places[i - 1]!))
      problems.push(`${name}: messages out of order`)
    else if (texts.some((text) => transcript.split(text).length > 2))
      problems.push(`${name}: a message is there twice`)
  }
}

/** A name as people say it; the portal keeps its parts apart. */
function fullName(contact: Readonly<Record<string, unknown>>): string {
  return [contact['name'], contact['lastName']]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(' ')
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items]
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!]
  }
  return mixed
}

/** Mulberry32: enough to make a run repeatable. Source: public domain, by Tommy Ettinger. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
