import type { Portal } from '@trunkline/contracts/http/portals'
import type { Integration } from '@trunkline/contracts/http/settings'
import { type PortalHandle, type Sandbox, startSandbox } from '@trunkline/sandbox'
import { createPortalPage } from '@trunkline/sandbox/page/serve-page'
import { type CabinetWorld, cabinetWorld, OWNER } from '@trunkline/server/testing/cabinet-world'
import type { FrameLocator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axe } from './axe.ts'
import { launchBrowser, pageProblems, screenshot, type TestBrowser } from './browser.ts'
import { enterCabinet, problemsInside, speak } from './cabinet-visit.ts'

/** The second way in: an administrator installs from Bitrix24, and employees open the cabinet inside it. */

const APP = { clientId: 'app.walk', clientSecret: 'walk-secret' }

const WORDS = {
  ru: {
    switch: 'Рус',
    installed: 'Trunkline установлен',
    finish: 'Завершить в кабинете',
    signIn: 'Войти в Trunkline',
    email: 'Эл. почта',
    password: 'Пароль',
    submit: 'Войти',
    refreshed: 'Ключи обновлены',
    inbox: 'Входящие',
    undo: 'Отвязать',
  },
  en: {
    switch: 'Eng',
    installed: 'Trunkline is installed',
    finish: 'Finish in the cabinet',
    signIn: 'Sign in to Trunkline',
    email: 'E-mail',
    password: 'Password',
    submit: 'Sign in',
    refreshed: 'The keys are refreshed',
    inbox: 'Inbox',
    undo: 'Undo the link',
  },
} as const

let browser: TestBrowser
let world: CabinetWorld
let sandbox: Sandbox

beforeAll(async () => {
  const page = await createPortalPage()
  ;[browser, world, sandbox] = await Promise.all([
    launchBrowser(),
    cabinetWorld({ env: { BITRIX24_CLIENT_ID: APP.clientId, BITRIX24_CLIENT_SECRET: APP.clientSecret } }),
    startSandbox({ seed: 'demo', extend: (app, portal) => page.mount(app, portal) }),
  ])
  sandbox.addPortal({ seed: 'demo', language: 'en' })
  sandbox.registerApp({
    ...APP,
    redirectUri: `${world.app.url}/oauth/bitrix24/callback`,
    installUrl: `${world.app.url}/portal/install`,
    mainUrl: `${world.app.url}/portal/app`,
    scope: ['crm', 'user', 'im', 'department'],
    title: 'Trunkline',
  })
})
afterAll(async () => {
  await browser?.close()
  await world?.[Symbol.asyncDispose]()
  await sandbox?.stop()
})

