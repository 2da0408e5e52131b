import type { Candidate, EntityRef, EntityType } from '@trunkline/contracts/crm/entity'
import type { CrmAnswer, CrmMode, LookupRequest } from '@trunkline/contracts/crm/facts'
import { idOf, listOf, recordOf } from '../client/answer.ts'
import type { Param } from '../client/reference.ts'
import type { WireItem } from '../client/wire.ts'
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
 * Finds the cards of a client: those we know, those with the same phone or e-mail, and the deals and leads of the
 * contacts and companies among them, open and closed. A lead of a known contact has no phone of its own.
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
  return { candidates: await fetchCandidates(pump, found, crmMode, options) }
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
  crmMode: CrmMode,
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
    readonly entity: 'deal' | 'lead'
    readonly filter: Record<string, Param>
    readonly by: 'contact' | 'company'
  }[] = []
  for (const entity of crmMode === 'classic' ? (['deal', 'lead'] as const) : (['deal'] as const)) {
    for (const [type, key] of [
      ['contact', 'contactIds'],
      ['company', 'companyId'],
    ] as const) {
      chunks([...found[type].keys()]).forEach((ids, index) => {
        clients.push({ name: `${type}${entity}s${index}`, entity, filter: { [`@${key}`]: ids }, by: type })
      })
    }
  }
  for (const { name, entity, filter } of clients) commands.push(listCommand(name, entity, filter))
  const answer = await groups(pump, commands, options)

  const candidates = new Map<string, Candidate>()
  const note = (type: EntityType, result: unknown, by?: 'contact' | 'company') => {
    for (const item of itemsOf(result)) {
      const via = by === undefined ? undefined : clientOf(item, by, found)
      const how = by ?? found[type].get(String(item.id)) ?? 'binding'
      const candidate = candidateOf(type, item, how, via)
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
  for (const { name, entity, filter, by } of clients) {
    const result = readResult(answer, name)
    note(entity, result, by)
    // Newest first and 50 a page: an old card that is still open may be beyond the page.
    if (itemsOf(result).length >= PAGE)
      longLists.push(listCommand(name, entity, { ...filter, stageSemanticId: 'P' }))
  }
  if (longLists.length > 0) {
    const more = await groups(pump, longLists, options)
    for (const { name, entity, by } of clients) {
      if (longLists.some((command) => command.name === name)) note(entity, readResult(more, name), by)
    }
  }
  return [...candidates.values()]
}

/** The contact or company among those found that a card belongs to. */
function clientOf(item: WireItem, type: 'contact' | 'company', found: Found): EntityRef | undefined {
  const ids = type === 'contact' ? listOf(item.contactIds) : [item.companyId]
  const id = ids.map(idOf).find((one) => one !== undefined && found[type].has(one))
  return id === undefined ? undefined : { type, id }
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

const OF_BOTH = [
  'id',
  'title',
  'createdTime',
  'movedTime',
  'stageSemanticId',
  'assignedById',
  'contactIds',
  'companyId',
]
const SELECT: Readonly<Record<EntityType, readonly string[]>> = {
  lead: [...OF_BOTH, 'dateClosed'],
  deal: [...OF_BOTH, 'closedate', 'closed'],
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
