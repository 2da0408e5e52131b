import type { Locale } from '@trunkline/contracts/locale'

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{min-height:100vh;margin:0;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{max-width:28rem;padding:2rem;text-align:center}
h1{font-size:1.4rem;margin:.5rem 0}
.mark{width:3.5rem;height:3.5rem;border-radius:50%;display:grid;place-items:center;margin:auto;font-size:1.8rem;color:#fff}
.good{background:#0a7d45}.bad{background:#cc2f2a}
button,a{display:inline-block;margin-top:1rem;padding:.6rem 1.2rem;border-radius:.5rem;border:1px solid currentcolor;background:none;color:inherit;font:inherit;text-decoration:none;cursor:pointer}`

/**
 * A page of few words outside the cabinet: no files beside it, nothing but its own style and what `body` brings. `title`
 * and `body` are HTML. With `nonce` its style obeys a policy that allows no other; without, the policy of every page.
 */
export function smallPage(of: { locale: Locale; nonce?: string }, title: string, body: string): string {
  const nonce = of.nonce === undefined ? '' : ` nonce="${of.nonce}"`
  return `<!doctype html><html lang="${of.locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${title}</title><style${nonce}>${STYLE}</style></head><body><main>${body}</main></body></html>`
}

/** Text as it may stand in HTML, between tags and in quoted attributes alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
