import { setTimeout as sleep } from 'node:timers/promises'
import type { Home } from '@trunkline/contracts/http/journal'
import type { HubClient } from './hub-client.ts'

const EVERY_MS = 200

/**
 * Waits until the hub has accepted that many events, each has an outcome that stays, and nothing is on its way to a portal.
 * @param accepted events since the hub began; more are welcome
 * @throws Error with the ledger when it takes longer
 */
export async function untilSettled(
  client: Pick<HubClient, 'call'>,
  accepted: number,
  limitMs: number,
): Promise<Home['ledger']> {
  for (const deadline = performance.now() + limitMs; ; await sleep(EVERY_MS)) {
    const { ledger, portals } = await client.call<Home>('GET', '/api/home')
    const waiting = portals.reduce((sum, portal) => sum + portal.waiting, 0)
    if (ledger.pending + ledger.held === 0 && ledger.accepted >= accepted && waiting === 0) return ledger
    if (performance.now() > deadline)
      throw new Error(
        `not settled within ${limitMs / 1000} s: ${JSON.stringify(ledger)}, ${waiting} on their way to portals`,
      )
  }
}
