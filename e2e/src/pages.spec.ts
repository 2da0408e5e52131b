import { cabinetWorld, OWNER } from '@trunkline/server/testing/cabinet-world'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { axe } from './axe.ts'
import { launchBrowser, pageProblems, screenshot, type TestBrowser } from './browser.ts'
import { beInside, problemsInside } from './cabinet-visit.ts'
import { type DemoProcess, startDemo } from './demo-process.ts'

/** Every page of the product, looked at as people with different eyes, screens and languages do. */

interface Stop {
  readonly name: string
  readonly path: string
  /** What must be seen before the page counts as there. */
  readonly shows: string
  /** Brings the page into the state that is to be looked at. */
  readonly prepare?: (page: Page) => Promise<void>
}

let demo: DemoProcess
let browser: TestBrowser
let cabinetStops: readonly Stop[]

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo('ru'), launchBrowser()])
  await fetch(`${demo.portal}/sandbox/page/scenario`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const page = await browser.newPage()
  await beInside(page, demo.cabinet, demo.signIn, 'ru')
  const read = async <T>(path: string) =>
    (await (await page.request.get(`${demo.cabinet}${path}`)).json()) as T
  type Rows = { data: { id: string; transfer?: string; type?: string; publicKey?: string }[] }
  const conversation = await vi.waitFor(
    async () => {
      const { data } = await read<Rows>('/api/conversations')
      const passed = data.find((one) => one.transfer === 'passed')
      if (passed === undefined) throw new Error('no conversation of the scenario reached the portal')
      return passed
    },
    { timeout: 120_000, interval: 250 },
  )
  const channels = await read<Rows>('/api/channels')
  const chat = channels.data.find(({ type }) => type === 'site-widget')
  await fetch(`${demo.cabinet}/widget/v1/${chat?.publicKey}/requests`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: demo.site },
    body: JSON.stringify({
      name: 'Вера',
      phone: '+7 900 000-00-31',
      message: 'Букет к пятнице',
      consent: 'on',
    }),
  })
  const request = await vi.waitFor(
    async () => {
      const { data } = await read<Rows>('/api/conversations?kind=request&status=all')
      if (data[0] === undefined) throw new Error('the request has not come')
      return data[0]
    },
    { timeout: 60_000, interval: 250 },
  )
  const journal = await read<{ data: { eventId: string }[] }>('/api/journal')
  cabinetStops = stops({
    conversation: conversation.id,
    request: request.id,
    channel: chat?.id ?? '',
    event: journal.data[0]?.eventId ?? '',
  })
  await page.close()
})

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

function stops(ids: {
  conversation: string
  request: string
  channel: string
  event: string
}): readonly Stop[] {
  return [
    { name: 'home', path: '', shows: '[data-test="ledger"]' },
    { name: 'inbox', path: 'inbox', shows: '.inbox-row' },
    {
      name: 'conversation',
      path: `inbox/${ids.conversation}`,
      shows: '[data-test="talk"] article',
      prepare: async (page) => {
        if (await page.locator('[role="tabpanel"]').isVisible()) await page.locator('#side-tab-why').click()
        else
          await page
            .locator('header')
            .getByTitle(/^(Почему так\?|Why\?)/)
            .click()
        await page.locator('[data-test="trace"]').waitFor()
      },
    },
    { name: 'request', path: `inbox/${ids.request}?view=requests`, shows: '[data-test="request"]' },
    { name: 'journal', path: 'journal', shows: '[data-test="journal"]' },
    { name: 'event', path: `journal/${ids.event}`, shows: '[data-test="sentence"]' },
    { name: 'channels', path: 'channels', shows: '[data-test="add-telegram"]' },
    { name: 'channel', path: `channels/${ids.channel}`, shows: '[data-test="snippet"]' },
    { name: 'channel-new', path: 'channels/new/telegram', shows: '[data-test="create-channel"]' },
    { name: 'integrations', path: 'integrations', shows: '[data-test="tile-bitrix24"]' },
    { name: 'bitrix24', path: 'integrations/bitrix24', shows: '[data-test="sync"]' },
    {
      name: 'reconciliation',
      path: 'integrations/bitrix24/reconciliation',
      shows: '[data-test="compare"]',
      prepare: async (page) => {
        await page.locator('[data-test="clean"], [data-test="run"]').first().waitFor()
      },
    },
    { name: 'settings-main', path: 'integrations/bitrix24/main', shows: '[data-test="effective"]' },
    { name: 'settings-chats', path: 'integrations/bitrix24/chats', shows: '[data-test="effective"]' },
    { name: 'members', path: 'members', shows: '[data-test="add-member"]' },
    { name: 'audit', path: 'audit', shows: 'main tbody tr' },
    { name: 'profile', path: 'profile', shows: '[data-test="two-factor"]' },
    { name: 'not-found', path: 'nowhere', shows: 'main a[href$="/cabinet/"], section a[href$="/cabinet/"]' },
  ]
}

