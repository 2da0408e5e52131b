import { readFile } from 'node:fs/promises'
import type { Integration } from '@trunkline/contracts/http/settings'
import { defaultSettings } from '@trunkline/contracts/settings/index'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { axe } from './axe.ts'
import { launchBrowser, screenshot, type TestBrowser } from './browser.ts'
import { enterCabinet, problemsInside, speak } from './cabinet-visit.ts'
import { type DemoProcess, startDemo } from './demo-process.ts'
import {
  addRule,
  compare,
  conditionOf,
  fieldOf,
  pick,
  pickerOf,
  sentenceOf,
  switchOn,
  titlesOf,
  WALK_WORDS,
} from './settings-walk.ts'

/** An administrator sets up what becomes of chats and requests, from nothing, with the page alone. */

let demo: DemoProcess
let browser: TestBrowser
/** One wide window for all of it; what it speaks is said before each part. */
let page: Page

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo('ru'), launchBrowser()])
  await fetch(`${demo.portal}/sandbox/page/scenario`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  page = await browser.newPage({ locale: 'ru' })
  page.setDefaultTimeout(30_000)
  // Leaving with unsaved changes makes the browser ask.
  page.on('dialog', (dialog) => void dialog.accept())
  await enterCabinet(page, demo.cabinet, demo.signIn, 'ru')
  await vi.waitFor(
    async () => {
      const answer = await page.request.get(`${demo.cabinet}/api/conversations`)
      const { data } = (await answer.json()) as { data: { transfer?: string }[] }
      if (!data.some((one) => one.transfer === 'passed')) throw new Error('nothing was passed yet')
    },
    { timeout: 120_000, interval: 250 },
  )
})

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

const HEADERS = () => ({ 'x-trunkline': '1', origin: demo.cabinet })

interface Saved {
  readonly version: number
  readonly value: Record<string, unknown>
}
async function saved(page: Page, section: string): Promise<Saved> {
  return (await (await page.request.get(`${demo.cabinet}/api/settings/${section}`)).json()) as Saved
}

/** Brings a section back to what it is before anybody saved it. */
async function empty(page: Page, section: 'chats' | 'requests'): Promise<void> {
  const { version } = await saved(page, section)
  const answer = await page.request.put(`${demo.cabinet}/api/settings/${section}`, {
    data: { value: defaultSettings(section), version },
    headers: HEADERS(),
  })
  expect(answer.status(), await answer.text()).toBe(200)
}

/** What keeps somebody from using the page. */
async function grave(page: Page): Promise<string[]> {
  const found = await axe(page)
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, message }) => `${id}: ${message}`)
}

/** The page is meant to be refused once or twice here; the browser says each refusal aloud. */
const REFUSED = /status of 422/
const unexpected = (page: Page) => problemsInside(page).filter((problem) => !REFUSED.test(problem))

async function open(page: Page, section: string): Promise<void> {
  await page.goto(`${demo.cabinet}/cabinet/integrations/bitrix24/${section}`)
  await fieldOf(page, 'active').waitFor()
}

