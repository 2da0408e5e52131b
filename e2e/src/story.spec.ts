import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, pageProblems, screenshot, type TestBrowser } from './browser.ts'
import { enterCabinet, problemsInside } from './cabinet-visit.ts'
import { type DemoProcess, startDemo } from './demo-process.ts'
import { portalCustomer } from './portal-state.ts'

/** The first paragraph of what the product promises, walked by a customer and an operator. */

const WORDS = {
  ru: {
    customer: 'Ольга Ветрова',
    phone: '+7 916 555-01-23',
    name: 'Имя',
    phoneField: 'Телефон',
    start: 'Начать чат',
    message: 'Ваше сообщение',
    questions: [
      'Здравствуйте! Сколько стоит букет «Вечерний»?',
      'И ещё: можно добавить открытку?',
      'Снова я: хочу такой же букет к пятнице.',
      'Это я написала, пока сервер лежал.',
    ],
    answer: 'Добрый день! 4 800 ₽, привезём завтра к десяти.',
    read: 'Прочитано',
    why: 'Почему так?',
    close: 'Закрыть обращение',
    letters: /\p{Script=Cyrillic}{3}/u,
    portalSwitch: 'Рус',
    openChat: 'Открыть чат',
  },
  en: {
    customer: 'Cyril Melnik',
    phone: '+44 20 7946 0958',
    name: 'Name',
    phoneField: 'Phone',
    start: 'Start the chat',
    message: 'Your message',
    questions: [
      'Hello! How much is the Evening bouquet?',
      'One more thing: can you add a card?',
      'Me again: the same bouquet by Friday, please.',
      'I wrote this while the server was down.',
    ],
    answer: 'Good afternoon! 4,800, delivered tomorrow by ten.',
    read: 'Read',
    why: 'Why?',
    close: 'Close the conversation',
    letters: /[a-z]{3}/i,
    portalSwitch: 'Eng',
    openChat: 'Open chat',
  },
} as const

const SOON = { timeout: 60_000, interval: 100 }
/** The browser's own complaint about a server that is down, which is no fault of the page. */
const SERVER_IS_DOWN =
  /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/

let demo: DemoProcess
let browser: TestBrowser

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo('ru'), launchBrowser()])
})

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

