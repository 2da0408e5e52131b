// @vitest-environment happy-dom
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type PortalHandle, type Sandbox, startSandbox } from '../index.ts'
import { createPortalPage } from './serve-page.ts'

const STRANGER = '<img src=x onerror=alert(1)> [url=javascript:alert(1)]жми[/url] [b]жирно[/b]'

let sandbox: Sandbox
let portal: PortalHandle

/** The browser of this file; happy-dom adds `happyDOM` to its window. */
const browser = window as unknown as { happyDOM: { setURL(url: string): void } }

beforeAll(async () => {
  const page = await createPortalPage()
  sandbox = await startSandbox({ seed: 'demo', extend: (app, handle) => page.mount(app, handle) })
  portal = sandbox.portals[0]!
  browser.happyDOM.setURL(`${portal.url}/crm/deal/details/3001/`)
  const app = sandbox.registerApp({
    clientId: 'app',
    clientSecret: 'secret',
    redirectUri: 'http://127.0.0.1/back',
    scope: ['crm'],
    title: 'Trunkline',
  })
  const { access_token: token } = app.grant(portal)
  await fetch(`${portal.url}/rest/crm.timeline.comment.add`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ fields: { ENTITY_ID: 3001, ENTITY_TYPE: 'deal', COMMENT: STRANGER } }),
  })
  document.body.innerHTML = '<div id="app"></div>'
  await import('./app/portal.tsx')
})
afterAll(() => sandbox.stop())

/** The page asks once a second, and the machine may be busy. */
const soon = <T>(look: () => T | Promise<T>): Promise<T> => vi.waitFor(look, { timeout: 10_000 })
const visit = (path: string): void => {
  history.pushState(null, '', path)
  dispatchEvent(new PopStateEvent('popstate'))
}
const heading = (): string => document.querySelector('h1')?.textContent ?? ''
const button = (label: string): HTMLButtonElement => {
  const found = [...document.querySelectorAll('button')].find(
    (one) => one.textContent === label || one.getAttribute('aria-label') === label,
  )
  if (!found) throw new Error(`no button ${label}`)
  return found
}

describe('the page of the pretend portal', () => {
  it('is served at the addresses that links from the cabinet lead to, under a policy without inline code', async () => {
    for (const path of ['/', '/crm/deal/details/3001/', '/crm/contact/details/5001/', '/journal/']) {
      const response = await fetch(`${portal.url}${path}`)
      expect(response.status).toBe(200)
      expect(await response.text()).toContain('<script type="module" src="/page/app.js">')
      expect(response.headers.get('content-security-policy')).toContain("script-src 'self'")
    }
    const script = await fetch(`${portal.url}/page/app.js`)
    expect(script.headers.get('content-type')).toContain('javascript')
    expect((await script.text()).length).toBeGreaterThan(20_000)
    expect(await (await fetch(`${portal.url}/page/app.css`)).text()).toContain('.board')
  })

  it('shows a card whose timeline holds a stranger’s text as text only', async () => {
    await soon(() => expect(heading()).toBe('Букеты для офиса'))
    const comment = document.querySelector('.timeline .comment .words')
    expect(comment?.textContent).toBe('<img src=x onerror=alert(1)> [url=javascript:alert(1)]жми[/url] жирно')
    expect(comment?.querySelectorAll('img, a, script')).toHaveLength(0)
    expect(comment?.querySelector('b')?.textContent).toBe('жирно')
  })

  it('moves a stage', async () => {
    button('В работе').click()
    await soon(() => expect(portal.crm.record('deal', 3001)?.['stageId']).toBe('EXECUTING'))
    await soon(() => expect(button('В работе').getAttribute('aria-pressed')).toBe('true'))
  })

  it('edits a field', async () => {
    button('Изменить: Название').click()
    const input = await soon(() => {
      const found = document.querySelector<HTMLInputElement>('.editing input')
      if (!found) throw new Error('no input')
      return found
    })
    input.value = 'Букеты на каждый день'
    button('Сохранить').click()
    await soon(() => expect(heading()).toBe('Букеты на каждый день'))
    expect(portal.crm.record('deal', 3001)?.['title']).toBe('Букеты на каждый день')
  })

  it('follows what others do to the portal', async () => {
    portal.edit.update('deal', 3001, { title: 'Изменено не здесь' })
    await soon(() => expect(heading()).toBe('Изменено не здесь'))
  })

  it('speaks English when asked, and remembers it', async () => {
    button('Eng').click()
    await soon(() => expect(document.querySelector('.brand span')?.textContent).toBe('Pretend portal'))
    expect(localStorage.getItem('language')).toBe('en')
  })

  it('deletes a deal only after asking once more', async () => {
    visit('/crm/deal/details/3002/')
    await soon(() => expect(heading()).toBe('Свадебное оформление'))
    button('Delete').click()
    expect(portal.crm.record('deal', 3002)).toBeDefined()
    await soon(() => button('Yes, delete').click())
    await soon(() => expect(portal.crm.record('deal', 3002)).toBeUndefined())
    await soon(() => expect(heading()).toBe('Deals'))
  })

  it('dismisses an employee', async () => {
    visit('/employees/')
    await soon(() => button('Dismiss: Дмитрий Орлов').click())
    await soon(() => expect(portal.state.employees.find(({ id }) => id === 7)?.isActive).toBe(false))
  })

  it('breaks the portal by a button and repairs it', async () => {
    visit('/faults/')
    const broken = await soon(() => {
      const found = [...document.querySelectorAll('.presets button')].find((one) =>
        one.textContent?.startsWith('503 for 10 s'),
      )
      if (!(found instanceof HTMLElement)) throw new Error('no preset')
      return found
    })
    broken.click()
    await soon(() => expect(portal.faults.list).toMatchObject([{ kind: 'rate-limit' }]))
    expect(portal.faults.list[0]?.until).toBeGreaterThan(portal.clock.now())
    await soon(() => expect(button('Repair everything').disabled).toBe(false))
    button('Repair everything').click()
    await soon(() => expect(portal.faults.list).toEqual([]))
  })
})
