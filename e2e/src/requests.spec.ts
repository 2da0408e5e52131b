import type { Channel } from '@trunkline/contracts/http/channels'
import { type CabinetWorld, cabinetWorld, OWNER } from '@trunkline/server/testing/cabinet-world'
import { buildBrowserPrograms } from '@trunkline/tools/build'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axe } from './axe.ts'
import { launchBrowser, type PageOptions, pageProblems, screenshot, type TestBrowser } from './browser.ts'
import { enterCabinet, problemsInside } from './cabinet-visit.ts'
import { type OwnSite, startSite } from './own-site.ts'

/** Forms left instead of a chat: the widget's, a site's own, and what an employee does with them. */

let world: CabinetWorld
let browser: TestBrowser
let site: OwnSite
let channel: Channel
/** What somebody pasted into a page of the site. */
let pasted = ''

const FORM_FIELDS = `
  <input type="hidden" name="form_name" value="Обратный звонок"><input type="hidden" name="redirect" value="/thanks">
  <input type="hidden" name="label:city" value="Город"><input name="leave_empty" hidden tabindex="-1">
  <label>Имя <input name="fio"></label> <label>Телефон <input name="tel" type="tel"></label>
  <label>Город <input name="city"></label>
  <label><input type="checkbox" name="consent"> Согласен</label> <button>Отправить</button>`

