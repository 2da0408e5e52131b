import { mkdir, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { launchBrowser } from './browser.ts'
import { enterCabinet } from './cabinet-visit.ts'
import { startDemo } from './demo-process.ts'

/** Draws `docs/images/inbox.png` for the README: `node e2e/src/inbox-picture.ts`. Run by hand when the inbox changed. */

const PICTURE = fileURLToPath(new URL('../../docs/images/inbox.png', import.meta.url))
const MOST_BYTES = 300_000
const CUSTOMER = 'Nadia Brooks'
const LINES: readonly { readonly from: 'customer' | 'operator'; readonly text: string }[] = [
  { from: 'customer', text: 'Hello! Is the Evening bouquet still available for tomorrow?' },
  { from: 'operator', text: 'Good afternoon, Nadia! Yes, two are left. What time suits you?' },
  { from: 'customer', text: 'Around ten in the morning. It is a birthday, so please add a card.' },
  { from: 'operator', text: 'Gladly. What shall we write on the card?' },
  { from: 'customer', text: '“To the best sister in the world”' },
  { from: 'operator', text: 'Done. The courier calls half an hour before, and we send a photo first.' },
  { from: 'customer', text: 'Wonderful, thank you! How can I pay?' },
]

const [demo, browser] = await Promise.all([startDemo('en'), launchBrowser()])
try {
  const operator = await browser.newPage({ locale: 'en' })
  await enterCabinet(operator, demo.cabinet, demo.operator, 'en')
  await fetch(`${demo.portal}/sandbox/page/scenario`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const customer = await browser.newPage({ locale: 'en' })
  await customer.goto(`${demo.site}/?lang=en&utm_source=newsletter&utm_medium=email&utm_campaign=spring`)
  await customer.getByRole('button', { name: 'Open chat' }).click()
  const chat = customer.getByRole('dialog')
  await chat.getByLabel('Name').fill(CUSTOMER)
  await chat.getByLabel('Phone').fill('+44 20 7946 0958')
  await chat.getByRole('checkbox').check()
  await chat.getByRole('button', { name: 'Start the chat' }).click()

  await operator.goto(`${demo.cabinet}/cabinet/inbox`)
  for (const { from, text } of LINES) {
    const field =
      from === 'customer'
        ? chat.getByRole('textbox', { name: 'Your message' })
        : operator.locator('[data-test="reply"]')
    await field.fill(text)
    await field.press(from === 'customer' ? 'Enter' : 'Control+Enter')
    if (!operator.url().includes('/inbox/')) {
      await operator.locator('.inbox-row', { hasText: CUSTOMER }).click()
    }
    await operator.locator('[data-test="talk"] article', { hasText: text }).waitFor()
    await customer.getByRole('log').getByText(text).waitFor()
  }
  // The rest of the scenario comes by itself: the inbox is worth a look when everybody has written.
  await operator.locator('.inbox-row').nth(3).waitFor({ timeout: 60_000 })
  await operator.locator('#side-tab-why').click()
  await operator.getByText('Passed', { exact: true }).first().waitFor()
  await operator.locator('[data-test="trace"]').waitFor()
  await operator.locator('[data-test="reply"]').blur()
  await mkdir(new URL('../../docs/images/', import.meta.url), { recursive: true })
  await operator.screenshot({ path: PICTURE, animations: 'disabled' })
  const { size } = await stat(PICTURE)
  if (size > MOST_BYTES) throw new Error(`the picture has ${size} bytes, ${MOST_BYTES} are allowed`)
} finally {
  await browser.close()
  await demo.stop()
}
