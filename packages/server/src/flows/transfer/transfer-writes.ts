import type { ConversationId, DecisionId, IntegrationId, StepId } from '@trunkline/contracts/ids'
import { markPassed } from '../../store/conversations.ts'
import { type NewComment, type NewCrmLink, saveComments, saveCrmLinks } from '../../store/crm-links.ts'
import type { Database } from '../../store/database.ts'
import { settlePassed } from '../../store/events.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { endSteps, markSent, type StepEnd } from '../../store/step-ledger.ts'
import { saveWritten } from '../../store/transfers.ts'
import { createGather, createTxBatch, type Gather, type TxBatch } from '../../store/tx-batch.ts'

/** One step ended; `link`: the card that its conversation is tied to by it. */
export interface EndedStep {
  readonly end: StepEnd
  readonly link?: NewCrmLink
}

/** All that was to be written of a conversation up to a revision is in the portal. */
export interface WrittenConversation {
  readonly integrationId: IntegrationId
  readonly conversationId: ConversationId
  readonly decisionId: DecisionId | null
  readonly upToRevision: number
  readonly at: Date
  /** Comments written just now, with the text that they show. */
  readonly comments: readonly NewComment[]
}

/**
 * What transfers save. Conversations whose groups went into one batch of the portal come here at the same moment, and
 * those of one moment share statements: the ledger of a dozen conversations costs what one's does.
 */
export interface TransferWrites {
  /** Any work, in a transaction shared with others. */
  readonly share: TxBatch
  /** Steps are about to leave. Resolves once the ledger says so on the disk: only then may they. */
  readonly sent: Gather<readonly StepId[]>
  readonly ended: Gather<EndedStep>
  /** Settles the conversation and its events as passed. */
  readonly written: Gather<WrittenConversation>
}

export function createTransferWrites(database: Database): TransferWrites {
  return {
    share: createTxBatch(database),
    sent: createGather(database, (tx, ids) => markSent(tx, ids.flat())),
    ended: createGather(database, async (tx, steps) => {
      await endSteps(
        tx,
        steps.map(({ end }) => end),
      )
      await saveCrmLinks(
        tx,
        steps.flatMap(({ link }) => link ?? []),
      )
    }),
    written: createGather(database, async (tx, conversations) => {
      const ids = conversations.map(({ conversationId }) => conversationId)
      await saveComments(
        tx,
        conversations.flatMap(({ comments }) => comments),
      )
      await saveWritten(tx, conversations)
      await markPassed(tx, ids)
      await settlePassed(tx, conversations)
      for (const conversationId of ids)
        await appendRealtime(tx, 'cabinet', { kind: 'transfer', conversationId })
      await appendRealtime(tx, 'cabinet', { kind: 'ledger' })
    }),
  }
}
