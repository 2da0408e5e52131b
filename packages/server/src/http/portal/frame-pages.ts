import { ERRORS, type ErrorCode, type HubError } from '@trunkline/contracts/errors'
import type { Locale } from '@trunkline/contracts/locale'
import { escapeHtml, smallPage } from '../small-page.ts'

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
    entering: 'Входим в Trunkline',
    blocked: 'Браузер не хранит вход внутри Битрикс24. Откройте кабинет в своей вкладке.',
    hello: 'Вы в Битрикс24:',
    link: 'Войдите в Trunkline один раз, и дальше кабинет будет открываться здесь сам.',
    signIn: 'Войти в Trunkline',
    waiting: 'Ждём вход в соседней вкладке…',
    notChosen:
      'Портал подключён, но интеграция ещё не работает с ним. Администратор выбирает портал в кабинете.',
    expired: 'Прошло слишком много времени. Откройте приложение заново.',
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
    entering: 'Signing in to Trunkline',
    blocked: 'The browser keeps no sign-in inside Bitrix24. Open the cabinet in a tab of its own.',
    hello: 'In Bitrix24 you are:',
    link: 'Sign in to Trunkline once, and from then on the cabinet opens here by itself.',
    signIn: 'Sign in to Trunkline',
    waiting: 'Waiting for the sign-in in the other tab…',
    notChosen:
      'The portal is connected, but the integration does not work with it yet. An administrator chooses it in the cabinet.',
    expired: 'That took too long. Open the application again.',
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
  return smallPage(
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

/** The employee is known here: goes on to the cabinet, if the browser kept the sign-in (`path`: where to). */
export function enteringPage(of: Omit<FramePage, 'origin'> & { readonly path: string }): string {
  const words = TEXTS[of.locale]
  return smallPage(
    of,
    words.entering,
    `<h1 id="entering">${words.entering}…</h1><div id="blocked" hidden><p role="alert">${words.blocked}</p>${cabinetLink(of, words.open)}</div>
<script nonce="${of.nonce}">fetch('/api/me', { cache: 'no-store' }).then((answer) => {
  if (answer.ok) return location.replace(${JSON.stringify(of.path)})
  document.getElementById('entering').hidden = true
  document.getElementById('blocked').hidden = false
})</script>`,
  )
}

/**
 * The employee is not known here yet: a tab of its own to sign in, while this page asks whether that has happened. The
 * ticket says whom Bitrix24 vouched for; it is posted, so that it stands in no address.
 */
export function linkPage(
  of: FramePage & { readonly employee: string; readonly ticket: string; readonly isChosen: boolean },
): string {
  const words = TEXTS[of.locale]
  return smallPage(
    of,
    words.signIn,
    `<h1>Trunkline</h1><p>${words.hello} <b>${escapeHtml(of.employee)}</b>, ${escapeHtml(new URL(of.origin).host)}.</p>
<p>${words.link}</p>
<form method="post" action="/portal/link" target="_blank"><input type="hidden" name="ticket" value="${escapeHtml(of.ticket)}"><button id="sign-in">${words.signIn} <small>${words.newTab}</small></button></form>
<p id="waiting" role="status" hidden>${words.waiting}</p><p id="expired" role="alert" hidden>${words.expired}</p>
${of.isChosen ? '' : `<p>${words.notChosen}</p>${cabinetLink(of, words.finish)}`}
<script nonce="${of.nonce}">const show = (id) => { document.getElementById(id).hidden = false }
const body = JSON.stringify({ ticket: ${JSON.stringify(of.ticket)} })
const ask = async () => {
  const answer = await fetch('/portal/frame-session', { method: 'POST', body, headers: { 'x-trunkline': '1', 'content-type': 'application/json' } }).catch(() => undefined)
  if (answer?.status === 403) return show('expired')
  if (answer?.ok && (await answer.json()).isSignedIn) return location.replace('${of.isChosen ? '/cabinet/inbox' : '/cabinet/integrations/bitrix24'}')
  setTimeout(ask, 1500)
}
document.querySelector('form').addEventListener('submit', () => { show('waiting'); setTimeout(ask, 1500) }, { once: true })</script>`,
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
  return smallPage(
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
