import type { Candidate, EntityRef, EntityType } from '@trunkline/contracts/crm/entity'
import type { CrmAnswer, CrmMode, LookupRequest } from '@trunkline/contracts/crm/facts'
import { idOf, listOf, recordOf } from '../client/answer.ts'
import type { Param } from '../client/reference.ts'
import type { GroupAnswer, Priority, Pump, PumpCommand } from '../pump/pump-contract.ts'
import { candidateOf } from './candidate.ts'
import { ENTITY_TYPE_IDS } from './entity-types.ts'
import { itemsOf, readResult } from './read-result.ts'

/** Values of one `findbycomm`. Source: reference/bitrix24.md §4.4. */
const MAX_VALUES = 20
/** From here on the portal leaves the other types out of the answer: each must be asked for itself. */
const CROWDED = 20
const PAGE = 50
const COMM_TYPES = ['PHONE', 'EMAIL'] as const
const COMM_ENTITIES = { LEAD: 'lead', CONTACT: 'contact', COMPANY: 'company' } as const

type CommType = (typeof COMM_TYPES)[number]
type CommEntity = keyof typeof COMM_ENTITIES

/** Ids by entity, with how each was found. The first way wins. */
type Found = Record<EntityType, Map<string, Candidate['by']>>

export interface LookupOptions {
  /** Default 2. */
  readonly priority?: Priority
  readonly signal?: AbortSignal
}

/**
 * Finds the cards of a client: those we know, those with the same phone or e-mail, and the deals of the contacts and
 * companies among them, open and closed.
 *
 * One group of one or two commands when nobody is found, a second group only when somebody is. Nothing here refers to
 * an earlier answer inside a batch: a reference to "nobody" would be read as a filter that lets everything pass.
 * Leads are not looked for in the simple CRM mode. Throws HubError.
 */
export async function lookUp(
  pump: Pump,
  request: LookupRequest,
  crmMode: CrmMode,
  options: LookupOptions = {},
): Promise<CrmAnswer> {
  const found: Found = { lead: new Map(), deal: new Map(), contact: new Map(), company: new Map() }
  for (const card of request.known) found[card.type].set(card.id, 'binding')
  await findByComm(pump, request, found, options)
  if (crmMode === 'simple') found.lead.clear()
  if (Object.values(found).every((ids) => ids.size === 0)) return { candidates: [] }
  return { candidates: await fetchCandidates(pump, found, options) }
}

async function findByComm(
  pump: Pump,
  request: LookupRequest,
  found: Found,
  options: LookupOptions,
): Promise<void> {
  const commands: PumpCommand[] = []
  const asked: { readonly name: string; readonly type: CommType; readonly values: readonly string[] }[] = []
  for (const [type, all] of [
    ['PHONE', request.phones],
    ['EMAIL', request.emails],
  ] as const) {
    for (let from = 0; from < all.length; from += MAX_VALUES) {
      const values = all.slice(from, from + MAX_VALUES)
      const name = `${type.toLowerCase()}${from}`
      asked.push({ name, type, values })
      commands.push(findCommand(name, type, values))
    }
  }
  if (commands.length === 0) return
  const answer = await groups(pump, commands, options)
  const crowded = asked.filter(({ name, type }) => noteFound(found, readResult(answer, name), type))
  if (crowded.length === 0) return
  const narrower = crowded.flatMap(({ name, type, values }) =>
    (Object.keys(COMM_ENTITIES) as CommEntity[]).map((entity) => ({
      type,
      command: findCommand(`${name}${entity}`, type, values, entity),
    })),
  )
  const again = await groups(
    pump,
    narrower.map(({ command }) => command),
    options,
  )
  for (const { type, command } of narrower) noteFound(found, readResult(again, command.name), type)
}

function findCommand(
  name: string,
  type: CommType,
  values: readonly string[],
  entity?: CommEntity,
): PumpCommand {
  return { name, method: 'crm.duplicate.findbycomm', params: { type, values, entity_type: entity } }
}