describe('a transcript in the wrong card', () => {
  const PHONE = '+7 916 555-04-05'
  const SAID = 'Здравствуйте! Перенесите, пожалуйста, доставку на субботу.'

  async function make(kind: 'contacts' | 'deals', fields: Record<string, unknown>): Promise<number> {
    const answer = await fetch(`${demo.portal}/sandbox/api/entities/${kind}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ fields }),
    })
    return ((await answer.json()) as { item: { id: number } }).item.id
  }
  /** What the portal shows beside a deal. */
  async function timelineOf(dealId: number): Promise<string> {
    return (await fetch(`${demo.portal}/sandbox/api/entities/deals/${dealId}`)).text()
  }

  it('is moved by one click to another deal of the client, and the portal shows it there only', async () => {
    const contact = await make('contacts', {
      name: 'Вера',
      lastName: 'Субботина',
      fm: [{ typeId: 'PHONE', valueType: 'MOBILE', value: PHONE }],
    })
    const titles = ['Букет ко дню учителя', 'Доставка на пятницу']
    const deals: number[] = []
    for (const title of titles) deals.push(await make('deals', { title, contactIds: [contact] }))
    const customer = await browser.newPage({ locale: 'ru' })
    const operator = await browser.newPage({ locale: 'ru' })
    for (const each of [customer, operator]) each.setDefaultTimeout(60_000)
    await enterCabinet(operator, demo.cabinet, demo.operator, 'ru')
    await customer.goto(`${demo.site}/?lang=ru`)
    await customer.getByRole('button', { name: 'Открыть чат' }).click()
    const chat = customer.getByRole('dialog')
    await chat.getByLabel('Имя').fill('Вера Субботина')
    await chat.getByLabel('Телефон').fill(PHONE)
    await chat.getByRole('checkbox').check()
    await chat.getByRole('button', { name: 'Начать чат' }).click()
    await chat.getByRole('textbox', { name: 'Ваше сообщение' }).fill(SAID)
    await customer.keyboard.press('Enter')

    await operator.goto(`${demo.cabinet}/cabinet/inbox`)
    await operator.locator('.inbox-row', { hasText: 'Вера Субботина' }).click()
    await operator.locator('[data-test="talk"] article', { hasText: SAID }).waitFor()
    await operator.locator('#side-tab-why').click()
    const lost = operator.locator('[data-test="candidates"] li', {
      has: operator.locator('[data-test="move-here"]'),
    })
    await lost.first().waitFor()
    const title = ((await lost.first().locator('a').textContent()) ?? '').trim()
    const there = deals[titles.indexOf(title)] ?? 0
    const here = deals.find((id) => id !== there) ?? 0
    await expect.poll(() => timelineOf(here), { timeout: 60_000 }).toContain(SAID)
    expect(await timelineOf(there)).not.toContain(SAID)

    await lost.first().scrollIntoViewIfNeeded()
    await screenshot(operator, 'move-transcript')
    await lost.first().locator('[data-test="move-here"]').click()
    await operator.locator('[data-test="confirm"]').click()
    await operator.locator('#toasts [data-slot="title"]').first().waitFor()
    expect(await grave(operator)).toEqual([])
    await expect.poll(() => timelineOf(there), { timeout: 60_000 }).toContain(SAID)
    await expect.poll(() => timelineOf(here), { timeout: 60_000 }).not.toContain(SAID)
    // The page says it without a reload: the newest decision is the move, and the one before it leads back.
    await expect.poll(() => operator.locator('[data-test="trace"]').first().textContent()).toContain(title)
    await operator.locator('[role="tabpanel"] button[aria-expanded="false"]').first().click()
    await expect
      .poll(() => lost.locator('a').allTextContents())
      .toContain(titles.find((one) => one !== title))
    expect(await lost.locator('a').allTextContents()).not.toContain(title)
    await screenshot(operator, 'move-transcript-done')
    expect(problemsInside(operator)).toEqual([])
    await Promise.all([customer.close(), operator.close()])
  })
})

describe.each([
  { locale: 'ru', section: 'requests' },
  { locale: 'en', section: 'chats' },
] as const)('from nothing, in $locale', ({ locale, section }) => {
  const words = WALK_WORDS[locale]
  beforeAll(() => speak(page, demo.cabinet, locale))

  it('an administrator sets up rules, places, names and fields, is stopped at a mistake, and saves', async () => {
    await empty(page, section)
    await open(page, section)

    // What passes, and whose it is.
    await switchOn(page, 'active')
    await switchOn(page, 'enabled')
    await pick(pickerOf(fieldOf(page, 'channelIds')), 0)
    await pick(pickerOf(fieldOf(page, 'channelIds')), 1)
    await pick(pickerOf(fieldOf(page, 'defaultResponsibleId')))
    const owner = await pickerOf(fieldOf(page, 'defaultResponsibleId')).textContent()

    // Conditions three groups deep, read back as a sentence.
    const spam = await addRule(fieldOf(page, 'transferRules'), words.spam)
    await spam.locator('[data-test="add-condition"]').click()
    await compare(conditionOf(spam, 0), words.site, words.contains, 'forum.example')
    await spam.locator('[data-test="add-group"]').click()
    const second = spam.locator('[data-test="condition-group"] [data-test="condition-group"]')
    await compare(conditionOf(second, 0), words.firstText, words.beginsWith, 'http')
    await second.locator('[data-test="add-group"]').click()
    const third = second.locator('[data-test="condition-group"]')
    await compare(conditionOf(third, 0), words.name, words.empty)
    await third.locator('[data-test="add-condition"]').click()
    await compare(conditionOf(third, 1), words.email, words.contains)
    await spam.scrollIntoViewIfNeeded()
    await screenshot(page, `settings-rule-${locale}`)
    expect(await grave(page)).toEqual([])

    // One value was left out: the server refuses, and the page leads there.
    await page.locator('[data-test="save"]').click()
    await page.locator('[data-test="form-problem"]').waitFor()
    expect(await spam.locator('[data-condition-problem]').textContent()).toContain(words.valueMissing)
    await screenshot(page, `settings-rule-refused-${locale}`)
    await conditionOf(third, 1).locator('input[type="text"]').fill('@spam.example')
    expect(await sentenceOf(spam)).toBe(words.sentence)

    // Order: by button and by dragging; a deleted rule comes back.
    const owners = fieldOf(page, 'responsibleRules')
    const large = await addRule(owners, words.price)
    await large.locator('[data-test="add-condition"]').click()
    await compare(conditionOf(large, 0), words.firstText, words.contains, '100')
    await pick(pickerOf(large.locator('[data-then]')))
    await large.locator('[data-do="toggle"]').click()
    const night = await addRule(owners, words.night)
    await night.locator('[data-test="add-condition"]').click()
    await compare(conditionOf(night, 0), words.name, words.empty)
    await pick(pickerOf(night.locator('[data-then]')))
    await night.locator('[data-do="toggle"]').click()
    expect(await owners.locator('[data-test="otherwise"]').textContent()).toContain(owner?.trim())
    await owners.locator('[data-do="up"]').last().click()
    expect(await titlesOf(owners)).toEqual([words.night, words.price])
    await drag(page, owners.locator('[data-do="drag"]').first(), owners.locator('[data-test="rule"]').last())
    await expect.poll(() => titlesOf(owners)).toEqual([words.price, words.night])
    await owners.locator('[data-do="remove"]').first().click()
    expect(await titlesOf(owners)).toEqual([words.night])
    await owners.locator('[data-do="undo"]').click()
    expect(await titlesOf(owners)).toEqual([words.price, words.night])
    await screenshot(page, `settings-responsible-${locale}`)

    // Where a new card goes, and what is left out of the rule; repeated contacts make none, so theirs is locked.
    const places = fieldOf(page, 'firstPlaceRules')
    const place = await addRule(places, words.price)
    await place.locator('[data-test="add-condition"]').click()
    await compare(conditionOf(place, 0), words.firstText, words.contains, '100')
    const stage = await pick(pickerOf(place.locator('[data-then]')).last(), 2)
    await place.locator('[data-test="add-exception"]').click()
    await compare(conditionOf(place, 1), words.site, words.contains, 'test.example')
    expect(await fieldOf(page, 'repeatedPlaceRules').textContent()).toContain(words.locked)
    await place.scrollIntoViewIfNeeded()
    await screenshot(page, `settings-place-${locale}`)
    expect(await place.locator('[data-do="toggle"]').textContent()).toContain(stage)

    // A name: plus at the cursor, an unknown variable is said, the arrow goes back to what is saved.
    const name = fieldOf(page, 'titleTemplate')
    await name.locator('textarea').fill(`{{ ${words.unknownVariable} }}`)
    await name.locator('[data-test="preview-title"]').click()
    await expect
      .poll(() => name.locator('[data-test="title-preview"]').textContent())
      .toContain(words.unknownVariable)
    await name.locator('[data-test="reset-template"]').click()
    expect(await name.locator('textarea').inputValue()).toBe('')
    await name.locator('[data-test="insert-variable"]').click()
    await page.locator('[data-variable="communication_id"]').click()
    await name.locator('textarea').press('End')
    await name.locator('[data-test="insert-variable"]').click()
    await page.locator('[data-variable="phone"]').click()
    expect(await name.locator('textarea').inputValue()).toBe('{{ communication_id }}{{ phone }}')

    // A field of the card.
    await switchOn(page, 'mapFields')
    const fields = fieldOf(page, 'fieldMappings')
    await fields.locator('[data-test="add-mapping"]').click()
    const line = fields.locator('[data-test="mapping"]')
    await pick(pickerOf(line).first(), words.name)
    await pick(pickerOf(line).last(), 1)
    await screenshot(page, `settings-names-${locale}`)
    expect(await grave(page)).toEqual([])

    await page.locator('[data-test="reason"]').fill(words.reason)
    const { version } = await saved(page, section)
    await page.locator('[data-test="save"]').click()
    await expect.poll(async () => (await saved(page, section)).version).toBe(version + 1)
    const { value } = await saved(page, section)
    expect(value).toMatchObject({
      active: true,
      enabled: true,
      transferRules: [{ title: words.spam, action: 'deny', active: true }],
      responsibleRules: [{ title: words.price }, { title: words.night }],
      firstPlaceRules: [{ title: words.price, except: { rules: [{ field: 'site' }] } }],
      titleTemplate: '{{ communication_id }}{{ phone }}',
      mapFields: true,
      fieldMappings: [{ source: 'contactName', policy: 'only-if-empty' }],
    })
    expect(unexpected(page)).toEqual([])
  })

  it('reads it back in words, sees who changed what, and returns to the version before', async () => {
    await open(page, section)

    await page.locator('[data-test="open-words"]').click()
    await page.locator('[data-test="sentences"]').waitFor()
    expect(await page.locator('[data-test="sentences"]').textContent()).toContain('forum.example')
    await screenshot(page, `settings-words-${locale}`)
    expect(await grave(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })

    // A small change of one's own, and back again.
    const { version } = await saved(page, section)
    await fieldOf(page, 'transferRules').locator('[data-do="active"]').click()
    await page.locator('[data-test="save"]').click()
    await expect.poll(async () => (await saved(page, section)).version).toBe(version + 1)
    await page.locator('[data-test="open-versions"]').click()
    const list = page.locator('[data-test="versions-list"]')
    await list.locator('> li').nth(1).waitFor()
    expect(await list.textContent()).toContain(words.reason)
    await screenshot(page, `settings-versions-${locale}`)
    expect(await grave(page)).toEqual([])
    await list.locator('[data-test="restore"]').first().click()
    await page.locator('[data-test="restore-confirm"]').click()
    await expect.poll(async () => (await saved(page, section)).version).toBe(version + 2)
    const { value } = await saved(page, section)
    expect(value).toMatchObject({ transferRules: [{ active: true }] })
    expect(unexpected(page)).toEqual([])
  })
})

describe('what stands beside the form', () => {
  beforeAll(() => speak(page, demo.cabinet, 'ru'))

  it('the integration is taken out as a file, changed, planned and applied', async () => {
    await open(page, 'requests')
    await page.locator('[data-test="open-file"]').click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('[data-test="export"]').click(),
    ])
    const yaml = await readFile(await download.path(), 'utf8')
    expect(yaml).toContain('Спам с форума')
    const paste = page.locator('[data-test="import-yaml"]')
    await paste.fill(yaml)
    await page.locator('[data-test="import-plan"]').click()
    const plan = page.locator('[data-test="plan"]')
    await plan.waitFor()
    expect(await page.locator('[data-test="import-apply"]').count()).toBe(0)
    await paste.fill(yaml.replace('Спам с форума', 'Спам с двух форумов'))
    await page.locator('[data-test="import-plan"]').click()
    await page.locator('[data-test="import-apply"]').waitFor()
    expect(await plan.textContent()).toContain('Спам с двух форумов')
    await screenshot(page, 'settings-file')
    expect(await grave(page)).toEqual([])
    await page.locator('[data-test="import-apply"]').click()
    // The word at the corner is for everybody, too.
    await page.locator('#toasts [data-slot="title"]').first().waitFor()
    expect(await grave(page)).toEqual([])
    await expect
      .poll(async () => (await saved(page, 'requests')).value)
      .toMatchObject({ transferRules: [{ title: 'Спам с двух форумов' }] })
    await expect.poll(() => titlesOf(fieldOf(page, 'transferRules'))).toEqual(['Спам с двух форумов'])
    expect(unexpected(page)).toEqual([])
  })

  it('a rule that can never be reached is remarked on, with the way to it', async () => {
    await open(page, 'chats')
    const owners = fieldOf(page, 'responsibleRules')
    await owners.locator('[data-do="duplicate"]').first().click()
    const remarks = page.locator('[data-test="lint"]')
    await remarks.getByRole('button').first().click()
    await remarks.locator('[data-test="lint-show"]').first().waitFor()
    await remarks.scrollIntoViewIfNeeded()
    await screenshot(page, 'settings-lint')
    expect(await grave(page)).toEqual([])
    await remarks.locator('[data-test="lint-show"]').first().click()
    await expect
      .poll(() =>
        page.evaluate(() => document.activeElement?.closest('[data-field]')?.getAttribute('data-field')),
      )
      .toBe('responsibleRules')
    expect(unexpected(page)).toEqual([])
  })
})

describe('before saving', () => {
  beforeAll(() => speak(page, demo.cabinet, 'en'))

  it('the form is tried on real conversations: what would differ, and both traces side by side', async () => {
    await open(page, 'chats')
    const before = await saved(page, 'chats')
    await fieldOf(page, 'timing').getByRole('radio').last().check({ force: true })
    await page.locator('[data-test="open-dry-run"]').click()
    const row = page.locator('[data-test="dry-run-row"]').first()
    await row.waitFor()
    await screenshot(page, 'settings-dry-run')
    expect(await grave(page)).toEqual([])
    await row.getByRole('button').first().click()
    const traces = row.locator('[data-test="both-traces"] [data-test="trace"]')
    await traces.nth(1).waitFor()
    expect(await traces.count()).toBe(2)
    expect(await traces.nth(0).textContent()).not.toBe(await traces.nth(1).textContent())
    await screenshot(page, 'settings-dry-run-traces')
    expect(await grave(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await saved(page, 'chats')).toEqual(before)
    expect(unexpected(page)).toEqual([])
  })

  it('a form that would change nothing says so, and so does one with nothing to be tried on', async () => {
    const answer = await page.request.get(`${demo.cabinet}/api/conversations?status=all&kind=request`)
    const requests = ((await answer.json()) as { data: unknown[] }).data.length
    for (const [section, says] of [
      ['chats', words.same],
      ['requests', requests > 0 ? words.same : words.none],
    ] as const) {
      await open(page, section)
      await page.locator('[data-test="open-dry-run"]').click()
      await page.getByRole('dialog').getByRole('heading', { name: says }).waitFor()
    }
    expect(unexpected(page)).toEqual([])
  })
  const words = { same: 'Nothing would change', none: 'Nothing to check on yet' }
})

describe('on a phone and in the dark', () => {
  it.each([
    { look: 'phone', options: { locale: 'en', width: 'phone' } },
    { look: 'dark', options: { locale: 'ru', theme: 'dark' } },
  ] as const)('the rules can be read and changed ($look)', async ({ look, options }) => {
    const page = await browser.newPage(options)
    page.setDefaultTimeout(30_000)
    await enterCabinet(page, demo.cabinet, demo.signIn, options.locale)
    await open(page, 'requests')
    const rule = fieldOf(page, 'transferRules').locator('[data-test="rule"]').first()
    await rule.locator('[data-do="toggle"]').click()
    await rule.locator('[data-test="condition"]').first().waitFor()
    const frame = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
    expect(frame[0]).toBeLessThanOrEqual(frame[1] ?? 0)
    await rule.scrollIntoViewIfNeeded()
    await screenshot(page, `settings-rule-${look}`)
    expect(await grave(page)).toEqual([])
    expect(problemsInside(page)).toEqual([])
    await page.close()
  })
})

describe('a second integration', () => {
  beforeAll(() => speak(page, demo.cabinet, 'ru'))
  const menu = () => page.locator('[data-test="integration-menu"]')
  const here = () => new URL(page.url())
  async function list(): Promise<Integration[]> {
    const answer = await page.request.get(`${demo.cabinet}/api/integrations`)
    return ((await answer.json()) as { data: Integration[] }).data
  }

  it('is added, set up beside the first, found again by its address, and deleted', async () => {
    const before = await saved(page, 'chats')
    await page.goto(`${demo.cabinet}/cabinet/integrations/bitrix24`)
    await page.locator('[data-test="add-integration"]').click()
    expect(await menu().count()).toBe(0)
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Название новой интеграции').fill('Опт')
    expect(await dialog.getByLabel('Название нынешней интеграции').inputValue()).not.toBe('')
    await dialog.getByLabel('Название нынешней интеграции').fill('Розница')
    await screenshot(page, 'integration-add')
    expect(await grave(page)).toEqual([])
    await dialog.locator('[data-test="save-integration"]').click()
    await expect.poll(() => here().pathname).toBe('/cabinet/integrations/bitrix24/main')
    const [retail, wholesale] = await list()
    expect([retail?.name, wholesale?.name]).toEqual(['Розница', 'Опт'])
    expect(here().search).toBe(`?integration=${wholesale?.id}`)

    // Its own portal and its own settings, and the first one's as they were.
    await page.locator('[data-test="portal-select"]').click()
    await page.getByRole('option').first().click()
    await switchOn(page, 'active')
    await screenshot(page, 'integration-second')
    await page.locator('[data-test="save"]').click()
    await expect.poll(async () => (await list())[1]?.sections[0]?.active).toBe(true)
    await page.getByRole('link', { name: /^Чаты/ }).click()
    await fieldOf(page, 'active').waitFor()
    expect(here().search).toBe(`?integration=${wholesale?.id}`)
    expect(await titlesOf(fieldOf(page, 'responsibleRules'))).toEqual([])
    await menu().click()
    await page.getByRole('menu').waitFor()
    await screenshot(page, 'integration-menu')
    expect(await grave(page)).toEqual([])
    await page.getByRole('menuitemcheckbox', { name: /Розница/ }).click()
    await expect.poll(() => here().search).toBe(`?integration=${retail?.id}`)
    await expect.poll(() => titlesOf(fieldOf(page, 'responsibleRules'))).not.toEqual([])
    expect(await saved(page, 'chats')).toEqual(before)

    // The address leads there again, to each page of it; one that is no more says so.
    await page.goto(
      `${demo.cabinet}/cabinet/integrations/bitrix24/reconciliation?integration=${wholesale?.id}`,
    )
    await expect.poll(() => menu().textContent()).toContain('Опт')
    await page.goto(`${demo.cabinet}/cabinet/integrations`)
    await page.locator('[data-test="tile-bitrix24"]').nth(1).click()
    await expect.poll(() => here().search).toBe(`?integration=${wholesale?.id}`)
    await page.locator('[data-test="in-use"]').first().waitFor()
    await screenshot(page, 'integration-portals')
    expect(await grave(page)).toEqual([])

    await menu().click()
    await page.getByRole('menuitem', { name: 'Удалить интеграцию' }).click()
    await page.locator('[data-test="confirm"]').waitFor()
    await screenshot(page, 'integration-delete')
    expect(await grave(page)).toEqual([])
    await page.locator('[data-test="confirm"]').click()
    await expect.poll(async () => (await list()).map(({ name }) => name)).toEqual(['Розница'])
    await menu().waitFor({ state: 'detached' })
    await page.goto(`${demo.cabinet}/cabinet/integrations/bitrix24/chats?integration=${wholesale?.id}`)
    await page.locator('[data-test="no-integration"]').waitFor()
    await screenshot(page, 'integration-gone')
    expect(unexpected(page).filter((problem) => !/status of 404/.test(problem))).toEqual([])
  })
})

/** Drags with the mouse, in steps as a hand does. */
async function drag(
  page: Page,
  from: ReturnType<Page['locator']>,
  onto: ReturnType<Page['locator']>,
): Promise<void> {
  await from.scrollIntoViewIfNeeded()
  const start = await from.boundingBox()
  const end = await onto.boundingBox()
  if (!start || !end) throw new Error('there is nothing to drag')
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2)
  await page.mouse.down()
  await page.mouse.move(start.x + start.width / 2, end.y + end.height - 2, { steps: 12 })
  await page.mouse.up()
}