describe.each(['ru', 'en'] as const)('the story of one customer, told in %s', (locale) => {
  const words = WORDS[locale]
  const [first, second, third, fourth] = words.questions
  let customer: Page
  let operator: Page
  let dealId: number

  beforeAll(async () => {
    ;[customer, operator] = await Promise.all([browser.newPage({ locale }), browser.newPage({ locale })])
    for (const page of [customer, operator]) page.setDefaultTimeout(SOON.timeout)
  })
  afterAll(async () => {
    await Promise.all([customer?.close(), operator?.close()])
  })

  it('brings a first message from the site into an open inbox without a reload', async () => {
    await enterCabinet(operator, demo.cabinet, demo.operator, locale)
    await operator.goto(`${demo.cabinet}/cabinet/inbox`)
    await operator.locator('[data-test="conversations"]').waitFor()
    await operator.evaluate(() => Object.assign(window, { notReloaded: true }))

    await customer.goto(`${demo.site}/?lang=${locale}`)
    await openChatByKeyboard(customer, words.openChat)
    const chat = customer.getByRole('dialog')
    await chat.getByLabel(words.name).fill(words.customer)
    await chat.getByLabel(words.phoneField).fill(words.phone)
    await chat.getByRole('checkbox').check()
    await screenshot(customer, `story-form-${locale}`)
    await chat.getByRole('button', { name: words.start }).click()
    await write(customer, words.message, first)

    const row = operator.locator('.inbox-row', { hasText: words.customer })
    await row.getByText(first).waitFor()
    expect(await operator.evaluate(() => 'notReloaded' in window)).toBe(true)
    await row.click()
    await said(operator, first).waitFor()
  })

  it('brings the answer back to the customer, and tells the operator that it was read', async () => {
    await answer(operator, words.answer)
    await chatMessage(customer, words.answer).waitFor()
    const sent = said(operator, words.answer)
    await sent.getByTitle(words.read, { exact: true }).waitFor()
    await expect.poll(() => unreadOf(operator, words.customer)).toBe(0)
    await Promise.all([
      screenshot(customer, `story-chat-${locale}`),
      screenshot(operator, `story-inbox-${locale}`),
    ])
  })

  it('puts one deal into the portal, with the contact, both sides of the talk and the responsible', async () => {
    await expect.poll(async () => (await customerNow()).dealIds.length, SOON).toBe(1)
    const found = await customerNow()
    expect(found.contactIds).toHaveLength(1)
    expect(found.responsible).toBe(await chosenResponsible(operator))
    ;[dealId = 0] = found.dealIds

    const page = await browser.newPage({ locale })
    await page.goto(`${demo.portal}/crm/deal/`)
    await page.getByRole('button', { name: words.portalSwitch }).click()
    await page.locator(`a[href="/crm/deal/details/${dealId}/"]`).click()
    await timeline(page).getByText(first).first().waitFor()
    await timeline(page).getByText(words.answer).first().waitFor()
    const card = await page.locator('main').textContent()
    expect(card).toContain(words.customer)
    expect(card).toContain(found.responsible)
    await screenshot(page, `story-deal-${locale}`, { fullPage: true })
    expect(pageProblems(page)).toEqual([])
    await page.close()
  })

  it('tells in sentences of the reader why it was decided so', async () => {
    await operator.locator('header').getByTitle(words.why).click()
    const panel = operator.getByRole('tabpanel')
    await panel.locator('[data-test="summary"]').first().waitFor()
    const sentences = [
      await panel.locator('[data-test="summary"]').first().textContent(),
      ...(await panel.locator('[data-test="trace"] li').allTextContents()),
    ]
    expect(sentences.length).toBeGreaterThan(3)
    for (const sentence of sentences) {
      expect(sentence).toMatch(words.letters)
      expect(sentence).not.toMatch(/[{}]|undefined|null|\[object/)
    }
    await screenshot(operator, `story-why-${locale}`)
  })

  it('adds a second message to the same deal', async () => {
    await write(customer, words.message, second)
    await said(operator, second).waitFor()
    await expect.poll(() => unreadOf(operator, words.customer)).toBe(0)
    await inTimeline(second)
    expect((await customerNow()).dealIds).toEqual([dealId])
  })

  it('after the operator closed the conversation, adds a third to the same deal', async () => {
    await operator.getByRole('button', { name: words.close }).click()
    await operator.locator('[data-test="confirm-close"]').click()
    await operator.locator('[data-test="confirm-close"]').waitFor({ state: 'hidden' })
    await operator.locator('[data-test="reply"]').waitFor({ state: 'hidden' })

    await write(customer, words.message, third)
    await operator.locator('.inbox-row', { hasText: third }).click()
    await said(operator, third).waitFor()
    await inTimeline(third)
    expect((await customerNow()).dealIds).toEqual([dealId])
    expect((await customerNow()).contactIds).toHaveLength(1)
  })

  it('had nothing to complain about in the console so far', () => {
    expect({ customer: pageProblems(customer), operator: problemsInside(operator) }).toEqual({
      customer: [],
      operator: [],
    })
  })

  it('loses and doubles nothing when the server is killed while the customer writes', async () => {
    const pid = await demo.serverPid()
    process.kill(pid, 'SIGKILL')
    await write(customer, words.message, fourth)
    await expect.poll(() => demo.serverPid().catch(() => pid), SOON).not.toBe(pid)

    await said(operator, fourth).first().waitFor()
    await inTimeline(fourth)
    expect(await said(operator, fourth).count()).toBe(1)
    expect(await chatMessage(customer, fourth).count()).toBe(1)
    expect(await timesInTimeline(fourth)).toBe(1)
    expect((await customerNow()).dealIds).toEqual([dealId])
    const complaints = [...pageProblems(customer), ...problemsInside(operator)]
    expect(complaints.filter((line) => !SERVER_IS_DOWN.test(line))).toEqual([])
  })

  function customerNow() {
    return portalCustomer(demo.portal, words.customer)
  }
  async function timesInTimeline(text: string): Promise<number> {
    const response = await fetch(`${demo.portal}/sandbox/api/entities/deals/${dealId}`)
    return (await response.text()).split(text).length - 1
  }
  async function inTimeline(text: string): Promise<void> {
    await expect.poll(() => timesInTimeline(text), SOON).toBeGreaterThan(0)
  }
})

/** Walks with Tab, as somebody without a mouse does, until the launcher has the focus; Enter opens the chat. */
async function openChatByKeyboard(page: Page, name: string): Promise<void> {
  const launcher = page.getByRole('button', { name })
  await launcher.waitFor()
  const isThere = () =>
    launcher.evaluate((element) => (element.getRootNode() as ShadowRoot).activeElement === element)
  for (let step = 0; step < 60 && !(await isThere()); step += 1) await page.keyboard.press('Tab')
  expect(await isThere()).toBe(true)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
}

async function write(page: Page, label: string, text: string): Promise<void> {
  const field = page.getByRole('dialog').getByRole('textbox', { name: label })
  await field.fill(text)
  await field.press('Enter')
}

async function answer(page: Page, text: string): Promise<void> {
  const field = page.locator('[data-test="reply"]')
  await field.fill(text)
  await field.press('Control+Enter')
}

/** Messages of the open conversation with these words. */
function said(page: Page, text: string) {
  return page.locator('[data-test="talk"] article', { hasText: text })
}

/** The same in the widget. */
function chatMessage(page: Page, text: string) {
  return page.getByRole('log').getByRole('listitem').filter({ hasText: text })
}

/** Badges "so many unread" at the row of a contact: the conversation is on screen, so there must be none. */
function unreadOf(page: Page, contact: string): Promise<number> {
  return page.locator('.inbox-row', { hasText: contact }).locator('[data-test="unread"]').count()
}

function timeline(page: Page) {
  return page.locator('.timeline')
}

/** Who the settings name: the deal must be theirs. Read by the owner's eyes, the operator may not see settings. */
async function chosenResponsible(page: Page): Promise<string> {
  const owner = await page.context().browser()?.newContext()
  if (owner === undefined) throw new Error('the browser is closed')
  try {
    const headers = { 'x-trunkline': '1', origin: demo.cabinet }
    const { request } = owner
    await request.post(`${demo.cabinet}/api/auth/sign-in/email`, { data: demo.signIn, headers })
    const { value } = (await (await request.get(`${demo.cabinet}/api/settings/chats`)).json()) as {
      value: { defaultResponsibleId: string }
    }
    const state = (await (await fetch(`${demo.portal}/sandbox/api/state`)).json()) as {
      employees: { id: number; name: string; lastName: string }[]
    }
    const person = state.employees.find(({ id }) => String(id) === value.defaultResponsibleId)
    return `${person?.name} ${person?.lastName}`
  } finally {
    await owner.close()
  }
}