/** @returns whether a type was so full that others may have been left out. */
function noteFound(found: Found, result: unknown, type: CommType): boolean {
  let crowded = false
  const byEntity = recordOf(result)
  for (const [code, entity] of Object.entries(COMM_ENTITIES)) {
    const ids = listOf(byEntity[code])
    if (ids.length >= CROWDED) crowded = true
    for (const raw of ids) {
      const id = idOf(raw)
      if (id !== undefined && !found[entity].has(id))
        found[entity].set(id, type === 'PHONE' ? 'phone' : 'email')
    }
  }
  return crowded
}

async function fetchCandidates(
  pump: Pump,
  found: Found,
  options: LookupOptions,
): Promise<readonly Candidate[]> {
  const commands: PumpCommand[] = []
  for (const type of ['lead', 'contact', 'company', 'deal'] as const) {
    chunks([...found[type].keys()]).forEach((ids, index) => {
      commands.push(listCommand(`${type}${index}`, type, { '@id': ids }))
    })
  }
  const clients: {
    readonly name: string
    readonly filter: Record<string, Param>
    readonly by: Candidate['by']
  }[] = []
  for (const [type, key, by] of [
    ['contact', 'contactIds', 'contact'],
    ['company', 'companyId', 'company'],
  ] as const) {
    chunks([...found[type].keys()]).forEach((ids, index) => {
      clients.push({ name: `${type}deals${index}`, filter: { [`@${key}`]: ids }, by })
    })
  }
  for (const { name, filter } of clients) commands.push(listCommand(name, 'deal', filter))
  const answer = await groups(pump, commands, options)

  const candidates = new Map<string, Candidate>()
  const note = (type: EntityType, result: unknown, by?: Candidate['by']) => {
    for (const item of itemsOf(result)) {
      const candidate = candidateOf(type, item, by ?? found[type].get(String(item.id)) ?? 'binding')
      const key = candidate === undefined ? undefined : cardKey(candidate)
      if (candidate !== undefined && key !== undefined && !candidates.has(key)) candidates.set(key, candidate)
    }
  }
  for (const type of ['lead', 'contact', 'company', 'deal'] as const) {
    chunks([...found[type].keys()]).forEach((_, index) => {
      note(type, readResult(answer, `${type}${index}`))
    })
  }
  const longLists: PumpCommand[] = []
  for (const { name, filter, by } of clients) {
    const result = readResult(answer, name)
    note('deal', result, by)
    // Newest first and 50 a page: an old deal that is still open may be beyond the page.
    if (itemsOf(result).length >= PAGE)
      longLists.push(listCommand(name, 'deal', { ...filter, stageSemanticId: 'P' }))
  }
  if (longLists.length > 0) {
    const more = await groups(pump, longLists, options)
    for (const { name } of longLists) {
      note('deal', readResult(more, name), clients.find((one) => one.name === name)?.by ?? 'contact')
    }
  }
  return [...candidates.values()]
}

/** Newest 50 by id; counting is off, which is quicker. */
function listCommand(name: string, type: EntityType, filter: Record<string, Param>): PumpCommand {
  return {
    name,
    method: 'crm.item.list',
    params: {
      entityTypeId: ENTITY_TYPE_IDS[type],
      select: SELECT[type],
      filter,
      order: { id: 'DESC' },
      start: -1,
    },
  }
}

const SELECT: Readonly<Record<EntityType, readonly string[]>> = {
  lead: ['id', 'title', 'createdTime', 'movedTime', 'dateClosed', 'stageSemanticId', 'assignedById'],
  deal: ['id', 'title', 'createdTime', 'movedTime', 'closedate', 'stageSemanticId', 'closed', 'assignedById'],
  contact: ['id', 'name', 'lastName', 'createdTime', 'assignedById'],
  company: ['id', 'title', 'createdTime', 'assignedById'],
}

function cardKey(card: EntityRef): string {
  return `${card.type} ${card.id}`
}

function chunks(ids: readonly string[]): readonly (readonly number[])[] {
  const numbers = ids.map(Number)
  return Array.from({ length: Math.ceil(numbers.length / PAGE) }, (_, index) =>
    numbers.slice(index * PAGE, index * PAGE + PAGE),
  )
}

function groups(pump: Pump, commands: readonly PumpCommand[], options: LookupOptions): Promise<GroupAnswer> {
  const { priority = 2, signal } = options
  return pump.group(commands, { priority, writes: false, ...(signal === undefined ? {} : { signal }) })
}
