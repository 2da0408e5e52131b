import type { DecisionView } from '@trunkline/contracts/http/journal'

type Card = Pick<DecisionView['candidates'][number], 'type' | 'id'>

/** One name for a card of the portal. */
export const cardKey = ({ type, id }: Card): string => `${type}:${id}`

/**
 * Where the talk may be moved to (CHAT-53): the candidates of the last decision that had any, but for the card it is in
 * now. A move considers nobody, so that one may go on to another candidate, or back.
 * @param decisions of one conversation, the newest first.
 * @returns the decision whose candidates they are and their keys; null when nothing was passed yet.
 */
export function movable(
  decisions: readonly DecisionView[],
): { readonly decisionId: string; readonly cards: ReadonlySet<string> } | null {
  const newest = decisions[0]
  if (newest?.outcome !== 'passed') return null
  // Cards that another integration considered are of another portal.
  const found = decisions.find(
    ({ candidates, integration }) => candidates.length > 0 && integration === newest.integration,
  )
  if (found === undefined) return null
  const here = new Set([
    ...newest.candidates.filter(({ chosen }) => chosen).map(cardKey),
    ...newest.steps.flatMap(({ kind, link }) => (kind === 'comment' && link ? [cardKey(link)] : [])),
  ])
  const cards = found.candidates.map(cardKey).filter((key) => !here.has(key))
  return { decisionId: found.id, cards: new Set(cards) }
}
