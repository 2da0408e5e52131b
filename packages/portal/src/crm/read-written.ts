import type { EntityRef, EntityType } from '@trunkline/contracts/crm/entity'
import type { CrmMode } from '@trunkline/contracts/crm/facts'
import { idOf, isRecord, listOf, textOf } from '../client/answer.ts'
import { isGone } from '../client/errors.ts'
import type { WireItem } from '../client/wire.ts'
import type { CommandAnswer, Priority, Pump, PumpCommand } from '../pump/pump-contract.ts'
import { ENTITY_TYPE_IDS, ORIGINATOR_ID } from './entity-types.ts'
import { findGone } from './find-gone.ts'
import { itemsOf } from './read-result.ts'

/** Rows of one list, and commands of one batch. Source: reference/bitrix24.md §2.3, §2.4. */
const PAGE = 50
const MAX_COMMANDS = 50
/** Comments of one card that are looked through, newest first. */
const MAX_COMMENT_PAGES = 10

/** What a reading asks about: all of it ours by the caller's tables. */
export interface WrittenQuestion {
  readonly cards: readonly EntityRef[]
  /** Cards whose timeline is read, with the comments that should be in it. */
  readonly timelines: readonly { readonly card: EntityRef; readonly commentIds: readonly string[] }[]
  readonly activityIds: readonly string[]
}

/** By `type:id`. What is neither there nor gone could not be judged: we may not see it. */
export interface WrittenAnswer {
  readonly cards: ReadonlyMap<string, { title: string; open: boolean; createdAt: string }>
  readonly goneCards: ReadonlySet<string>
  readonly comments: ReadonlyMap<string, readonly { id: string; text: string; authorId: string }[]>
  readonly goneComments: ReadonlySet<string>
  readonly goneActivities: ReadonlySet<string>
}

export interface ReadOptions {
  /** Default 3: bulk. */
  readonly priority?: Priority
  readonly signal?: AbortSignal
}

/**
 * Reads cards, timelines and to-dos of ours back from the portal: one command for 50 cards of a type, one for a card's
 * timeline, one for 50 to-dos, 50 commands in a batch. Only what a list does not show is asked for by itself, because
 * a list also leaves out what we may not see.
 * @throws HubError when the portal cannot be asked now: then nothing is known.
 */
export async function readWritten(
  pump: Pump,
  asked: WrittenQuestion,
  options: ReadOptions = {},
): Promise<WrittenAnswer> {
  const cardLists = (['lead', 'deal', 'contact', 'company'] as const).flatMap((type) =>
    chunks(asked.cards.filter((card) => card.type === type)).map((cards, index) => ({
      cards,
      command: cardList(`${type}${index}`, type, cards),
    })),
  )
  const timelines = asked.timelines.map((timeline, index) => ({
    ...timeline,
    command: commentList(`timeline${index}`, timeline.card, 0),
  }))
  const activityLists = chunks(asked.activityIds).map((ids, index) => ({
    ids,
    command: activityList(`activities${index}`, ids),
  }))
  const rows = await askAll(
    pump,
    [...cardLists, ...timelines, ...activityLists].map(({ command }) => command),
    options,
  )

  const cards = new Map<string, { title: string; open: boolean; createdAt: string }>()
  const missingCards: EntityRef[] = []
  for (const list of cardLists) {
    const row = rows.get(list.command.name)!
    if (!isReadable(row)) continue
    for (const item of itemsOf(row.result)) {
      const card = list.cards.find(({ id }) => id === idOf(item.id))
      if (card !== undefined) cards.set(nameOf(card), seenCard(card.type, item))
    }
    missingCards.push(...list.cards.filter((card) => !cards.has(nameOf(card))))
  }

  const comments = new Map<string, readonly { id: string; text: string; authorId: string }[]>()
  const missingComments: string[] = []
  for (const { card, commentIds, command } of timelines) {
    const row = rows.get(command.name)!
    if (!isReadable(row)) continue
    const seen = await wholeTimeline(pump, card, commentsOf(row.result), options)
    comments.set(nameOf(card), seen)
    missingComments.push(...commentIds.filter((id) => !seen.some((one) => one.id === id)))
  }

  const missingActivities: string[] = []
  for (const { ids, command } of activityLists) {
    const row = rows.get(command.name)!
    if (!isReadable(row)) continue
    const seen = listOf(row.result).map((one) => (isRecord(one) ? idOf(one['ID']) : undefined))
    missingActivities.push(...ids.filter((id) => !seen.includes(id)))
  }
  const missing = missingCards.length + missingComments.length + missingActivities.length
  const gone =
    missing === 0
      ? { cards: [], commentIds: [], activityIds: [] }
      : await findGone(
          pump,
          { cards: missingCards, commentIds: missingComments, activityIds: missingActivities },
          { priority: 3, ...options },
        )
  return {
    cards,
    goneCards: new Set(gone.cards.map(nameOf)),
    comments,
    goneComments: new Set(gone.commentIds),
    goneActivities: new Set(gone.activityIds),
  }
}

/** A card that carries our mark. */
export interface OwnCard extends EntityRef {
  readonly title: string
  /** Id of the step that made it, as the portal keeps it. */
  readonly originId: string
}

/**
 * Every lead, deal and contact with our mark that was made since a moment. The first page of each kind says how many
 * there are; the others follow 50 to a batch.
 * @param since ISO 8601.
 * @throws HubError when the portal cannot be asked now.
 */
