import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { PlanStep } from '@trunkline/contracts/crm/plan'
import { HubError } from '@trunkline/contracts/errors'
import type { ConversationId, DecisionId, StepId } from '@trunkline/contracts/ids'
import { text } from '@trunkline/contracts/locale'
import { same } from '@trunkline/domain/transfer/identity'
import { cardOfTarget } from '@trunkline/domain/transfer/made-cards'
import { commentKey, partKey, partOfKey, removalKey } from '@trunkline/domain/transfer/step-keys'
import { line, refText } from '@trunkline/domain/transfer/trace'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import { loadConversation } from '../../store/conversations.ts'
import { crmLinksAround, enterCard } from '../../store/crm-links.ts'
import type { Tx } from '../../store/database.ts'
import { decisionsOf, insertDecision } from '../../store/decisions.ts'
import { bumpRevision } from '../../store/inbox.ts'
import { entriesOfPortal } from '../../store/portals.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { integrationOfTransfer } from '../../store/settings.ts'
import { insertSteps, leaveCards, type StepRow, stepsOf } from '../../store/step-ledger.ts'
import { loadTransfer, saveTransfer } from '../../store/transfers.ts'
import { scheduleTransfer } from '../schedule-transfer.ts'
import { knownCards } from './load-work.ts'

/** Decisions whose candidates may be chosen. */
const MAX_DECISIONS = 20

interface Written {
  readonly stepId: StepId
  readonly card: EntityRef
  readonly part: number
  readonly commentId: string
}

/**
 * Moves the transcript of a conversation to another card of its client (CHAT-53), in the caller's transaction: the
 * decision and its steps are written down, the lane of the contact does them. The new comments are written first, the
 * old ones removed only then, each once by the step ledger; what is written later goes to the new card.
 * @param ours the card bears our mark, so it is the client's although no decision considered it
 * @throws HubError `request/not-found`, `request/conflict`, `request/invalid`.
 */
export async function moveTranscript(
  tx: Tx,
  id: ConversationId,
  to: EntityRef,
  by: { readonly userId: string; readonly name: string; readonly now: Date },
  ours?: { readonly title: string },
): Promise<void> {
  const conversation = await loadConversation(tx, id, 'lock')
  if (conversation === undefined) throw new HubError('request/not-found')
  const integration = await integrationOfTransfer(tx, id)
  if (integration === undefined) throw notPassed()
  const { id: integrationId, portalId } = integration
  if (portalId === null) throw notPassed()
  const { contactId } = conversation
  const of = { integrationId, portalId, conversationId: id, contactId }
  const transfer = await loadTransfer(tx, integrationId, id)
  const steps = await stepsOf(tx, portalId, id)
  const around = await crmLinksAround(tx, portalId, of)
  const links = around.filter(
    (link) => link.conversationId === id && link.role === 'target' && link.goneAt === null,
  )
  if (transfer?.state !== 'passed' || links.length === 0) throw notPassed()
  if (links.some((link) => link.type === to.type && link.id === to.id)) return
  if (steps.some(({ status }) => status !== 'done')) throw underWay()

  // Cards that were considered in another portal have the numbers of that one.
  const entries: readonly string[] = await entriesOfPortal(tx, portalId)
  const decisions = (await decisionsOf(tx, id, MAX_DECISIONS)).filter((row) =>
    entries.includes(row.facts.portal.id),
  )
  const last = decisions[0]
  const known = knownCards(around, contactId)
  const found = decisions.flatMap((row) => row.facts.crm?.candidates ?? [])
  const candidate = found.find((card) => card.type === to.type && card.id === to.id)
  if (
    last === undefined ||
    (ours === undefined && candidate === undefined && !known.some((card) => same(card, to)))
  )
    throw notTheirs()

  // Copies in the contact and the company stay where they are.
  const cards = links.filter((link) => link.type === 'lead' || link.type === 'deal')
  const from = (cards.length > 0 ? cards : links).map(
    ({ type, id: cardId }): EntityRef => ({ type, id: cardId }),
  )
  const written = writtenIn(steps, from)
  const target: EntityRef = { type: to.type, id: to.id }
  const rows = stepsToMove(written, target)
  const decisionId = newId<DecisionId>()
  await leaveCards(
    tx,
    from,
    written.map(({ stepId }) => stepId),
    of,
  )
  await enterCard(tx, { ...target, title: candidate?.title ?? ours?.title ?? null }, of)
  await insertDecision(tx, {
    id: decisionId,
    integrationId,
    conversationId: id,
    decision: {
      outcome: 'passed',
      ...(last.contactClass === 'first' || last.contactClass === 'repeated'
        ? { contactClass: last.contactClass }
        : {}),
      plan: { steps: rows.map(({ step }) => step) },
      trace: [
        line('moved', 'chose', {
          from: from.map(refText),
          to: refText(target),
          title: candidate?.title ?? '',
          by: by.name,
        }),
      ],
    },
    facts: { ...last.facts, now: by.now.toISOString(), bound: { ...last.facts.bound, targets: [target] } },
    versions: last.versions,
  })
  await insertSteps(tx, rows, { integrationId, portalId, conversationId: id, decisionId })
  await saveTransfer(tx, integrationId, id, { state: 'passed', reason: null, decisionId })
  await insertAudit(tx, {
    id: newId(),
    actorUserId: by.userId,
    actorName: by.name,
    action: 'transcript-moved',
    subject: `#${conversation.number}`,
    details: { conversationId: id, from: from.map(refText), to: refText(target) },
  })
  await bumpRevision(tx, id)
  await scheduleTransfer(tx, { conversationId: id, contactId })
  await appendRealtime(tx, 'cabinet', { kind: 'transfer', conversationId: id })
}

