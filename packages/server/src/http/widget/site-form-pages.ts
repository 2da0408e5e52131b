import type { HubError } from '@trunkline/contracts/errors'
import type { Locale } from '@trunkline/contracts/locale'
import { escapeHtml, smallPage } from '../small-page.ts'

const TEXTS = {
  ru: { thanks: 'Заявка отправлена', refused: 'Заявка не отправлена', back: 'Вернуться на сайт' },
  en: { thanks: 'The request is sent', refused: 'The request was not sent', back: 'Back to the site' },
} as const

/** What somebody sees who sent a site's own form, where the site names no page of its own for it. */
export function thanksPage(of: { locale: Locale; thanks: string; back: string | undefined }): string {
  return page(of.locale, TEXTS[of.locale].thanks, [of.thanks], of.back)
}

/** Says why a form was not taken, and leads back to it: the browser has kept what was filled in. */
export function formRefusedPage(of: { locale: Locale; error: HubError; back: string | undefined }): string {
  const { publicText, fields } = of.error
  const words = fields.length > 0 ? fields.map(({ text }) => text[of.locale]) : [publicText[of.locale]]
  return page(of.locale, TEXTS[of.locale].refused, words, of.back)
}

function page(locale: Locale, title: string, lines: readonly string[], back: string | undefined): string {
  const link = back === undefined ? '' : `<a href="${escapeHtml(back)}">${TEXTS[locale].back}</a>`
  const words = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('')
  return smallPage({ locale }, title, `<h1>${title}</h1>${words}${link}`)
}