export async function readOwnCards(
  pump: Pump,
  asked: { readonly since: string; readonly crmMode: CrmMode },
  options: ReadOptions = {},
): Promise<OwnCard[]> {
  const types =
    asked.crmMode === 'classic' ? (['lead', 'deal', 'contact'] as const) : (['deal', 'contact'] as const)
  const pages = types.map((type) => ({ type, command: ownPage(type, asked.since, 0) }))
  const rows = await askAll(
    pump,
    pages.map(({ command }) => command),
    options,
  )
  for (const { type, command } of [...pages]) {
    const row = rows.get(command.name)!
    const total = isReadable(row) ? (row.total ?? 0) : 0
    for (let start = PAGE; start < total; start += PAGE)
      pages.push({ type, command: ownPage(type, asked.since, start) })
  }
  const rest = await askAll(
    pump,
    pages.slice(types.length).map(({ command }) => command),
    options,
  )
  const found = new Map<string, OwnCard>()
  for (const { type, command } of pages) {
    const row = rows.get(command.name) ?? rest.get(command.name)!
    if (!isReadable(row)) continue
    for (const item of itemsOf(row.result)) {
      const id = idOf(item.id)
      if (id === undefined) continue
      found.set(`${type}:${id}`, {
        type,
        id,
        title: titleOf(item),
        originId: textOf(item.originId) ?? '',
      })
    }
  }
  return [...found.values()]
}

/** Fifty at a time, one batch after the other: bulk never crowds out what people wait for. */
async function askAll(
  pump: Pump,
  commands: readonly PumpCommand[],
  { priority = 3, signal }: ReadOptions,
): Promise<Map<string, CommandAnswer>> {
  const rows = new Map<string, CommandAnswer>()
  for (let from = 0; from < commands.length; from += MAX_COMMANDS) {
    const answer = await pump.group(commands.slice(from, from + MAX_COMMANDS), {
      priority,
      writes: false,
      ...(signal === undefined ? {} : { signal }),
    })
    for (const [name, row] of Object.entries(answer)) rows.set(name, row)
  }
  return rows
}

/** Whether a list was answered. One that the portal refuses for good says nothing; one it cannot answer now throws. */
function isReadable(row: CommandAnswer): row is Extract<CommandAnswer, { outcome: 'done' }> {
  if (row.outcome === 'done') return true
  if (row.error.kind !== 'permanent' && !isGone(row.error)) throw row.error
  return false
}

async function wholeTimeline(
  pump: Pump,
  card: EntityRef,
  first: readonly { id: string; text: string; authorId: string }[],
  options: ReadOptions,
): Promise<readonly { id: string; text: string; authorId: string }[]> {
  const seen = [...first]
  for (let page = 1; page < MAX_COMMENT_PAGES && seen.length === page * PAGE; page++) {
    const rows = await askAll(pump, [commentList('more', card, page * PAGE)], options)
    const row = rows.get('more')!
    if (!isReadable(row)) break
    seen.push(...commentsOf(row.result))
  }
  return seen
}

function cardList(name: string, type: EntityType, cards: readonly EntityRef[]): PumpCommand {
  return {
    name,
    method: 'crm.item.list',
    params: {
      entityTypeId: ENTITY_TYPE_IDS[type],
      select: SELECT[type],
      filter: { '@id': cards.map(({ id }) => Number(id)) },
      order: { id: 'ASC' },
      start: -1,
    },
  }
}

const SELECT: Readonly<Record<EntityType, readonly string[]>> = {
  lead: ['id', 'title', 'createdTime', 'stageSemanticId'],
  deal: ['id', 'title', 'createdTime', 'stageSemanticId'],
  contact: ['id', 'name', 'lastName', 'createdTime'],
  company: ['id', 'title', 'createdTime'],
}

function commentList(name: string, card: EntityRef, start: number): PumpCommand {
  return {
    name,
    method: 'crm.timeline.comment.list',
    params: {
      filter: { ENTITY_ID: Number(card.id), ENTITY_TYPE: card.type },
      select: ['ID', 'COMMENT', 'AUTHOR_ID'],
      order: { ID: 'DESC' },
      start,
    },
  }
}

function activityList(name: string, ids: readonly string[]): PumpCommand {
  return {
    name,
    method: 'crm.activity.list',
    params: { filter: { '@ID': ids.map(Number) }, select: ['ID'], order: { ID: 'ASC' }, start: 0 },
  }
}

function ownPage(type: 'lead' | 'deal' | 'contact', since: string, start: number): PumpCommand {
  return {
    name: `${type}from${start}`,
    method: 'crm.item.list',
    params: {
      entityTypeId: ENTITY_TYPE_IDS[type],
      select: type === 'contact' ? ['id', 'name', 'lastName', 'originId'] : ['id', 'title', 'originId'],
      filter: { '=originatorId': ORIGINATOR_ID, '>=createdTime': since },
      order: { id: 'ASC' },
      start,
    },
  }
}

function commentsOf(result: unknown): { id: string; text: string; authorId: string }[] {
  return listOf(result).flatMap((row) => {
    const id = isRecord(row) ? idOf(row['ID']) : undefined
    if (!isRecord(row) || id === undefined) return []
    return [{ id, text: textOf(row['COMMENT']) ?? '', authorId: idOf(row['AUTHOR_ID']) ?? '' }]
  })
}

function seenCard(type: EntityType, item: WireItem): { title: string; open: boolean; createdAt: string } {
  const semantics = item.stageSemanticId
  return {
    title: titleOf(item),
    open: type === 'contact' || type === 'company' || (semantics !== 'S' && semantics !== 'F'),
    createdAt: item.createdTime ?? '',
  }
}

function titleOf(item: WireItem): string {
  return textOf(item.title) ?? [item.name, item.lastName].filter(Boolean).join(' ')
}

function nameOf(card: EntityRef): string {
  return `${card.type}:${card.id}`
}

function chunks<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / PAGE) }, (_, index) =>
    all.slice(index * PAGE, (index + 1) * PAGE),
  )
}
