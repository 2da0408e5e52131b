import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { Finding, Repair } from '@trunkline/contracts/crm/reconciliation'
import { HubError } from '@trunkline/contracts/errors'
import type { ConversationId, IntegrationId, PortalId, StepId } from '@trunkline/contracts/ids'
import { text } from '@trunkline/contracts/locale'
import { findingTitle, repairsOf } from '@trunkline/domain/reconcile/sentences'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import { type ConversationRow, loadConversation } from '../../store/conversations.ts'
import type { Tx } from '../../store/database.ts'
import { markCardGone, retireComment } from '../../store/gone-cards.ts'
import { bumpRevision } from '../../store/inbox.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { lockFinding, settleFinding } from '../../store/reconciliations.ts'
import { loadIntegrations } from '../../store/settings.ts'
import { insertSteps, type StepRow, stepsOf } from '../../store/step-ledger.ts'
import { loadTransfer } from '../../store/transfers.ts'
import { wantFinding } from '../../store/wanted-findings.ts'
import { conversationsOfCard, retireStep } from '../../store/written.ts'
import { scheduleTransfer } from '../schedule-transfer.ts'
import { moveTranscript } from '../transfer/move-transcript.ts'

/** A to-do made again is due no sooner than this. */
const ACTIVITY_DUE_MS = 24 * 3_600_000

interface By {
  readonly userId: string
  readonly name: string
  readonly now: Date
}

/** Where a finding belongs. */
interface Home {
  readonly integrationId: IntegrationId
  readonly portalId: PortalId
}

/**
 * Carries out what a person chose to do about a finding, in the caller's transaction: steps are put into the ledger and
 * the lane of the contact does them, each at most once. The same choice made again changes nothing.
 * @throws HubError `request/not-found`; `request/invalid` when the finding has no such repair; `request/conflict` when
 * it is settled otherwise already, or the conversation is being passed at this moment.
 */
export async function repairFinding(tx: Tx, id: string, repair: Repair, by: By): Promise<void> {
  const row = await lockFinding(tx, id)
  if (row === undefined) throw new HubError('request/not-found')
  if (row.repair === repair && (row.state === 'repaired' || row.state === 'seen')) return
  if (row.state === 'repaired' || row.state === 'vanished') throw settled()
  if (!repairsOf(row.finding).includes(repair)) throw new HubError('request/invalid')
  if (repair !== 'seen') {
    if (!(await isHome(tx, row))) throw settled()
    await carryOut(tx, row.finding, row, by)
  }
  await settleFinding(tx, id, { state: repair === 'seen' ? 'seen' : 'repaired', repair, by })
  await insertAudit(tx, {
    id: newId(),
    actorUserId: by.userId,
    actorName: by.name,
    action: 'reconciliation-repaired',
    subject: findingTitle(row.finding).ru,
    details: { findingId: id, kind: row.finding.kind, repair },
  })
  await appendRealtime(tx, 'cabinet', { kind: 'reconciliation' })
}

/**
 * Asks for another look at a finding before it is repaired (`flows/reconcile/look-again.ts`).
 * @returns the portal to ask; undefined when there is nothing to look at.
 */
export function wantRepair(tx: Tx, id: string): Promise<PortalId | undefined> {
  return wantFinding(tx, id)
}

/** Whether the integration is there and has the portal of the finding: elsewhere its ids name other people's cards. */
async function isHome(tx: Tx, { integrationId, portalId }: Home): Promise<boolean> {
  return (await loadIntegrations(tx)).some((one) => one.id === integrationId && one.portalId === portalId)
}

async function carryOut(tx: Tx, finding: Finding, home: Home, by: By): Promise<void> {
  switch (finding.kind) {
    case 'card-gone':
      return decideAnew(tx, finding.card, home)
    case 'comment-gone':
      return writeCommentAgain(tx, finding, home)
    case 'activity-gone':
      return makeActivityAgain(tx, finding, home, by)
    case 'comment-doubled':
      return removeExtra(tx, finding, home)
    case 'cards-doubled': {
      const { type, id } = finding.kept
      for (const conversation of finding.conversations)
        await moveTranscript(tx, conversation.id, { type, id }, by)
      return
    }
    case 'card-stray': {
      const { card, conversation } = finding
      if (conversation === undefined) throw settled()
      return moveTranscript(tx, conversation.id, { type: card.type, id: card.id }, by, card)
    }
  }
}

