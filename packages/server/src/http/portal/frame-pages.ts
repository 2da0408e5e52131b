import { ERRORS, type ErrorCode, type HubError } from '@trunkline/contracts/errors'
import type { Locale } from '@trunkline/contracts/locale'
import { escapeHtml, html } from './pages.ts'

const TEXTS = {
  ru: {
    installed: 'Trunkline установлен',
    portal: 'Портал',
    choose: 'Он появился в списке подключений. Остался один шаг: выберите его в кабинете Trunkline.',
    chosen: 'Он подключён, и интеграция снова работает с ним.',
    finish: 'Завершить в кабинете',
    open: 'Открыть кабинет',
    newTab: '(откроется в новой вкладке)',
    noLibrary: 'Битрикс24 не ответил этой странице. Обновите её, чтобы завершить установку.',
    refused: 'Не получилось',
    code: 'Код',
  },
  en: {
    installed: 'Trunkline is installed',
    portal: 'The portal',
    choose: 'It is in the list of connections now. One step is left: choose it in the Trunkline cabinet.',
    chosen: 'It is connected, and the integration works with it again.',
    finish: 'Finish in the cabinet',
    open: 'Open the cabinet',
    newTab: '(opens in a new tab)',
    noLibrary: 'Bitrix24 did not answer this page. Load it again to finish the installation.',
    refused: 'That did not work',
    code: 'Code',
  },
} as const

/** Library of pages in frames. Source: apidocs.bitrix24.com/sdk/bx24-js-sdk (read 2026-11). */
const LIBRARY = 'https://api.bitrix24.com/api/v1/'

/** Where a portal's frames take `BX24` from: the sandbox, alone on plain http, brings its own. */
export function libraryOf(portalOrigin: string): string {
  return portalOrigin.startsWith('http:') ? `${portalOrigin}/api/v1/` : LIBRARY
}

interface FramePage {
  readonly nonce: string
  readonly locale: Locale
  /** Origin of the portal, proved. */
  readonly origin: string
  /** Address of the integration in the cabinet. */
  readonly cabinetUrl: string
}

/** The last page of an installation: tells Bitrix24 that it is done, and invites to finish in the cabinet (UIS-11). */
export function installedPage(of: FramePage & { readonly isChosen: boolean }): string {
  const words = TEXTS[of.locale]
  return html(
    of,
    words.installed,
    `<div class="mark good" aria-hidden="true">✓</div><h1>${words.installed}</h1>
<p>${words.portal} <b>${escapeHtml(new URL(of.origin).host)}</b>. ${of.isChosen ? words.chosen : words.choose}</p>
${cabinetLink(of, of.isChosen ? words.open : words.finish)}
<p id="late" role="alert" hidden>${words.noLibrary}</p>
<script nonce="${of.nonce}" src="${escapeHtml(libraryOf(of.origin))}"></script>
<script nonce="${of.nonce}">if (window.BX24) BX24.init(() => { BX24.fitWindow(); BX24.installFinish() })
else document.getElementById('late').hidden = false</script>`,
  )
}

/** Why a page in a frame of a portal cannot be shown, with the code for whoever helps. */
export function frameRefusedPage(of: {
  readonly nonce: string
  readonly locale: Locale
  readonly error: HubError
}): string {
  const words = TEXTS[of.locale]
  const action = ERRORS[of.error.code as ErrorCode]?.action[of.locale] ?? ''
  return html(
    of,
    words.refused,
    `<div class="mark bad" aria-hidden="true">!</div><h1>${escapeHtml(of.error.publicText[of.locale])}</h1>
<p>${escapeHtml(action)}</p><p><small>${words.code}: ${escapeHtml(of.error.code)}</small></p>`,
  )
}

/** A link out of the frame, into a tab of its own. */
export function cabinetLink(of: Pick<FramePage, 'locale' | 'cabinetUrl'>, label: string): string {
  return `<a href="${escapeHtml(of.cabinetUrl)}" target="_blank" rel="noopener">${label} <small>${TEXTS[of.locale].newTab}</small></a>`
}
