import type { Page } from 'playwright-core'
import { pageProblems } from './browser.ts'

/** Words of the cabinet's entrance in both languages. */
const ENTRANCE = {
  ru: { email: 'Эл. почта', password: 'Пароль', submit: 'Войти' },
  en: { email: 'E-mail', password: 'Password', submit: 'Sign in' },
} as const

/** Signs in through the page, as a person does, and makes the cabinet speak the language from then on. */
export async function enterCabinet(
  page: Page,
  cabinet: string,
  person: { readonly email: string; readonly password: string },
  locale: 'ru' | 'en',
): Promise<void> {
  const words = ENTRANCE[locale]
  await page.goto(`${cabinet}/cabinet/sign-in`)
  await page.getByLabel(words.email).fill(person.email)
  await page.getByLabel(words.password, { exact: true }).fill(person.password)
  await page.getByRole('button', { name: words.submit }).click()
  await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'))
  await speak(page, cabinet, locale)
}

/**
 * Signs in through the door that the page of the entrance calls, for walks that are about something else: the first page
 * that is opened then is already theirs, in this language.
 */
export async function beInside(
  page: Page,
  cabinet: string,
  person: { readonly email: string; readonly password: string },
  locale: 'ru' | 'en',
): Promise<void> {
  const headers = { 'x-trunkline': '1', origin: cabinet }
  const { email, password } = person
  for (const answer of [
    await page.request.post(`${cabinet}/api/auth/sign-in/email`, { data: { email, password }, headers }),
    await page.request.patch(`${cabinet}/api/me`, { data: { locale }, headers }),
  ])
    if (!answer.ok()) throw new Error(`not let in: ${answer.status()} ${await answer.text()}`)
  await page.addInitScript((chosen) => localStorage.setItem('trunkline-locale', chosen), locale)
}

/** The language belongs to the person, so every tab of theirs changes; the page is loaded anew. */
export async function speak(page: Page, cabinet: string, locale: 'ru' | 'en'): Promise<void> {
  const saved = await page.request.patch(`${cabinet}/api/me`, {
    data: { locale },
    headers: { 'x-trunkline': '1', origin: cabinet },
  })
  if (!saved.ok()) throw new Error(`the language was not saved: ${saved.status()} ${await saved.text()}`)
  await page.evaluate((chosen) => localStorage.setItem('trunkline-locale', chosen), locale)
  await page.reload()
  await page.locator(`html[lang="${locale}"] main`).waitFor()
}

/** The browser says this aloud when the entrance asks who is signed in before anybody is. */
const NOBODY_YET =
  'console: Failed to load resource: the server responded with a status of 401 (Unauthorized)'

/** Problems of a page that went through the entrance once: one answer 401 is how the entrance works. */
export function problemsInside(page: Page): readonly string[] {
  const problems = [...pageProblems(page)]
  const at = problems.indexOf(NOBODY_YET)
  if (at >= 0) problems.splice(at, 1)
  return problems
}
