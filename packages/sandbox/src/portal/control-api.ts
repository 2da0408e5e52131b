/**
 * `/sandbox/api/…` on every portal: what the portal's page and the crash tests use. JSON in and out; no limits,
 * no journal, no token. Writes must be sent as JSON, so that no foreign web page can send them unasked.
 * Every route is described in docs/sandbox.md.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { appOffers, beginInstall, finishInstall, openApp } from './app-frame.ts'
import { timelineOf } from './control-views.ts'
import { ENTITY_TYPE_IDS, type EntityName } from './crm-types.ts'
import { FAULT_KINDS, type FaultOptions } from './faults.ts'
import { intOf, isMap, mapOf, type PhpMap, type PhpValue, textOf } from './php-values.ts'
import type { PortalHandleInner } from './portal-handle.ts'
import { RestError } from './rest-error.ts'
import type { UserFieldDraft } from './schema-edits.ts'

type Handler = (input: {
  params: Record<string, string>
  query: Record<string, string>
  body: PhpMap
}) => unknown

const ENTITIES: Readonly<Record<string, EntityName>> = {
  leads: 'lead',
  deals: 'deal',
  contacts: 'contact',
  companies: 'company',
}
const EMPLOYEE_KEYS = [
  'name',
  'lastName',
  'secondName',
  'email',
  'mobile',
  'innerPhone',
  'position',
  'isActive',
  'isAdmin',
  'refusesNotices',
]

export function mountControlApi(app: FastifyInstance, portal: PortalHandleInner): void {
  const route = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, handler: Handler): void => {
    app.route({
      method,
      url: `/sandbox/api/${path}`,
      handler: (request, reply) => run(portal, method, handler, request, reply),
    })
  }
  const { state, core } = portal

  route('GET', 'state', () => ({
    portal: portalSummary(portal),
    employees: state.employees,
    departments: state.departments,
    categories: state.categories,
    statuses: state.statuses,
    userFields: state.userFields,
    leads: portal.crm.leads,
    deals: portal.crm.deals,
    contacts: portal.crm.contacts,
    companies: portal.crm.companies,
    activities: state.activities,
    comments: state.comments,
    logMessages: state.logMessages,
    notifications: state.notifications,
    stageHistory: state.stageHistory,
  }))
  route('GET', 'portal', () => portalSummary(portal))
  route('GET', 'revision', () => ({ revision: portal.revision, lastSeq: core.journal.hits.at(-1)?.seq ?? 0 }))
  route('GET', 'entities/:kind', ({ params, query }) => {
    const name = entityName(params)
    const list = portal.crm[name === 'company' ? 'companies' : (`${name}s` as const)]
    const limit = intOf(query['limit']) ?? 500
    return { total: list.length, items: list.slice(-limit).reverse() }
  })
  route('GET', 'entities/:kind/:id', ({ params }) => {
    const name = entityName(params)
    const record = portal.crm.record(name, entityId(params))
    if (!record) throw new RestError(404, 'NOT_FOUND', `No ${name} ${params['id']}`)
    return { item: record, timeline: timelineOf(portal, name, record.id) }
  })
  route('POST', 'entities/:kind', ({ params, body }) => ({
    item: portal.edit.create(entityName(params), mapOf(body['fields']), optionalUser(body)),
  }))
  route('PATCH', 'entities/:kind/:id', ({ params, body }) => ({
    item: portal.edit.update(entityName(params), entityId(params), mapOf(body['fields']), optionalUser(body)),
  }))
  route('DELETE', 'entities/:kind/:id', ({ params, body }) => {
    portal.edit.remove(entityName(params), entityId(params), optionalUser(body))
    return { ok: true }
  })
  route('POST', 'fields/:kind', ({ params, body }) => ({
    field: portal.schema.addUserField(entityName(params), fieldDraft(body)),
  }))
  route('DELETE', 'fields/:kind/:name', ({ params }) => {
    portal.schema.removeUserField(entityName(params), params['name'] ?? '')
    return { ok: true }
  })
  route('POST', 'stages', ({ body }) => {
    const pipeline = body['pipeline'] === 'lead' ? 'lead' : (intOf(body['pipeline']) ?? 0)
    const semantics = textOf(body['semantics'])
    return {
      stage: portal.schema.addStage(pipeline, {
        id: textOf(body['id']),
        name: textOf(body['name']),
        ...(semantics === 'S' || semantics === 'F' ? { semantics } : {}),
      }),
    }
  })
  route('PATCH', 'stages/:id', ({ params, body }) => ({
    stage: portal.schema.renameStage(params['id'] ?? '', textOf(body['name'])),
  }))
  route('DELETE', 'stages/:id', ({ params }) => {
    portal.schema.removeStage(params['id'] ?? '')
    return { ok: true }
  })
  route('PATCH', 'employees/:id', ({ params, body }) => {
    const change = Object.fromEntries(Object.entries(body).filter(([key]) => EMPLOYEE_KEYS.includes(key)))
    return { employee: portal.edit.employee(entityId(params), change) }
  })
  route('POST', 'employees/:id/dismiss', ({ params }) => ({
    employee: portal.edit.dismiss(entityId(params)),
  }))

  route('GET', 'journal', ({ query }) => {
    const after = intOf(query['after']) ?? 0
    const limit = intOf(query['limit']) ?? 200
    const since = <Row extends { seq: number }>(rows: readonly Row[]): Row[] => {
      // Newest rows stand at the end; the search is for the first row after the mark.
      const from = rows.findIndex(({ seq }) => seq > after)
      if (from < 0) return []
      return after > 0 ? rows.slice(from, from + limit) : rows.slice(-limit)
    }
    return { hits: since(core.journal.hits), events: since(core.journal.events), counts: portal.counts }
  })
  route('GET', 'counts', () => portal.counts)
  route('DELETE', 'journal', () => {
    core.journal.clear()
    return { ok: true }
  })

  route('GET', 'faults', () => ({ kinds: FAULT_KINDS, faults: core.faults.list }))
  route('POST', 'faults', ({ body }) => ({ fault: core.faults.add(faultOptions(body)) }))
  route('DELETE', 'faults', () => {
    core.faults.clear()
    return { ok: true }
  })
  route('DELETE', 'faults/:id', ({ params }) => ({ ok: core.faults.remove(entityId(params)) }))

  route('GET', 'clock', () => ({ now: core.clock.now() }))
  route('POST', 'clock', ({ body }) => {
    const ms = intOf(body['advanceMs'])
    if (ms === null || ms < 0)
      throw new RestError(400, 'BAD_REQUEST', 'advanceMs must be a whole number, 0 or more')
    core.clock.advance(ms)
    return { now: core.clock.now() }
  })
  route('GET', 'settings', () => settingsOf(portal))
  route('PATCH', 'settings', ({ body }) => {
    changeSettings(portal, body)
    return settingsOf(portal)
  })

  route('GET', 'apps', () => ({
    apps: state.installs.map(({ clientId, installedAt, installedBy, isPaid, isActive }) => ({
      clientId,
      title: core.auth.app(clientId)?.title ?? clientId,
      installedAt,
      installedBy,
      isPaid,
      isActive,
    })),
    handlers: state.eventBindings,
    placements: state.placements,
  }))
  route('POST', 'apps/:clientId/revoke', ({ params }) => {
    portal.revokeApp(params['clientId'] ?? '')
    return { ok: true }
  })
  route('POST', 'apps/:clientId/uninstall', ({ params, body }) => {
    portal.uninstallApp(params['clientId'] ?? '', { clean: body['clean'] === true })
    return { ok: true }
  })
  route('GET', 'offers', () => ({ apps: appOffers(core) }))
  route('POST', 'apps/:clientId/install', ({ params, body }) => ({
    frame: beginInstall(core, params['clientId'] ?? '', optionalUser(body) ?? portal.administrator()),
  }))
  route('POST', 'apps/:clientId/finish', ({ params }) => {
    finishInstall(core, params['clientId'] ?? '')
    return { ok: true }
  })
  route('POST', 'apps/:clientId/open', ({ params, body }) => ({
    frame: openApp(core, params['clientId'] ?? '', optionalUser(body) ?? portal.administrator()),
  }))
  route('POST', 'apps/:clientId/payment', ({ params, body }) => {
    portal.setPaid(params['clientId'] ?? '', body['isPaid'] === true)
    return { ok: true }
  })
  route('POST', 'hooks', ({ body }) => {
    const scope = Array.isArray(body['scope']) ? body['scope'].map((one) => textOf(one)) : ['crm', 'user']
    const userId = optionalUser(body)
    return portal.addHook({ scope, ...(userId === undefined ? {} : { userId }) })
  })
  route('POST', 'domain', () => ({ url: portal.changeDomain() }))
  route('POST', 'limits/reset', () => {
    portal.limits.reset()
    return { ok: true }
  })
  route('POST', 'events/settled', async () => {
    await portal.eventsSettled()
    return { ok: true }
  })
  route('POST', 'reset', ({ body }) => {
    const seed = body['seed']
    portal.reset(seed === 'demo' || seed === 'empty' ? seed : undefined)
    return { ok: true }
  })
}

async function run(
  portal: PortalHandleInner,
  method: string,
  handler: Handler,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  try {
    const result = await handler({
      params: request.params as Record<string, string>,
      query: request.query as Record<string, string>,
      body: readBody(request),
    })
    if (method !== 'GET') await portal.changed()
    return await reply.send(result)
  } catch (thrown) {
    if (thrown instanceof RestError) return reply.status(thrown.status).send(thrown.body())
    if (thrown instanceof RangeError)
      return reply.status(400).send({ error: 'BAD_REQUEST', error_description: thrown.message })
    throw thrown
  }
}

function readBody(request: FastifyRequest): PhpMap {
  const text = typeof request.body === 'string' ? request.body : ''
  if (request.method === 'GET' || text === '') {
    if (request.method === 'POST' && !/json/i.test(request.headers['content-type'] ?? '')) {
      throw new RestError(415, 'JSON_REQUIRED', 'Send content-type: application/json')
    }
    return {}
  }
  if (!/json/i.test(request.headers['content-type'] ?? '')) {
    throw new RestError(415, 'JSON_REQUIRED', 'Send content-type: application/json')
  }
  try {
    const value = JSON.parse(text) as PhpValue
    return isMap(value) ? value : {}
  } catch (error) {
    if (error instanceof SyntaxError) throw new RestError(400, 'BAD_JSON', 'The body is not JSON')
    throw error
  }
}

function entityName(params: Record<string, string>): EntityName {
  const kind = params['kind'] ?? ''
  const name = ENTITIES[kind] ?? (Object.hasOwn(ENTITY_TYPE_IDS, kind) ? (kind as EntityName) : undefined)
  if (!name) throw new RestError(404, 'NOT_FOUND', `No such kind of record: ${kind}`)
  return name
}

function fieldDraft(body: PhpMap): UserFieldDraft {
  const list = body['list']
  const label = textOf(body['label'])
  return {
    fieldName: textOf(body['fieldName']),
    userTypeId: textOf(body['userTypeId']) || 'string',
    ...(label === '' ? {} : { label }),
    multiple: body['multiple'] === true,
    mandatory: body['mandatory'] === true,
    list: Array.isArray(list) ? list.map((one) => textOf(one)) : [],
  }
}

function entityId(params: Record<string, string>): number {
  return intOf(params['id']) ?? 0
}

function optionalUser(body: PhpMap): number | undefined {
  return intOf(body['userId']) ?? undefined
}

function faultOptions(body: PhpMap): FaultOptions {
  const kind = FAULT_KINDS.find((one) => one === body['kind'])
  if (!kind) throw new RestError(400, 'BAD_REQUEST', `kind must be one of: ${FAULT_KINDS.join(', ')}`)
  const options: FaultOptions = { kind }
  for (const key of ['method', 'clientId'] as const) {
    const value = textOf(body[key])
    if (value !== '') options[key] = value
  }
  for (const key of ['probability', 'count', 'skip', 'until', 'ms', 'afterCommands'] as const) {
    const value = body[key]
    if (typeof value === 'number') options[key] = value
  }
  return options
}

function settingsOf({ state, settings }: PortalHandleInner): Record<string, unknown> {
  const { crmMode, kind, plan, language } = state
  return { ...settings, crmMode, kind, plan, language }
}

function changeSettings({ state, settings }: PortalHandleInner, body: PhpMap): void {
  if (typeof body['strict'] === 'boolean') settings.strict = body['strict']
  if (typeof body['realLatency'] === 'number') settings.realLatency = Math.max(0, body['realLatency'])
  for (const [method, seconds] of Object.entries(mapOf(body['costSeconds']))) {
    if (typeof seconds === 'number') settings.costSeconds[method] = seconds
  }
  if (body['crmMode'] === 'classic' || body['crmMode'] === 'simple') state.crmMode = body['crmMode']
  if (body['kind'] === 'cloud' || body['kind'] === 'box') state.kind = body['kind']
  if (body['plan'] === 'basic' || body['plan'] === 'enterprise') state.plan = body['plan']
}

function portalSummary(portal: PortalHandleInner): Record<string, unknown> {
  const { state } = portal
  return {
    url: portal.url,
    domain: portal.domain,
    title: portal.title,
    memberId: portal.memberId,
    kind: state.kind,
    plan: state.plan,
    language: state.language,
    crmMode: state.crmMode,
    currency: state.currency,
    revision: portal.revision,
    bucketLevel: portal.limits.level(),
    counts: portal.counts,
  }
}
