import { ERRORS, type ErrorCode, type HubError } from '@trunkline/contracts/errors'
import type { Locale } from '@trunkline/contracts/locale'
import { escapeHtml, smallPage } from '../small-page.ts'

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
  return smallPage(
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
  return smallPage(
    of,
    words.refused,
    `<div class="mark bad" aria-hidden="true">!</div><h1>${words.refused}</h1>
<p>${escapeHtml(of.error.publicText[of.locale])}</p><p>${escapeHtml(action)}</p><a href="/cabinet/">${words.back}</a>`,
  )
}