const PORTAL_STOPS: readonly Stop[] = [
  { name: 'portal-deals', path: 'crm/deal/', shows: '.board-card' },
  { name: 'portal-contacts', path: 'crm/contact/', shows: 'main h1' },
  { name: 'portal-employees', path: 'employees/', shows: 'main h1' },
  { name: 'portal-apps', path: 'apps/', shows: '[data-testid="install-app"]' },
  { name: 'portal-notifications', path: 'notifications/', shows: 'main h1' },
  { name: 'portal-journal', path: 'journal/', shows: 'main h1' },
  { name: 'portal-limits', path: 'limits/', shows: 'main h1' },
  { name: 'portal-faults', path: 'faults/', shows: 'main h1' },
]

/**
 * Which pictures are kept: each language on each width, and each theme. Axe takes a second a page: it checks each language,
 * theme and width once, not all of them together, and in the dark the colours alone.
 */
const LOOKS = [
  { locale: 'ru', theme: 'light', width: 'wide', check: 'whole' },
  { locale: 'ru', theme: 'light', width: 'phone', check: 'nothing' },
  { locale: 'en', theme: 'light', width: 'phone', check: 'whole' },
  { locale: 'en', theme: 'dark', width: 'wide', check: 'colours' },
] as const
type Check = (typeof LOOKS)[number]['check']

/** Violations that keep somebody from using the page. */
async function grave(page: Page, check: Check = 'whole'): Promise<string[]> {
  if (check === 'nothing') return []
  const found = await axe(page, { colours: check === 'colours' })
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, message }) => `${id}: ${message}`)
}

