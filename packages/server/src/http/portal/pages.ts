import { ERRORS, type ErrorCode, type HubError } from '@trunkline/contracts/errors'
import type { Locale } from '@trunkline/contracts/locale'

const TEXTS = {
  ru: {
    connected: 'Портал подключён',
    closes: 'Окно закроется само.',
    close: 'Закрыть окно',
    back: 'Вернуться в кабинет',
    refused: 'Портал не подключён',
  },
  en: {
    connected: 'The portal is connected',
    closes: 'This window closes by itself.',
    close: 'Close the window',
    back: 'Back to the cabinet',
    refused: 'The portal is not connected',
  },
} as const

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{min-height:100vh;margin:0;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{max-width:26rem;padding:2rem;text-align:center}
h1{font-size:1.4rem;margin:.5rem 0}
.mark{width:3.5rem;height:3.5rem;border-radius:50%;display:grid;place-items:center;margin:auto;font-size:1.8rem;color:#fff}
.good{background:#0a7d45}.bad{background:#cc2f2a}
button,a{display:inline-block;margin-top:1rem;padding:.6rem 1.2rem;border-radius:.5rem;border:1px solid currentcolor;background:none;color:inherit;font:inherit;text-decoration:none;cursor:pointer}`

/**
 * Tells the cabinet that opened the window and closes it within three seconds (CHAT-12). Without an opener (pop-ups are
 * blocked, so the whole cabinet came here) it offers the way back.
 */
export function connectedPage(of: {
  nonce: string
  locale: Locale
  portalId: string
  origin: string
}): string {
  const words = TEXTS[of.locale]
  const script = `const opener = window.opener
if (opener) { opener.postMessage({ source: 'trunkline', portalId: ${JSON.stringify(of.portalId)} }, ${JSON.stringify(of.origin)}); setTimeout(() => window.close(), 1500) }
else document.getElementById('closes').hidden = true
document.getElementById('close').addEventListener('click', () => { if (opener) window.close(); else location.assign('/cabinet/integrations/bitrix24') })`
  return html(
    of,
    words.connected,
    `<div class="mark good" aria-hidden="true">✓</div><h1>${words.connected}</h1><p id="closes">${words.closes}</p>
<button id="close" type="button">${words.close}</button><script nonce="${of.nonce}">${script}</script>`,
  )
}

/** Says why the portal was not connected and what to do. */
export function refusedPage(of: { nonce: string; locale: Locale; error: HubError }): string {
  const words = TEXTS[of.locale]
  const action = ERRORS[of.error.code as ErrorCode]?.action[of.locale] ?? ''
  return html(
    of,
    words.refused,
    `<div class="mark bad" aria-hidden="true">!</div><h1>${words.refused}</h1>
<p>${escapeHtml(of.error.publicText[of.locale])}</p><p>${escapeHtml(action)}</p><a href="/cabinet/">${words.back}</a>`,
  )
}

/** A page of few words: no files beside it, nothing but its own script and style. */
export function html(of: { nonce: string; locale: Locale }, title: string, body: string): string {
  return `<!doctype html><html lang="${of.locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style nonce="${of.nonce}">${STYLE}</style></head><body><main>${body}</main></body></html>`
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