describe.each(['ru', 'en'] as const)('installed from Bitrix24, in %s', (locale) => {
  const words = WORDS[locale]
  let portal: PortalHandle
  let page: Page
  let cabinet: Page
  let frame: FrameLocator

  beforeAll(async () => {
    portal = sandbox.portals[locale === 'ru' ? 0 : 1]!
    page = await browser.newPage({ locale })
    cabinet = await browser.newPage({ locale })
    for (const each of [page, cabinet]) each.setDefaultTimeout(30_000)
    frame = page.frameLocator('[data-testid="app-frame"]')
  })
  afterAll(() => Promise.all([page?.close(), cabinet?.close()]))

  it('makes an entry by itself, and the page in the frame says what is left to do', async () => {
    await page.goto(`${portal.url}/apps/`)
    await page.getByRole('button', { name: words.switch }).click()
    const install = page.getByTestId('install-app')
    const people = page.getByRole('combobox').last()
    const employee = portal.state.employees.find((one) => one.isActive && !one.isAdmin)!
    const administrator = portal.state.employees.find((one) => one.isActive && one.isAdmin)!
    await people.selectOption(String(employee.id))
    expect(await install.isDisabled()).toBe(true)
    await people.selectOption(String(administrator.id))
    const asked = page.waitForResponse((response) => response.url().includes('/portal/install'))
    await install.click()
    const answer = await asked
    expect(answer.status()).toBe(200)
    // Bitrix24 goes on to the application as soon as the install page says that it is done.
    await frame.getByRole('button', { name: words.signIn }).waitFor()
    expect(portal.state.installs.map(({ isUnfinished }) => isUnfinished)).toEqual([undefined])
    const link = frame.getByRole('link', { name: words.finish })
    expect(await link.getAttribute('href')).toBe(`${world.app.url}/cabinet/integrations/bitrix24`)
    expect(await axe(page)).toEqual([])
    await screenshot(page, `install-first-${locale}`, { fullPage: true })
    const { data } = await world.owner.call<{ data: Portal[] }>('GET', '/api/portals')
    expect(data.filter(({ origin }) => origin === portal.url)).toMatchObject([
      { name: portal.domain, health: { state: 'connected' } },
    ])
  })

  it('shows the page of the installation itself as people who wait see it', async () => {
    const alone = await browser.newPage({ locale, theme: locale === 'ru' ? 'dark' : 'light' })
    const { frame: opened } = (await (
      await fetch(`${portal.url}/sandbox/api/apps/${APP.clientId}/install`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      })
    ).json()) as { frame: { action: string; fields: Record<string, string>; name: string } }
    const html = await fetch(opened.action, { method: 'POST', body: new URLSearchParams(opened.fields) })
    await alone.setContent((await html.text()).replace(/<script[\s\S]*?<\/script>/g, ''))
    await alone.getByRole('heading', { name: words.installed }).waitFor()
    expect(await axe(alone)).toEqual([])
    await screenshot(alone, `install-page-${locale}`)
    await alone.close()
    await fetch(`${portal.url}/sandbox/api/apps/${APP.clientId}/finish`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
  })

  it('is chosen in the cabinet and works, with new keys at the press of a button', async () => {
    await enterCabinet(cabinet, world.app.url, OWNER, locale)
    await cabinet.goto(`${world.app.url}/cabinet/integrations/bitrix24`)
    const card = cabinet.locator('article', { hasText: portal.domain })
    await card.locator('[data-test="from-portal"]').waitFor()
    await screenshot(cabinet, `install-cabinet-${locale}`, { fullPage: true })
    await card.locator('[data-test="choose-portal"]').click()
    await card.locator('[data-test="from-portal"]').waitFor({ state: 'detached' })
    const { portalId } = await world.owner.call<Integration>('GET', '/api/integration')
    expect(portalId).toBe(await card.getAttribute('data-portal'))
    portal.faults.add({ kind: 'expired-token', count: 1 })
    await card.locator('[data-test="refresh-keys"]').click()
    await cabinet.getByText(words.refreshed).first().waitFor()
    expect(problemsInside(cabinet)).toEqual([])
  })

  it('opens inside Bitrix24 signed in, once the employee has signed in in a tab of its own', async () => {
    const person = await world.colleague('operator')
    const { data } = await world.owner.call<{ data: { userId: string; email: string }[] }>(
      'GET',
      '/api/members',
    )
    const email = data.find(({ userId }) => userId === person.userId)!.email
    const employee = portal.state.employees.find((one) => one.isActive && !one.isAdmin)!
    await page.getByRole('combobox').last().selectOption(String(employee.id))
    await page.getByTestId('open-app').click()
    const opening = page.waitForEvent('popup')
    await frame.getByRole('button', { name: words.signIn }).click()
    const tab = await opening
    await tab.getByLabel(words.email).fill(email)
    await tab.getByLabel(words.password, { exact: true }).fill('another-long-one')
    await tab.getByRole('button', { name: words.submit }).click()
    await tab.locator('[data-test="link-me"]').waitFor()
    await speak(tab, world.app.url, locale)
    await tab.locator('[data-test="link-me"]').waitFor()
    expect(await tab.locator('main').textContent()).toContain(`${employee.name} ${employee.lastName}`)
    expect(await axe(tab)).toEqual([])
    await screenshot(tab, `install-link-${locale}`)
    await tab.locator('[data-test="link-me"]').click()
    await tab.locator('[data-test="link-me"]').waitFor({ state: 'detached' })
    await tab.close()
    await frame.getByRole('heading', { name: words.inbox, exact: true }).first().waitFor()
    await screenshot(page, `install-frame-${locale}`, { fullPage: true })

    // The next time it opens by itself.
    await page.getByTestId('open-app').click()
    await frame.getByRole('heading', { name: words.inbox, exact: true }).first().waitFor()
    expect(pageProblems(page)).toEqual([])
  })

  it('shows administrators who that is, until they undo it', async () => {
    await cabinet.goto(`${world.app.url}/cabinet/members`)
    const link = cabinet.locator('[data-test="employee-link"]', { hasText: portal.domain })
    await link.waitFor()
    expect(await axe(cabinet)).toEqual([])
    await screenshot(cabinet, `install-members-${locale}`)
    await link.locator('[data-test="undo-link"]').click()
    await cabinet.getByRole('dialog').getByRole('button', { name: words.undo }).click()
    await link.waitFor({ state: 'detached' })
    expect(problemsInside(cabinet)).toEqual([])
    await page.getByTestId('open-app').click()
    await frame.getByRole('button', { name: words.signIn }).waitFor()
  })
})