/** Comments that stand in these cards, told by the step ledger. */
function writtenIn(steps: readonly StepRow[], cards: readonly EntityRef[]): Written[] {
  return steps.flatMap((row) => {
    if (row.step.kind !== 'comment' || row.remoteId === null) return []
    const card = cardOfTarget(row.step.target, steps)
    if (card === undefined || !cards.some((one) => same(one, card))) return []
    return [{ stepId: row.id, card, part: partOfKey(row.key), commentId: row.remoteId }]
  })
}

/** The transcript into the new card, each part once; then every old comment out of its card. */
function stepsToMove(
  written: readonly Written[],
  to: EntityRef,
): { id: StepId; key: string; step: PlanStep }[] {
  const key = commentKey(to)
  const parts = Math.max(1, ...written.map(({ part }) => part))
  const comments = Array.from({ length: parts }, (_, index) => ({
    id: newId<StepId>(),
    key: partKey(key, index + 1),
    step: { kind: 'comment', key, target: to } as const,
  }))
  const removals = written.map(({ card, commentId }) => {
    const removal = removalKey(commentId)
    // Keys of the plan: every part of the comment has the same one.
    const step = { kind: 'remove-comment', key: removal, target: card, commentId, after: [key] } as const
    return { id: newId<StepId>(), key: removal, step }
  })
  return [...comments, ...removals]
}

function notPassed(): HubError {
  return new HubError('request/conflict', {
    publicText: text(
      'Переписка ещё не передана в Битрикс24',
      'The conversation was not passed to Bitrix24 yet',
    ),
  })
}

function underWay(): HubError {
  return new HubError('request/conflict', {
    publicText: text(
      'Переписка сейчас передаётся. Повторите через минуту.',
      'The conversation is being passed. Try again in a minute.',
    ),
  })
}

function notTheirs(): HubError {
  return new HubError('request/invalid', {
    fields: [
      {
        pointer: '/id',
        code: 'unknown',
        text: text('Это не карточка этого клиента', 'This is not a card of this client'),
      },
    ],
  })
}
