import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { Json } from '@trunkline/contracts/json'
import type { ConversationRow } from '../../store/conversations.ts'
import type { TalkFacts } from '../../store/talk-facts.ts'
import { stateOf } from '../conversation-record.ts'

type Facts = TransferFacts['conversation']

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
): Pick<
  Facts,
  'startedBy' | 'contactWrote' | 'operatorJoinedAt' | 'operatorName' | 'ordinal' | 'firstTouch'
> {
  const firstTouch = firstTouchOf(talk.firstVisit)
  return {
    startedBy: talk.firstDirection === 'outbound' ? 'operator' : 'contact',
    contactWrote: talk.contactWrote,
    ...(talk.operatorJoinedAt === null ? {} : { operatorJoinedAt: talk.operatorJoinedAt.toISOString() }),
    ...(talk.operatorName === null || talk.operatorName === '' ? {} : { operatorName: talk.operatorName }),
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
