import type { HubError } from '@trunkline/contracts/errors'
import type { Locale } from '@trunkline/contracts/locale'

const TEXTS = {
  ru: { thanks: 'Заявка отправлена', refused: 'Заявка не отправлена', back: 'Вернуться на сайт' },
  en: { thanks: 'The request is sent', refused: 'The request was not sent', back: 'Back to the site' },
} as const

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{min-height:100vh;margin:0;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{max-width:28rem;padding:2rem;text-align:center}h1{font-size:1.4rem}
a{display:inline-block;margin-top:1rem;padding:.6rem 1.2rem;border-radius:.5rem;border:1px solid currentcolor;color:inherit;text-decoration:none}`

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
  return `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${title}</title><style>${STYLE}</style></head><body><main><h1>${title}</h1>
${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}${link}</main></body></html>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