beforeAll(async () => {
  await buildBrowserPrograms(() => undefined)
  ;[world, browser] = await Promise.all([cabinetWorld(), launchBrowser()])
  site = await startSite((path, response) => {
    const action = `${world.app.url}/widget/v1/${channel.publicKey}/requests`
    const lang = path === '/en' ? 'en' : 'ru'
    const chat = `<script async src="${world.app.url}/widget/widget.js" data-key="${channel.publicKey}"></script>`
    const body =
      path === '/pasted'
        ? pasted
        : path === '/form'
          ? `<h1>Обратный звонок</h1><form method="post" action="${action}">${FORM_FIELDS}</form>`
          : `<h1>${path === '/thanks' ? 'Спасибо' : 'Магазин'}</h1>`
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Магазин</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">${path === '/form' ? '' : chat}</head>
      <body><main>${body}</main></body></html>`)
  })
  channel = await world.owner.call<Channel>('POST', '/api/channels', {
    type: 'site-widget',
    title: 'Сайт',
    settings: {
      title: 'Магазин «Ромашка»',
      colour: '#0b7a5c',
      allowedOrigins: ['http://127.0.0.1'],
      offlineForm: 'offline',
      mailingText: 'Присылайте новости',
    },
  })
})

afterAll(async () => {
  await browser?.close()
  await site?.stop()
  await world?.[Symbol.asyncDispose]()
})

async function visit(path: string, options: PageOptions = {}): Promise<Page> {
  const page = await browser.newPage(options)
  await page.goto(`${site.url}${path}`)
  return page
}
const dialog = (page: Page) => page.getByRole('dialog')
const everybodyLeft = () => world.query(`update members set last_seen_at = now() - interval '1 hour'`)

interface Row {
  form_name: string
  fields: { name: string; label: string; value: string }[]
  personal_data_consent: boolean
  mailing_consent: boolean
  status: string
  comment: string
}
async function requestOf(name: string): Promise<Row> {
  await expect
    .poll(
      async () => {
        await world.app.processAll()
        return (await rows(name)).length
      },
      { timeout: 30_000 },
    )
    .toBe(1)
  return (await rows(name))[0]!
}
const rows = (name: string) =>
  world.query<Row>(`select * from offline_requests where fields @> $1::jsonb`, [
    JSON.stringify([{ name: 'name', value: name }]),
  ])

const WORDS = {
  ru: {
    open: 'Открыть чат',
    name: 'Имя',
    phone: 'Телефон',
    message: 'Сообщение',
    send: 'Отправить заявку',
    sent: 'Заявка отправлена',
    required: 'Заполните поле',
  },
  en: {
    open: 'Open chat',
    name: 'Name',
    phone: 'Phone',
    message: 'Message',
    send: 'Send the request',
    sent: 'The request is sent',
    required: 'Fill in this field',
  },
} as const

describe('the form of the widget, where nobody is online', () => {
  it.each([
    ['ru', 'wide'],
    ['en', 'wide'],
    ['ru', 'phone'],
  ] as const)(
    'is filled in by keyboard in %s, %s, and thanks once the hub has it; axe finds nothing',
    async (locale, width) => {
      await everybodyLeft()
      const words = WORDS[locale]
      const name = `Анна ${locale} ${width}`
      const page = await visit(locale === 'en' ? '/en' : '/', { locale, width })
      await page.getByRole('button', { name: words.open }).click()
      await dialog(page).getByRole('button', { name: words.send }).waitFor()
      expect(
        await dialog(page)
          .getByRole('textbox', { name: /Ваше сообщение|Your message/ })
          .count(),
      ).toBe(0)
      for (const tick of await dialog(page).getByRole('checkbox').all())
        expect(await tick.isChecked()).toBe(false)
      expect(await axe(page)).toEqual([])
      await screenshot(page, `request-form-${locale}-${width}`)

      await dialog(page).getByRole('button', { name: words.send }).click()
      await expect.poll(() => dialog(page).getByText(words.required, { exact: true }).count()).toBe(1)
      expect(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.id)).toBe('f-phone')

      await dialog(page).getByLabel(words.name).fill(name)
      await dialog(page).getByLabel(words.phone).fill('+7 912 000-11-22')
      await dialog(page).getByLabel(words.message).fill('Перезвоните утром')
      await dialog(page).getByRole('checkbox').first().focus()
      await page.keyboard.press('Space')
      await dialog(page).getByRole('button', { name: words.send }).focus()
      await page.keyboard.press('Enter')
      await dialog(page).getByRole('heading', { name: words.sent }).waitFor()
      expect(
        await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent?.trim()),
      ).toBe(words.sent)
      expect(await axe(page)).toEqual([])
      await screenshot(page, `request-thanks-${locale}-${width}`)
      expect(await requestOf(name)).toMatchObject({
        personal_data_consent: true,
        mailing_consent: false,
        status: 'not_processed',
      })
      expect(pageProblems(page)).toEqual([])
      await page.context().close()
    },
  )

  it('without a connection says so, keeps what was typed, and is sent once when tried again', async () => {
    await everybodyLeft()
    const page = await visit('/', { locale: 'ru' })
    await page.getByRole('button', { name: 'Открыть чат' }).click()
    await dialog(page).getByLabel('Имя').fill('Борис')
    await dialog(page).getByLabel('Телефон').fill('+7 912 000-11-33')
    await dialog(page).getByRole('checkbox').first().check()
    // The answer is lost, not the request: it was taken all the same.
    let lost = 0
    await page.route('**/offline', async (route) => {
      if (lost++ > 0) return route.continue()
      await route.fetch()
      return route.abort()
    })
    await dialog(page).getByRole('button', { name: 'Отправить заявку' }).click()
    await dialog(page).getByText('Не получилось отправить').waitFor()
    expect(await dialog(page).getByLabel('Имя').inputValue()).toBe('Борис')
    await dialog(page).getByRole('button', { name: 'Отправить заявку' }).click()
    await dialog(page).getByRole('heading', { name: 'Заявка отправлена' }).waitFor()
    expect(lost).toBe(2)
    await requestOf('Борис')
    await page.context().close()
  })

  it('gives way to the chat as soon as somebody is online', async () => {
    await world.query(`update members set last_seen_at = now()`)
    const page = await visit('/', { locale: 'ru' })
    await page.getByRole('button', { name: 'Открыть чат' }).click()
    await dialog(page).getByText('Как к вам обращаться?').waitFor()
    expect(await dialog(page).getByRole('button', { name: 'Отправить заявку' }).count()).toBe(0)
    await page.context().close()
  })
})

describe("a form of the site's own", () => {
  it('is posted as plain HTML, once, and leads back to the page that it names', async () => {
    const page = await visit('/form?utm_source=ya')
    await page.getByLabel('Имя').fill('Вера')
    await page.getByLabel('Телефон').fill('8 912 000-11-44')
    await page.getByLabel('Город').fill('Казань')
    await page.getByLabel('Согласен').check()
    await page.getByRole('button', { name: 'Отправить' }).click()
    await page.waitForURL(`${site.url}/thanks`)
    expect(await requestOf('Вера')).toMatchObject({
      form_name: 'Обратный звонок',
      fields: [
        { name: 'name', label: '', value: 'Вера' },
        { name: 'phone', label: '', value: '8 912 000-11-44' },
        { name: 'city', label: 'Город', value: 'Казань' },
      ],
      personal_data_consent: true,
    })
    expect(pageProblems(page)).toEqual([])
    await page.context().close()
  })
})

describe('in the cabinet', () => {
  it('the code of a form, pasted into a page of the site as it is, leaves a request', async () => {
    const page = await browser.newPage({ locale: 'ru' })
    await enterCabinet(page, world.app.url, OWNER, 'ru')
    await page.goto(`${world.app.url}/cabinet/channels/${channel.id}`)
    pasted = (await page.locator('[data-test="form-snippet"] code').first().textContent()) ?? ''
    expect(pasted).toContain('<form method="post"')
    await page.goto(`${site.url}/pasted`)
    await page.getByLabel('Имя').fill('Елена')
    await page.getByLabel('Телефон').fill('+7 912 000-11-66')
    await page.getByLabel('Согласен').check()
    await page.getByRole('button', { name: 'Отправить' }).click()
    await page.waitForURL(`${site.url}/`)
    expect(await requestOf('Елена')).toMatchObject({
      form_name: 'Заявка с сайта',
      personal_data_consent: true,
      mailing_consent: false,
    })
    await page.context().close()
  })

  it.each([
    ['ru', 'wide'],
    ['en', 'wide'],
    ['ru', 'phone'],
  ] as const)(
    'a request is seen, worked on and noted in %s, %s; axe finds nothing',
    async (locale, width) => {
      const ru = locale === 'ru'
      const name = `Галина ${locale} ${width}`
      const posted = await fetch(`${world.app.url}/widget/v1/${channel.publicKey}/requests`, {
        method: 'POST',
        headers: { origin: site.url, 'content-type': 'application/json' },
        body: JSON.stringify({
          name,
          phone: '+7 912 000-11-55',
          message: 'Нужен букет',
          consent: '1',
          size: '51',
        }),
      })
      expect(posted.status).toBe(200)
      await requestOf(name)
      const page = await browser.newPage({ locale, width })
      await enterCabinet(page, world.app.url, OWNER, locale)
      await page.goto(`${world.app.url}/cabinet/inbox?view=requests`)
      const row = page.locator('[data-test="conversations"] a').filter({ hasText: name })
      await row.locator('[data-test="request-badge"]').waitFor()
      await row.click()
      const card = page.locator('[data-test="request"]')
      await card.waitFor()
      expect(await card.getByRole('link', { name: '+7 912 000-11-55' }).getAttribute('href')).toBe(
        'tel:+79120001155',
      )
      expect(await card.textContent()).toContain('Нужен букет')
      expect(await page.locator('[data-test="reply"]').count()).toBe(0)
      expect(await axe(page)).toEqual([])
      await screenshot(page, `request-inbox-${locale}-${width}`)

      await page.locator('[data-test="request-comment"]').fill('Перезвонила, ждёт счёт')
      await expect
        .poll(async () => (await rows(name))[0]?.comment, { timeout: 20_000 })
        .toBe('Перезвонила, ждёт счёт')
      await page.getByText(ru ? /^Сохранено: / : /^Saved: /).waitFor()
      await page.locator('[data-test="request-processing"]').check()
      await expect.poll(async () => (await rows(name))[0]?.status).toBe('processing')
      await page.locator('[data-test="request-processed"]').check()
      await expect.poll(async () => (await rows(name))[0]?.status).toBe('processed')
      expect(await axe(page)).toEqual([])
      expect(problemsInside(page)).toEqual([])
      await page.context().close()
    },
  )
})
