import type { Channel } from '@trunkline/contracts/http/channels'
import { type CabinetWorld, cabinetWorld } from '@trunkline/server/testing/cabinet-world'
import { buildBrowserPrograms } from '@trunkline/tools/build'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axe } from './axe.ts'
import { launchBrowser, type PageOptions, pageProblems, screenshot, type TestBrowser } from './browser.ts'
import { type OwnSite, startSite } from './own-site.ts'

/** What a site does to everything on it, on purpose or not. */
const HOSTILE_CSS = `
* { all: revert !important; transform: rotate(3deg) !important; font-family: fantasy !important; color: lime !important }
html { filter: hue-rotate(90deg); overflow-x: hidden }
trunkline-chat, body > *, html > * { opacity: .2 !important }
trunkline-chat { display: none !important; visibility: hidden !important; pointer-events: none !important; width: 1px !important }
button, textarea, input { display: none !important }`

let world: CabinetWorld
let browser: TestBrowser
let site: OwnSite
let channel: Channel

beforeAll(async () => {
  await buildBrowserPrograms(() => undefined)
  ;[world, browser] = await Promise.all([cabinetWorld(), launchBrowser()])
  site = await startSite((path, response) => {
    if (path === '/hostile.css') return response.setHeader('content-type', 'text/css').end(HOSTILE_CSS)
    const hostile = path === '/hostile'
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; style-src 'self'; script-src ${world.app.url}; connect-src ${world.app.url}; require-trusted-types-for 'script'; trusted-types 'none'`,
    )
    const lang = path === '/en' ? 'en' : 'ru'
    response.end(`<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Магазин</title>
      <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
      ${hostile ? '<link rel="stylesheet" href="/hostile.css">' : ''}
      <script async src="${world.app.url}/widget/widget.js" data-key="${channel.publicKey}"></script></head>
      <body><main><h1>Магазин</h1><p>Сапоги и валенки.</p></main></body></html>`)
  })
  channel = await world.owner.call<Channel>('POST', '/api/channels', {
    type: 'site-widget',
    title: 'Сайт',
    settings: {
      title: 'Магазин «Ромашка»',
      colour: '#0b7a5c',
      allowedOrigins: ['http://127.0.0.1'],
      formPhone: 'required',
    },
  })
})

afterAll(async () => {
  await browser?.close()
  await site?.stop()
  await world?.[Symbol.asyncDispose]()
})

/** Opens a page of the site; tells which calls it made to the hub. */
async function visit(path: string, options: PageOptions = {}): Promise<{ page: Page; calls: string[] }> {
  const page = await browser.newPage(options)
  return { page, calls: await go(page, path) }
}

async function go(page: Page, path: string): Promise<string[]> {
  const calls: string[] = []
  const start = `${world.app.url}/widget/v1/${channel.publicKey}/`
  page.on('request', (request) => {
    if (request.url().startsWith(start)) calls.push(request.url().slice(start.length).split('?')[0]!)
  })
  await page.goto(`${site.url}${path}`)
  return calls
}

const launcher = (page: Page) => page.getByRole('button', { name: /^(Открыть|Open) / })
const dialog = (page: Page) => page.getByRole('dialog')
const log = (page: Page) => page.getByRole('log')
const field = (page: Page) => page.getByRole('textbox', { name: /Ваше сообщение|Your message/ })

async function fillForm(page: Page, name: string): Promise<void> {
  await dialog(page).getByLabel('Имя').fill(name)
  await dialog(page).getByLabel('Телефон').fill('+7 912 000-11-22')
  await dialog(page).getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Начать чат' }).click()
}

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text)
  await field(page).press('Enter')
}

const LIMIT_MS = 30_000

/** The conversation that holds these words, once it is there. */
async function conversationWith(text: string): Promise<string> {
  const endsAt = Date.now() + LIMIT_MS
  do {
    await world.app.processAll()
    const [row] = await world.query<{ id: string }>(
      'select conversation_id as id from messages where text = $1',
      [text],
    )
    if (row) return row.id
    await new Promise((resolve) => setTimeout(resolve, 100))
  } while (Date.now() < endsAt)
  const written = await world.query<{ text: string }>('select text from messages order by id')
  throw new Error(`nobody wrote "${text}", only: ${written.map((row) => row.text).join(' | ')}`)
}

/** Says that the operator is typing, as a cabinet does again and again, until the page shows it. */
async function operatorTypes(conversationId: string, seen: () => Promise<boolean>): Promise<void> {
  await expect
    .poll(
      async () => {
        await world.owner.call('POST', `/api/conversations/${conversationId}/typing`)
        return seen()
      },
      { interval: 500 },
    )
    .toBe(true)
}

async function answer(conversationId: string, text: string, attachmentIds: string[] = []): Promise<void> {
  const clientId = crypto.randomUUID()
  await world.owner.call('POST', `/api/conversations/${conversationId}/messages`, {
    clientId,
    text,
    attachmentIds,
  })
  await world.app.processAll()
}

/** A picture that can be told from an empty place. */
async function picture(page: Page): Promise<Buffer> {
  const data = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 420
    const ink = canvas.getContext('2d')!
    const sky = ink.createLinearGradient(0, 0, 640, 420)
    sky.addColorStop(0, '#f6c56f')
    sky.addColorStop(1, '#d4537e')
    ink.fillStyle = sky
    ink.fillRect(0, 0, 640, 420)
    ink.fillStyle = '#fff'
    ink.beginPath()
    ink.arc(460, 140, 60, 0, 7)
    ink.fill()
    return canvas.toDataURL('image/png')
  })
  return Buffer.from(data.split(',')[1]!, 'base64')
}

describe('on a hostile page with a strict policy', () => {
  it('opens, asks who is there, takes a message and shows the answer; axe finds nothing', async () => {
    const { page, calls } = await visit('/hostile')
    const box = await launcher(page).boundingBox()
    expect(box).toMatchObject({ width: 60, height: 60 })
    expect(box!.x + box!.width).toBeGreaterThan(1440 - 30)
    expect(box!.y + box!.height).toBeGreaterThan(900 - 30)
    expect(calls).toEqual([])

    await launcher(page).click()
    await expect.poll(() => page.getByText('Как к вам обращаться?').isVisible()).toBe(true)
    expect(await page.getByRole('checkbox').isChecked()).toBe(false)
    expect(await axe(page, { exclude: ['main'] })).toEqual([])
    await screenshot(page, 'widget-hostile-form')

    await page.getByRole('button', { name: 'Начать чат' }).click()
    await expect.poll(() => dialog(page).getByText('Заполните поле').count()).toBe(1)
    expect(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.id)).toBe('f-phone')
    await fillForm(page, 'Ольга')
    await expect.poll(() => field(page).isVisible()).toBe(true)
    expect(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.tagName)).toBe(
      'TEXTAREA',
    )

    await say(page, 'Есть ли сапоги 42 размера? https://shop.example/boots')
    const conversation = await conversationWith('Есть ли сапоги 42 размера? https://shop.example/boots')
    await operatorTypes(conversation, () => page.getByText('Оператор печатает…').isVisible())
    await answer(conversation, 'Здравствуйте, Ольга! Да, есть две пары.')
    await expect.poll(() => log(page).getByText('Да, есть две пары').isVisible()).toBe(true)
    await expect.poll(() => log(page).getByText('Прочитано').count()).toBe(1)
    expect(await log(page).getByRole('link').getAttribute('href')).toBe('https://shop.example/boots')
    expect(await log(page).getByText('Ольга Хозяйкина').isVisible()).toBe(true)
    expect(await axe(page, { exclude: ['main'] })).toEqual([])
    await screenshot(page, 'widget-hostile-talk')
    expect(pageProblems(page)).toEqual([])
    await page.context().close()
  })

  it('shows pictures of both sides though the policy forbids every image', async () => {
    const { page } = await visit('/')
    await launcher(page).click()
    await page.getByText('Как к вам обращаться?').waitFor()
    await fillForm(page, 'Пётр')
    const bytes = await picture(page)
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'Закат.png', mimeType: 'image/png', buffer: bytes })
    await field(page).fill('Хочу такой цвет')
    await expect
      .poll(() => page.getByRole('button', { name: 'Отправить' }).getAttribute('aria-disabled'))
      .toBe('false')
    await field(page).press('Enter')
    const conversation = await conversationWith('Хочу такой цвет')
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'образец.png')
    const { body } = await world.owner.ask('POST', '/api/attachments', { body: form })
    await answer(conversation, 'Похож на этот?', [(body as { id: string }).id])
    await expect.poll(() => page.locator('canvas').count()).toBe(2)
    const drawn = () =>
      page.locator('canvas').evaluateAll((all) =>
        all.map((canvas) => {
          const { width, height } = canvas as HTMLCanvasElement
          const pixel = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(460, 140, 1, 1).data
          return [width, height, pixel[0], pixel[3]]
        }),
      )
    await expect.poll(drawn).toEqual([
      [640, 420, 255, 255],
      [640, 420, 255, 255],
    ])
    await screenshot(page, 'widget-pictures')
    const [download] = await Promise.all([
      page.waitForEvent('download').catch(() => page.context().waitForEvent('page')),
      page.getByRole('link', { name: /образец/ }).click(),
    ])
    expect('suggestedFilename' in download ? download.suggestedFilename() : '').toBe('образец.png')
    expect(pageProblems(page)).toEqual([])
    await page.context().close()
  })
})

describe('on a phone', () => {
  it.each([
    ['ru', 'light', '/'],
    ['en', 'dark', '/en'],
  ] as const)('covers the whole screen, in %s and %s', async (locale, theme, path) => {
    const { page } = await visit(path, { locale, theme, width: 'phone' })
    const words =
      locale === 'ru'
        ? { phone: 'Телефон', start: 'Начать чат', text: 'Где мой заказ?', reply: 'Едет, будет к шести.' }
        : {
            phone: 'Phone',
            start: 'Start the chat',
            text: 'Where is my order?',
            reply: 'On its way, by six.',
          }
    await launcher(page).tap()
    await dialog(page).getByLabel(words.phone).fill('+79120001122')
    await dialog(page).getByRole('checkbox').check()
    await screenshot(page, `widget-phone-form-${locale}-${theme}`)
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: words.start }).tap()
    await say(page, words.text)
    await answer(await conversationWith(words.text), words.reply)
    await expect.poll(() => log(page).getByText(words.reply).isVisible()).toBe(true)
    expect(await dialog(page).boundingBox()).toMatchObject({ x: 0, y: 0, width: 390, height: 844 })
    expect(await launcher(page).count()).toBe(0)
    expect(await axe(page)).toEqual([])
    await screenshot(page, `widget-phone-talk-${locale}-${theme}`)
    expect(pageProblems(page)).toEqual([])
    await page.context().close()
  })
})

describe('a visitor', () => {
  it('needs no mouse: opens, goes in, writes, leaves by Esc and finds the focus where it was', async () => {
    const { page } = await visit('/')
    await launcher(page).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Как к вам обращаться?').waitFor()
    await page.keyboard.type('Анна')
    await page.keyboard.press('Tab')
    await page.keyboard.type('89120001122')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Enter')
    await field(page).waitFor()
    await page.keyboard.type('С клавиатуры')
    await page.keyboard.press('Enter')
    await conversationWith('С клавиатуры')
    await page.keyboard.press('Escape')
    await expect.poll(() => dialog(page).count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.className)).toBe(
      'launcher',
    )
    await page.context().close()
  })

  it('who writes without a network sends it once when it is back, and keeps it over a reload', async () => {
    const { page } = await visit('/')
    const context = page.context()
    await launcher(page).click()
    await page.getByText('Как к вам обращаться?').waitFor()
    await fillForm(page, 'Иван')
    await say(page, 'Первое')
    await conversationWith('Первое')
    await expect.poll(() => log(page).getByText('Отправляется').count()).toBe(0)
    await context.setOffline(true)
    await say(page, 'Второе, без сети')
    await expect.poll(() => log(page).getByText('Отправляется').count()).toBe(1)
    await field(page).fill('Начал и не дописал')
    await context.setOffline(false)
    await page.reload()
    const conversation = await conversationWith('Второе, без сети')
    await launcher(page).click()
    await expect.poll(() => field(page).inputValue()).toBe('Начал и не дописал')
    await answer(conversation, 'Принято')
    await expect.poll(() => log(page).getByText('Принято').isVisible()).toBe(true)
    const items = await log(page).locator('.bubble').allInnerTexts()
    expect(items.filter((words) => words.includes('Второе'))).toHaveLength(1)
    const rows = await world.query<{ text: string }>(
      'select text from messages where conversation_id = $1 order by sequence',
      [conversation],
    )
    expect(rows.map(({ text }) => text)).toEqual(['Первое', 'Второе, без сети', 'Принято'])
    await context.close()
  })

  it('with three tabs has one stream; each shows all; the next takes over when the first is closed', async () => {
    const alone = await browser.newPage()
    const context = await alone.context().browser()!.newContext({ locale: 'ru-RU' })
    await alone.close()
    const first = await context.newPage()
    const callsOfFirst = await go(first, '/')
    await launcher(first).click()
    await first.getByText('Как к вам обращаться?').waitFor()
    await fillForm(first, 'Мария')
    await say(first, 'Из первой вкладки')
    const conversation = await conversationWith('Из первой вкладки')
    await expect.poll(() => callsOfFirst.includes('stream')).toBe(true)

    const [second, third] = [await context.newPage(), await context.newPage()]
    const callsOfOthers = [await go(second, '/'), await go(third, '/')]
    await launcher(second).click()
    await log(second).getByText('Из первой вкладки').waitFor()
    await answer(conversation, 'Вижу вас')
    for (const page of [first, second]) await log(page).getByText('Вижу вас').waitFor()
    expect(callsOfOthers.flat().filter((path) => path === 'stream')).toEqual([])
    await say(second, 'Из второй')
    await log(first).getByText('Из второй').waitFor()
    await conversationWith('Из второй')

    await first.close()
    await expect.poll(() => callsOfOthers.flat().filter((path) => path === 'stream').length).toBe(1)
    await second.getByRole('button', { name: 'Закрыть чат' }).first().click()
    await answer(conversation, 'Ещё ответ')
    await expect
      .poll(() => third.getByRole('button', { name: 'Открыть чат, Новых сообщений: 1' }).count())
      .toBe(1)
    await screenshot(third, 'widget-unread')
    await context.close()
  })

  it('who is asked for nothing and says nothing goes straight to the chat', async () => {
    const mine = channel
    channel = await world.owner.call<Channel>('POST', '/api/channels', {
      type: 'site-widget',
      title: 'Сайт без вопросов',
      settings: { allowedOrigins: ['http://127.0.0.1'] },
    })
    try {
      const { page } = await visit('/')
      await launcher(page).click()
      await page.getByText('Как к вам обращаться?').waitFor()
      await page.getByRole('button', { name: 'Начать чат' }).click()
      await say(page, 'Без имени')
      await conversationWith('Без имени')
      expect(pageProblems(page)).toEqual([])
      await page.context().close()
    } finally {
      channel = mine
    }
  })

  it('on a page that may not carry the chat is told so, and its owner is told why in the console', async () => {
    const other = await world.owner.call<Channel>('POST', '/api/channels', {
      type: 'site-widget',
      title: 'Другой сайт',
      settings: { allowedOrigins: ['https://elsewhere.example'] },
    })
    const mine = channel
    channel = other
    try {
      const page = await browser.newPage()
      const warnings: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'warning') warnings.push(message.text())
      })
      await go(page, '/')
      await launcher(page).click()
      await page.getByText('Чат на этой странице сейчас недоступен.').waitFor()
      expect(warnings).toEqual(['Trunkline chat: Этого сайта нет в списке адресов виджета'])
      await page.context().close()
    } finally {
      channel = mine
    }
  })
})

describe('the test site of the hub itself', () => {
  it('carries the chat under its own strict policy, and the form leads back to it', async () => {
    const page = await browser.newPage()
    const cookies = world.owner.cookie().split('; ')
    await page.context().addCookies(
      cookies.map((pair) => {
        const at = pair.indexOf('=')
        return { name: pair.slice(0, at), value: pair.slice(at + 1), url: world.app.url }
      }),
    )
    await page.goto(`${world.app.url}/try/${channel.publicKey}`)
    await launcher(page).waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByLabel('Телефон').fill('+7 900 000-00-09')
    await page.getByRole('checkbox').check()
    await page.getByRole('button', { name: 'Отправить заявку' }).click()
    await page.getByText('Заявка отправлена.').waitFor()
    await launcher(page).click()
    await fillForm(page, 'Пробный')
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'Закат.png', mimeType: 'image/png', buffer: await picture(page) })
    await expect
      .poll(() => page.getByRole('button', { name: 'Отправить', exact: true }).getAttribute('aria-disabled'))
      .toBe('false')
    await say(page, 'Проба с тестового сайта')
    await conversationWith('Проба с тестового сайта')
    await expect.poll(() => page.locator('canvas').count()).toBe(1)
    await screenshot(page, 'widget-test-site')
    const rows = await world.query<{ kind: string }>(
      `select kind from conversations where context #>> '{extra,testSite}' is not null order by kind`,
    )
    expect(rows.map(({ kind }) => kind)).toEqual(['chat', 'request'])
    expect(pageProblems(page)).toEqual([])
    await page.close()
  })
})
