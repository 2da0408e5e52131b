/** `/oauth/authorize/` of a portal: log-in, consent, redirect with a code. Source: reference/bitrix24.md §1.2. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { parseBody } from './http-request.ts'
import {
  type AuthorizeQuery,
  codePage,
  consentPage,
  loginPage,
  noticePage,
  pageLanguage,
} from './login-page.ts'
import { intOf, parsePhpQuery, textOf } from './php-values.ts'
import type { PortalCore } from './portal-core.ts'

/**
 * GET shows the log-in, the consent or goes straight on when the signed-in employee's portal has the app;
 * POST carries one step (`login`, `consent`, `logout`). The redirect address is the registered one, never a given one.
 */
export async function handleAuthorize(
  core: PortalCore,
  request: FastifyRequest,
  reply: FastifyReply,
  saved: () => Promise<void>,
): Promise<FastifyReply> {
  const { state, auth } = core
  const body = parseBody(request, typeof request.body === 'string' ? request.body : '')
  const given = { ...parsePhpQuery(request.url.split('?')[1] ?? ''), ...body }
  const query: AuthorizeQuery = {
    clientId: textOf(given['client_id']),
    state: textOf(given['state']),
    language: pageLanguage(textOf(given['lang']), state),
  }
  const app = auth.app(query.clientId)
  if (!app) return html(reply, noticePage(state, query, 'unknownApp'), 404)

  const step = request.method === 'POST' ? textOf(body['step']) : ''
  const cookie = `sandbox_user_${state.memberId}`
  if (step === 'logout') {
    reply.header('set-cookie', `${cookie}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`)
    return html(reply, loginPage(state, query))
  }
  const userId = step === 'login' ? intOf(body['user_id']) : cookieUser(request, cookie)
  const employee = state.employees.find(({ id, isActive }) => id === userId && isActive)
  if (!employee) return html(reply, loginPage(state, query))
  if (step === 'login') reply.header('set-cookie', `${cookie}=${employee.id}; Path=/; HttpOnly; SameSite=Lax`)

  const isInstalled = core.install(app.clientId)?.isActive ?? false
  // An installed application gives its code to every employee who may use it; whose it is the application has to ask.
  if (!employee.isAdmin && !isInstalled) return html(reply, noticePage(state, query, 'notAdmin'), 403)
  if (step === 'consent') {
    if (textOf(body['decision']) !== 'allow') return html(reply, noticePage(state, query, 'refused'), 403)
    if (!isInstalled) core.installApp(app.clientId, employee.id)
  } else if (!isInstalled) {
    return html(reply, consentPage(state, query, app, employee))
  }

  const code = auth.issueCode({ clientId: app.clientId, memberId: state.memberId, userId: employee.id })
  await saved()
  if (app.redirectUri === '') return html(reply, codePage(state, query, code))
  const target = new URL(app.redirectUri)
  const parameters = {
    code,
    state: query.state,
    domain: new URL(core.url()).host,
    member_id: state.memberId,
    scope: app.scope.join(','),
    server_domain: new URL(auth.url).host,
  }
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value)
  return reply.redirect(target.href, 302)
}

function cookieUser(request: FastifyRequest, name: string): number | null {
  const pair = (request.headers.cookie ?? '').split(/;\s*/).find((one) => one.startsWith(`${name}=`))
  return pair === undefined ? null : intOf(pair.slice(name.length + 1))
}

function html(reply: FastifyReply, content: string, status = 200): FastifyReply {
  return reply
    .status(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(content)
}
