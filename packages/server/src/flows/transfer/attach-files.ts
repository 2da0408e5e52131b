import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { PlanStep, Target } from '@trunkline/contracts/crm/plan'
import { HubError } from '@trunkline/contracts/errors'
import type { AttachmentId, ConversationId, StepId } from '@trunkline/contracts/ids'
import { filesText } from '@trunkline/domain/transfer/files-text'
import { same } from '@trunkline/domain/transfer/identity'
import { sectionOf } from '@trunkline/domain/transfer/input'
import { cardOfTarget } from '@trunkline/domain/transfer/made-cards'
import { filesKey } from '@trunkline/domain/transfer/step-keys'
import type { CommentFile } from '@trunkline/portal'
import { newId } from '../../ids.ts'
import { type AttachmentRow, attachmentsOf, loadAttachment } from '../../store/attachments.ts'
import { loadConversation } from '../../store/conversations.ts'
import type { Database, Tx } from '../../store/database.ts'
import { bumpRevision } from '../../store/inbox.ts'
import { transcriptMessages } from '../../store/messages.ts'
import { integrationOfTransfer, settingsInForce } from '../../store/settings.ts'
import { scheduleTransfer } from '../schedule-transfer.ts'
import type { Links } from './comment-texts.ts'
import type { TransferWork } from './load-work.ts'
import type { Decided } from './settle-decision.ts'

/** Larger files stay links: the content travels as text inside one request (AMB: ours, see the hint of the setting). */
const MAX_FILE_BYTES = 10 * 1024 * 1024

export interface FilesDeps {
  readonly database: Database
  readonly links: Links
  readonly openFile: (workspaceId: string, id: string) => Promise<Readable>
}

interface FilesStep {
  readonly id: StepId
  readonly key: string
  readonly step: Extract<PlanStep, { kind: 'attach-files' }>
}

/**
 * Ledger rows for files that a card of the plan does not have yet, when the section puts files into cards: at most 10 MB
 * a row, each file once in each card.
 */
export async function filesToAttach(tx: Tx, work: TransferWork, decided: Decided): Promise<FilesStep[]> {
  const { settings, conversation } = work
  if (settings[sectionOf({ event: conversation.kind })].attachments !== 'files') return []
  const comments = decided.plan.steps.filter((step) => step.kind === 'comment')
  if (comments.length === 0) return []
  const messages = (await transcriptMessages(tx, conversation.id)).filter(
    (row) => row.hasFiles && row.removedAt === null,
  )
  const files = (
    await attachmentsOf(
      tx,
      messages.map((row) => row.id),
    )
  ).filter((file) => file.state === 'ready' && file.sizeBytes <= MAX_FILE_BYTES)
  return comments.flatMap(({ key, target }) => {
    const there = filesIn(work, target)
    return batches(files.filter((file) => !there.has(file.id))).map((batch): FilesStep => {
      const fileIds = batch.map((file) => file.id)
      const stepKey = filesKey(key, fileIds[0]!)
      return {
        id: newId<StepId>(),
        key: stepKey,
        step: { kind: 'attach-files', key: stepKey, target, fileIds },
      }
    })
  })
}

/** Files that were attached to a card, or are about to be. */
function filesIn(work: TransferWork, target: Target): ReadonlySet<string> {
  const isThere = (step: Extract<PlanStep, { kind: 'attach-files' }>): boolean => {
    if ('step' in target) return 'step' in step.target && step.target.step === target.step
    const card = cardOfTarget(step.target, work.steps)
    return card !== undefined && same(card, target)
  }
  return new Set(
    work.steps.flatMap(({ step }) => (step.kind === 'attach-files' && isThere(step) ? step.fileIds : [])),
  )
}

function batches(files: readonly AttachmentRow[]): AttachmentRow[][] {
  const all: AttachmentRow[][] = []
  let bytes = 0
  for (const file of files) {
    const last = all.at(-1)
    if (last !== undefined && bytes + file.sizeBytes <= MAX_FILE_BYTES) last.push(file)
    else {
      all.push([file])
      bytes = 0
    }
    bytes += file.sizeBytes
  }
  return all
}

/** The text of a comment with files, found again by the id of its step. */
export function filesComment(
  work: TransferWork,
  id: StepId,
  links: Links,
): { comment: string; marker: string } {
  const marker = `#files-${id}]`
  const { id: conversationId, kind, number } = work.conversation
  const comment = filesText({
    locale: work.locale,
    kind,
    number,
    contactName: work.contactName ?? '',
    conversationUrl: `${links.conversation(conversationId)}#files-${id}`,
  })
  return { comment, marker }
}

/** Reads the files of a step; one that is gone meanwhile is left out. */
export async function openFiles(deps: FilesDeps, work: TransferWork, step: PlanStep): Promise<CommentFile[]> {
  if (step.kind !== 'attach-files') return []
  const files: CommentFile[] = []
  for (const id of step.fileIds) {
    const row = await deps.database.inWorkspace(work.workspaceId, (tx) =>
      loadAttachment(tx, id as AttachmentId),
    )
    if (row === undefined) continue
    try {
      files.push({ name: row.name, content: await buffer(await deps.openFile(work.workspaceId, id)) })
    } catch (error) {
      if (!(error instanceof HubError && error.kind === 'permanent')) throw error
    }
  }
  return files
}

/** A file of a message came from its network after the message did: its conversation is looked at again. */
export async function fileArrived(tx: Tx, conversationId: ConversationId): Promise<void> {
  const conversation = await loadConversation(tx, conversationId)
  if (conversation === undefined) return
  const integration = await integrationOfTransfer(tx, conversationId)
  if (integration === undefined) return
  const settings = await settingsInForce(tx, integration.id)
  if (settings[sectionOf({ event: conversation.kind })].attachments !== 'files') return
  await bumpRevision(tx, conversationId)
  await scheduleTransfer(tx, { conversationId, contactId: conversation.contactId })
}
