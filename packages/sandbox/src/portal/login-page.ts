/** The portal's log-in and consent pages of the authorization flow; plain HTML, no scripts. */
import { escapeHtml } from '../escape-html.ts'
import type { RegisteredApp } from './auth-server.ts'
import type { Employee, PortalState } from './portal-state.ts'

const TEXTS = {
  ru: {
    signIn: 'Вход в Битрикс24',
    pick: 'Выберите, кем войти. Это ненастоящий портал: пароль не нужен.',
    admin: 'администратор',
    enter: 'Войти',
    consent: (title: string) => `Приложение «${title}» просит доступ`,
    scopes: 'Права приложения',
    allow: 'Установить и разрешить',
    refuse: 'Отказать',
    notAdmin: 'Установить приложение может только администратор портала. Войдите под администратором.',
    again: 'Войти другим сотрудником',
    refused: 'Доступ не предоставлен. Можно закрыть эту страницу.',
    unknownApp: 'Приложение с таким client_id не зарегистрировано.',
    code: 'Код авторизации',
  },
  en: {
    signIn: 'Sign in to Bitrix24',
    pick: 'Choose who you are. This is a pretend portal: no password is needed.',
    admin: 'administrator',
    enter: 'Sign in',
    consent: (title: string) => `The application “${title}” asks for access`,
    scopes: 'Rights of the application',
    allow: 'Install and allow',
    refuse: 'Refuse',
    notAdmin: 'Only an administrator of the portal may install an application. Sign in as an administrator.',
    again: 'Sign in as someone else',
    refused: 'Access was not granted. You may close this page.',
    unknownApp: 'No application with this client_id is registered.',
    code: 'Authorization code',
  },
} as const

export type PageLanguage = keyof typeof TEXTS

/** Hidden values that travel with each form of the flow. */
export interface AuthorizeQuery {
  readonly clientId: string
  readonly state: string
  readonly language: PageLanguage
}

export function loginPage(portal: PortalState, query: AuthorizeQuery): string {
  const texts = TEXTS[query.language]
  const people = portal.employees
    .filter(({ isActive }) => isActive)
    .map(
      (employee, index) =>
        `<label><input type="radio" name="user_id" value="${employee.id}"${index === 0 ? ' checked' : ''}> ` +
        `${escapeHtml(fullName(employee))}${employee.isAdmin ? ` — ${texts.admin}` : ''}</label>`,
    )
    .join('\n')
  return page(
    query.language,
    texts.signIn,
    portal,
    `
<p>${texts.pick}</p>
<form method="post" action="/oauth/authorize/">
${hidden(query)}<input type="hidden" name="step" value="login">
<fieldset>${people}</fieldset>
<button type="submit" data-testid="sandbox-login">${texts.enter}</button>
</form>`,
  )
}

export function consentPage(
  portal: PortalState,
  query: AuthorizeQuery,
  app: RegisteredApp,
  employee: Employee,
): string {
  const texts = TEXTS[query.language]
  const scopes = app.scope.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`).join('')
  return page(
    query.language,
    texts.consent(app.title),
    portal,
    `
<p>${escapeHtml(fullName(employee))}</p>
<h2>${texts.scopes}</h2><ul>${scopes}</ul>
<form method="post" action="/oauth/authorize/">
${hidden(query)}<input type="hidden" name="step" value="consent">
<button type="submit" name="decision" value="allow" data-testid="sandbox-allow">${texts.allow}</button>
<button type="submit" name="decision" value="refuse" class="quiet" data-testid="sandbox-refuse">${texts.refuse}</button>
</form>`,
  )
}

export type Notice = 'notAdmin' | 'refused' | 'unknownApp'

export function noticePage(portal: PortalState, query: AuthorizeQuery, notice: Notice): string {
  const texts = TEXTS[query.language]
  const back =
    notice === 'notAdmin'
      ? `<form method="post" action="/oauth/authorize/">${hidden(query)}<input type="hidden" name="step" value="logout">` +
        `<button type="submit" data-testid="sandbox-other-user">${texts.again}</button></form>`
      : ''
  return page(
    query.language,
    texts.signIn,
    portal,
    `<p role="alert" data-testid="sandbox-notice">${texts[notice]}</p>${back}`,
  )
}

/** For an application registered without a redirect address. */
export function codePage(portal: PortalState, query: AuthorizeQuery, code: string): string {
  const texts = TEXTS[query.language]
  return page(
    query.language,
    texts.code,
    portal,
    `<p><code data-testid="sandbox-code">${escapeHtml(code)}</code></p>`,
  )
}

export function pageLanguage(wanted: string | undefined, portal: PortalState): PageLanguage {
  return wanted === 'ru' || wanted === 'en' ? wanted : portal.language
}

export function fullName({ name, lastName }: Employee): string {
  return `${name} ${lastName}`.trim()
}

function hidden({ clientId, state, language }: AuthorizeQuery): string {
  return Object.entries({ client_id: clientId, state, lang: language })
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('')
}

function page(language: PageLanguage, title: string, portal: PortalState, content: string): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · ${escapeHtml(portal.title)}</title>
<style>
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#eef2f4;color:#1f2937;font:16px/1.5 system-ui,sans-serif}
main{background:#fff;border-radius:16px;padding:32px;width:min(420px,calc(100vw - 32px));box-sizing:border-box;box-shadow:0 8px 32px #0f172a1a}
h1{font-size:22px;margin:0 0 8px}h2{font-size:16px;margin:16px 0 4px}p{margin:0 0 16px}small{color:#4b5563}
fieldset{border:0;padding:0;margin:0 0 16px;display:grid;gap:4px}label{padding:8px;border-radius:8px}label:hover{background:#f3f6f8}
button{font:inherit;border:0;border-radius:8px;padding:10px 16px;background:#0a6bb5;color:#fff;cursor:pointer}
button.quiet{background:#e5eaee;color:#1f2937}button:focus-visible,input:focus-visible{outline:3px solid #7cc4f5;outline-offset:2px}
</style></head><body><main><small>${escapeHtml(portal.title)}</small><h1>${escapeHtml(title)}</h1>${content}</main></body></html>`
}
