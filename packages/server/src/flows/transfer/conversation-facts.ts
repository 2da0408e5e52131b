import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { Json } from '@trunkline/contracts/json'
import type { MainSettings } from '@trunkline/contracts/settings/index'
import type { ConversationRow } from '../../store/conversations.ts'
import type { TalkFacts } from '../../store/talk-facts.ts'
import type { WorkspaceRow } from '../../store/workspaces.ts'
import { stateOf } from '../conversation-record.ts'

type Facts = TransferFacts['conversation']

/** Facts that are not about the conversation or its contact: they are the same for every one that is decided now. */
export type FactsAround = Required<Pick<TransferFacts, 'locale' | 'timeZone' | 'portal'>>

/** What is around a conversation, for a live decision and for one that is made anew. Pure. */
export function factsAround(
  workspace: Pick<WorkspaceRow, 'locale' | 'timeZone'>,
  main: Pick<MainSettings, 'timeZone'>,
  portal: TransferFacts['portal'],
): FactsAround {
  return { locale: workspace.locale, timeZone: main.timeZone || workspace.timeZone, portal }
}

/** How far a conversation came: the first answer of a person of the company, and its end. Pure. */
export function progressFacts(row: {
  readonly closedAt: Date | null
  readonly operatorJoinedAt: Date | null
  readonly operatorName: string | null
}): Pick<Facts, 'closedAt' | 'operatorJoinedAt' | 'operatorName'> {
  return {
    ...(row.closedAt === null ? {} : { closedAt: row.closedAt.toISOString() }),
    ...(row.operatorJoinedAt === null ? {} : { operatorJoinedAt: row.operatorJoinedAt.toISOString() }),
    ...(row.operatorName === null || row.operatorName === '' ? {} : { operatorName: row.operatorName }),
  }
}

/** Where the contact was when this conversation began: page, referrer, advertising labels. Pure. */
export function visitFacts(
  context: Readonly<Record<string, Json>>,
): Pick<Facts, 'pageUrl' | 'pageTitle' | 'referrer' | 'utm'> {
  return {
    ...textFact('pageUrl', context['pageUrl']),
    ...textFact('pageTitle', context['pageTitle']),
    ...textFact('referrer', context['referrer']),
    ...labelsOf(context['utm']),
  }
}

/** What was said and by whom, and the client's very first visit. Pure. */
export function talkFactsOf(
  talk: TalkFacts,
): Pick<Facts, 'startedBy' | 'contactWrote' | 'ordinal' | 'firstTouch'> {
  const firstTouch = firstTouchOf(talk.firstVisit)
  return {
    startedBy: talk.firstDirection === 'outbound' ? 'operator' : 'contact',
    contactWrote: talk.contactWrote,
    ordinal: talk.ordinal,
    ...(firstTouch === undefined ? {} : { firstTouch }),
  }
}

/** What rules tell conversations apart by, besides what was said. Pure. */
export function sortingFacts(
  row: Pick<ConversationRow, 'tags' | 'workingTime' | 'state' | 'kind'>,
): Pick<Facts, 'tags' | 'isGroup' | 'workingTime'> {
  return {
    ...(row.tags.length === 0 ? {} : { tags: row.tags }),
    ...(stateOf(row).isGroup === true ? { isGroup: true } : {}),
    ...(row.workingTime === null ? {} : { workingTime: row.workingTime }),
  }
}

/**
 * The first visit that we know of. The widget sends the page that the browser first came to as `entrancePageUrl`, with
 * the referrer and the labels of that time, and since when; without it the first page that somebody wrote from stands for it.
 */
function firstTouchOf(visit: TalkFacts['firstVisit']): Facts['firstTouch'] {
  if (visit === null) return undefined
  const { context } = visit
  return {
    at: visit.at.toISOString(),
    ...textFact('at', context['entranceAt']),
    ...textFact('pageUrl', context['entrancePageUrl'] ?? context['pageUrl']),
    ...textFact('referrer', context['referrer']),
    ...labelsOf(context['utm']),
  }
}

function textFact<Name extends string>(name: Name, value: Json | undefined): { [K in Name]?: string } {
  return typeof value === 'string' && value !== '' ? ({ [name]: value } as { [K in Name]?: string }) : {}
}

function labelsOf(value: Json | undefined): { utm?: Record<string, string> } {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return {}
  const labels = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return labels.length === 0 ? {} : { utm: Object.fromEntries(labels) }
}
