import { launchBrowser, type TestBrowser } from '@trunkline/e2e/browser'
import { type HubRig, hubRig, RIG_OWNER } from '@trunkline/e2e/rig/hub-rig'
import { untilSettled } from '@trunkline/e2e/rig/until-settled'
import { loadWholeInbox, scrollFrames } from '@trunkline/e2e/scroll-inbox'
import { testDatabase } from '@trunkline/server/store/test-database'
import { multiplyConversations } from './multiply.ts'

type Page = Awaited<ReturnType<TestBrowser['newPage']>>

const SETTLE_LIMIT_MS = 300_000

export interface InboxFigures {
  /** From opening the address to the first conversation on the screen, in a new browser profile just signed in; median of five. */
  readonly inboxReadyMs: number
  /** How many conversations the list holds while it is scrolled. */
  readonly inboxScrolled: number
  /** Time between two frames while the whole list is scrolled fast; 16.7 is a screen's own pace. */
  readonly inboxScrollP50Ms: number
  readonly inboxScrollP95Ms: number
  /** Answer of the server to one page of the list, on the way from the first to the last; 95 of 100 are quicker. */
  readonly inboxPageP95Ms: number
}

/**
 * Opens the inbox of a company with a thousand conversations, in a real browser whose memory holds only the sign-in page;
 * then the same company with ten times as many, and scrolls through all of them.
 */
export async function benchInbox(
  options: { conversations?: number; rounds?: number; times?: number } = {},
): Promise<InboxFigures> {
  const { conversations = 1_000, rounds = 5, times = 10 } = options
  await using database = await testDatabase()
  await using rig = await hubRig({ portal: { kind: 'box' }, databaseUrl: database.url })
  for (let i = 0; i < conversations; i++) rig.telegram.person({ name: `Inbox ${i}` }).write(`Вопрос ${i}`)
  await untilSettled(rig.client, conversations, SETTLE_LIMIT_MS)
  const browser = await launchBrowser()
  try {
    const opened: number[] = []
    for (let round = 0; round < rounds; round++) {
      const page = await signedIn(browser, rig)
      const startedAt = performance.now()
      await openInbox(page, rig)
      opened.push(performance.now() - startedAt)
      await page.context().close()
    }
    await multiplyConversations(database.database, times)
    const page = await signedIn(browser, rig)
    await openInbox(page, rig)
    const pagesMs = await loadWholeInbox(page, conversations * times)
    const framesMs = await scrollFrames(page)
    await page.context().close()
    return {
      inboxReadyMs: share(opened, 0.5),
      inboxScrolled: conversations * times,
      inboxScrollP50Ms: share(framesMs, 0.5),
      inboxScrollP95Ms: share(framesMs, 0.95),
      inboxPageP95Ms: share(pagesMs, 0.95),
    }
  } finally {
    await browser.close()
  }
}

/** A new browser profile that has signed in and seen nothing else. */
export async function signedIn(browser: TestBrowser, rig: HubRig): Promise<Page> {
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
  return page
}

async function openInbox(page: Page, rig: HubRig): Promise<void> {
  await page.goto(`${rig.server.url}/cabinet/inbox`)
  await page.locator('[data-test=conversations] [data-row]').first().waitFor()
}

/** The value that this part of the measurements does not exceed. */
export function share(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)]!
}