/** Every conversation that was written into the card knows it as gone and is decided anew, with its whole transcript. */
async function decideAnew(tx: Tx, card: EntityRef, home: Home): Promise<void> {
  const tied = await conversationsOfCard(tx, home.portalId, card)
  const resting = []
  for (const { id } of tied) resting.push(await atRest(tx, id, home))
  for (const { conversation } of resting) {
    await markCardGone(
      tx,
      { type: card.type, id: card.id },
      {
        integrationId: home.integrationId,
        portalId: home.portalId,
        conversationId: conversation.id,
        contactId: conversation.contactId,
      },
    )
    await wake(tx, conversation)
  }
}

/** The same step once more, under a new id. A later part may not exist any more, so it is left to the next decision. */
async function writeCommentAgain(
  tx: Tx,
  finding: Extract<Finding, { kind: 'comment-gone' }>,
  home: Home,
): Promise<void> {
  const { conversation, steps } = await atRest(tx, finding.conversation.id, home)
  const row = steps.find(({ id }) => id === finding.stepId)
  if (row === undefined) throw settled()
  const { stepId, part } = finding
  const { type, id } = finding.card
  await retireComment(tx, { type, id, stepId, part }, { ...home, conversationId: conversation.id })
  if (part === 1) await plan(tx, [{ key: row.key, step: row.step }], row, conversation, home)
  await wake(tx, conversation)
}

async function makeActivityAgain(
  tx: Tx,
  finding: Extract<Finding, { kind: 'activity-gone' }>,
  home: Home,
  by: By,
): Promise<void> {
  const { conversation, steps } = await atRest(tx, finding.conversation.id, home)
  const row = steps.find(({ id }) => id === finding.stepId)
  if (row === undefined || row.step.kind !== 'create-activity') throw settled()
  const dueMs = Math.max(Date.parse(row.step.deadlineAt), by.now.getTime() + ACTIVITY_DUE_MS)
  await retireStep(tx, row.id)
  await plan(
    tx,
    [{ key: row.key, step: { ...row.step, deadlineAt: new Date(dueMs).toISOString() } }],
    row,
    conversation,
    home,
  )
  await wake(tx, conversation)
}

async function removeExtra(
  tx: Tx,
  finding: Extract<Finding, { kind: 'comment-doubled' }>,
  home: Home,
): Promise<void> {
  const { conversation, steps } = await atRest(tx, finding.conversation.id, home)
  const ours = new Set(steps.map(({ remoteId }) => remoteId))
  const of = steps.find(({ step }) => step.kind === 'comment')
  if (of === undefined) throw settled()
  const { type, id } = finding.card
  const removals = finding.extra
    // A comment that became ours since must not go.
    .filter((commentId) => !ours.has(commentId))
    .map((commentId) => {
      const key = `remove-comment:${commentId}`
      return {
        key,
        step: { kind: 'remove-comment', key, target: { type, id }, commentId, after: [] } as const,
      }
    })
  await plan(tx, removals, of, conversation, home)
  await wake(tx, conversation)
}

/** A conversation that nobody writes at this moment, locked, with its steps. */
async function atRest(
  tx: Tx,
  id: ConversationId,
  home: Home,
): Promise<{ conversation: ConversationRow; steps: readonly StepRow[] }> {
  const conversation = await loadConversation(tx, id, 'lock')
  const transfer = conversation && (await loadTransfer(tx, home.integrationId, id))
  if (conversation === undefined || transfer?.state !== 'passed') throw settled()
  const steps = await stepsOf(tx, home.portalId, id)
  if (steps.some(({ status }) => status !== 'done')) throw underWay()
  return { conversation, steps }
}

async function plan(
  tx: Tx,
  steps: readonly Pick<StepRow, 'key' | 'step'>[],
  like: StepRow,
  conversation: ConversationRow,
  home: Home,
): Promise<void> {
  await insertSteps(
    tx,
    steps.map((step) => ({ id: newId<StepId>(), ...step })),
    {
      integrationId: home.integrationId,
      portalId: home.portalId,
      conversationId: conversation.id,
      decisionId: like.decisionId,
    },
  )
}

async function wake(tx: Tx, conversation: ConversationRow): Promise<void> {
  await bumpRevision(tx, conversation.id)
  await scheduleTransfer(tx, { conversationId: conversation.id, contactId: conversation.contactId })
  await appendRealtime(tx, 'cabinet', { kind: 'transfer', conversationId: conversation.id })
}

function settled(): HubError {
  return new HubError('request/conflict', {
    publicText: text(
      'Это уже изменилось. Сравните ещё раз.',
      'This has changed meanwhile. Compare once more.',
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