/** Opens each stop, keeps its picture and gathers everything that is wrong, so that one run tells all of it. */
async function visit(
  page: Page,
  origin: string,
  stops: readonly Stop[],
  look: string,
  check: Check,
): Promise<string[]> {
  const faults: string[] = []
  for (const { name, path, shows, prepare } of stops) {
    const before = pageProblems(page).length
    try {
      await page.goto(`${origin}/${path}`)
      await page.locator(shows).first().waitFor()
      await prepare?.(page)
    } catch (error) {
      faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
    await screenshot(page, `${name}-${look}`)
    faults.push(...(await grave(page, check)).map((line) => `${name}: ${line}`))
    faults.push(
      ...pageProblems(page)
        .slice(before)
        .map((line) => `${name}: ${line}`),
    )
  }
  return faults
}

describe.each(LOOKS)('in $locale, $theme, $width', ({ locale, theme, width, check }) => {
  const look = [locale, width, ...(theme === 'dark' ? [theme] : [])].join('-')

  it('every page of the cabinet opens without a complaint and can be used by everybody', async () => {
    const page = await browser.newPage({ locale, theme, width })
    page.setDefaultTimeout(30_000)
    await page.goto(`${demo.cabinet}/cabinet/sign-in`)
    await page.locator('form').waitFor()
    await screenshot(page, `sign-in-${look}`)
    expect(await grave(page)).toEqual([])
    await beInside(page, demo.cabinet, demo.signIn, locale)
    expect(await visit(page, `${demo.cabinet}/cabinet`, cabinetStops, look, check)).toEqual([])
    await page.close()
  })

  it('so do the pretend portal and the test site with its chat', async () => {
    const page = await browser.newPage({ locale, theme, width })
    page.setDefaultTimeout(30_000)
    await page.goto(demo.portal)
    await page.evaluate((chosen) => localStorage.setItem('language', chosen), locale)
    const chat: Stop = {
      name: 'site-chat',
      path: `?lang=${locale}`,
      shows: 'trunkline-chat button',
      prepare: async () => {
        await page.locator('trunkline-chat button.launcher').click()
        await page.getByRole('dialog').getByRole('checkbox').waitFor()
      },
    }
    const order: Stop = { name: 'site-order', path: `order?lang=${locale}`, shows: 'form.order' }
    const site: Stop = { name: 'site', path: `?lang=${locale}`, shows: 'trunkline-chat button' }
    expect([
      ...(await visit(page, demo.portal, PORTAL_STOPS, look, check)),
      ...(await visit(page, demo.site, [site, order, chat], look, check)),
    ]).toEqual([])
    await page.close()
  })
})

describe('the first visit of a new server', () => {
  it('leads to the page that makes the owner, which everybody can use, and then inside', async () => {
    await using fresh = await cabinetWorld({ isSetUp: false })
    const dark = await browser.newPage({ locale: 'en', theme: 'dark', width: 'phone' })
    const page = await browser.newPage({ locale: 'ru' })
    for (const [each, look] of [
      [dark, 'en-phone-dark'],
      [page, 'ru-wide'],
    ] as const) {
      await each.goto(`${fresh.app.url}/cabinet/`)
      await each.waitForURL(`${fresh.app.url}/cabinet/setup`)
      await each.locator('input[autocomplete="organization"]').waitFor()
      await screenshot(each, `setup-${look}`)
      expect(await grave(each)).toEqual([])
    }
    await page.locator('button[type="submit"]').click()
    await page.locator('input[autocomplete="organization"][aria-invalid="true"]').waitFor()
    expect(await grave(page)).toEqual([])
    await page.locator('input[autocomplete="organization"]').fill('Ромашка')
    await page.locator('input[autocomplete="name"]').fill(OWNER.name)
    await page.locator('input[autocomplete="username"]').fill(OWNER.email)
    await page.locator('input[autocomplete="new-password"]').fill(OWNER.password)
    await page.keyboard.press('Enter')
    await page.locator('[data-test="ledger"]').waitFor()
    expect([...problemsInside(dark), ...problemsInside(page)]).toEqual([])
    await Promise.all([dark.close(), page.close()])
  })
})

describe('by keyboard alone', () => {
  it('reaches the menu, the search and the first conversation with Tab', async () => {
    const page = await browser.newPage({ locale: 'en' })
    await beInside(page, demo.cabinet, demo.signIn, 'en')
    await page.goto(`${demo.cabinet}/cabinet/inbox`)
    await page.locator('.inbox-row').first().waitFor()
    const reached: string[] = []
    for (let step = 0; step < 30; step += 1) {
      await page.keyboard.press('Tab')
      reached.push(
        await page.evaluate(() => {
          const at = document.activeElement
          if (at?.matches('.inbox-row')) return 'row'
          if (at?.matches('input[type=search]')) return 'search'
          return at?.closest('nav') ? 'menu' : 'other'
        }),
      )
      if (reached.at(-1) === 'row') break
    }
    expect(new Set(reached)).toEqual(new Set(['other', 'menu', 'search', 'row']))
    await page.keyboard.press('Enter')
    await page.locator('[data-test="talk"]').waitFor()
    expect(problemsInside(page)).toEqual([])
    await page.close()
  })

  it('closes dialogs of the cabinet and the chat of the site with Esc', async () => {
    const page = await browser.newPage({ locale: 'en' })
    await beInside(page, demo.cabinet, demo.signIn, 'en')
    await page.goto(`${demo.cabinet}/cabinet/members`)
    await page.locator('[data-test="add-member"]').click()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })

    await page.goto(`${demo.site}/?lang=en`)
    await page.locator('trunkline-chat button.launcher').click()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(problemsInside(page)).toEqual([])
    await page.close()
  })
})

describe('what cannot work', () => {
  it.each([
    ['ru', /\p{Script=Cyrillic}{3}/u],
    ['en', /[a-z]{3}/i],
  ] as const)('is refused at its field in the language of the reader (%s)', async (locale, letters) => {
    const page = await browser.newPage({ locale })
    page.setDefaultTimeout(30_000)
    await beInside(page, demo.cabinet, demo.signIn, locale)
    await page.goto(`${demo.cabinet}/cabinet/integrations/bitrix24`)
    await page.locator('[data-test="connect-portal"]').click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('input').first().fill('not a domain/..')
    await page.keyboard.press('Enter')
    await dialog.locator('input[aria-invalid="true"]').waitFor()
    expect(await dialog.textContent()).toMatch(locale === 'ru' ? /не похоже на адрес/ : /does not look like/)

    await page.goto(`${demo.cabinet}/cabinet/integrations/bitrix24/chats`)
    const field = page.locator('[data-field="channelIds"]')
    await field.waitFor()
    await field.locator('li button').first().waitFor()
    for (let left = await field.locator('li button').count(); left > 0; left -= 1)
      await field.locator('li button').first().click()
    await page.locator('[data-test="save"]').click()
    const message = field.locator('[data-error]')
    await message.waitFor()
    expect(await message.textContent()).toMatch(letters)
    await screenshot(page, `settings-refused-${locale}`)
    await page.close()
  })
})
