import { setTimeout as sleep } from 'node:timers/promises'
import type { Home } from '@trunkline/contracts/http/journal'
import { launchBrowser } from '@trunkline/e2e/browser'
import { hubRig, RIG_OWNER } from '@trunkline/e2e/rig/hub-rig'

export interface InboxFigures {
  /** From opening the address to the first conversation on the screen, in a new browser profile just signed in; median of five. */
  readonly inboxReadyMs: number
}

/** Opens the inbox of a company with a thousand conversations, in a real browser whose memory holds only the sign-in page. */
export async function benchInbox(
  options: { conversations?: number; rounds?: number } = {},
): Promise<InboxFigures> {
  const { conversations = 1_000, rounds = 5 } = options
  await using rig = await hubRig({ portal: { kind: 'box' } })
  for (let i = 0; i < conversations; i++) rig.telegram.person({ name: `Inbox ${i}` }).write(`Вопрос ${i}`)
  for (;;) {
    const { ledger } = await rig.client.call<Home>('GET', '/api/home')
    if (ledger.accepted >= conversations && ledger.pending === 0) break
    await sleep(500)
  }
  const browser = await launchBrowser()
  const times: number[] = []
  try {
    for (let round = 0; round < rounds; round++) {
      const page = await browser.newPage({ locale: 'en', theme: 'light', width: 'wide' })
      await page.goto(`${rig.server.url}/cabinet/sign-in`)
      const status = await page.evaluate(async ({ email, password }) => {
        const answer = await fetch('/api/auth/sign-in/email', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-trunkline': '1' },
          body: JSON.stringify({ email, password }),
        })
        return answer.status
      }, RIG_OWNER)
      if (status !== 200) throw new Error(`sign-in: ${status}`)
      const startedAt = performance.now()
      await page.goto(`${rig.server.url}/cabinet/inbox`)
      await page.locator('[data-test=conversations] [data-row]').first().waitFor()
      times.push(performance.now() - startedAt)
      await page.context().close()
    }
  } finally {
    await browser.close()
  }
  return { inboxReadyMs: times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]! }
}
