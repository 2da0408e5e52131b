import { randomFillSync } from 'node:crypto'
import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { HubError } from '@trunkline/contracts/errors'
import { newId, type StepId } from '@trunkline/contracts/ids'
import type { LedgerStep, StepLedger } from '../crm/ledger-step.ts'

export interface LedgerRow {
  readonly step: LedgerStep
  state: 'planned' | 'sent' | 'done' | 'failed' | 'unknown'
  remoteId: string | undefined
  sentAt: number | undefined
  error: HubError | undefined
}

/** The step ledger of tests: rows that remember what the server's table would. */
export interface MemoryLedger extends StepLedger {
  readonly rows: readonly LedgerRow[]
  /** Steps as a fresh worker would read them. */
  steps(): LedgerStep[]
  /** Every transition, in order. */
  readonly history: string[]
}

export interface StepTexts {
  readonly comment?: string
  readonly marker?: string
  readonly notifyText?: string
  readonly description?: string
  readonly openFiles?: NonNullable<LedgerStep['openFiles']>
}

export function createMemoryLedger(
  steps: readonly (readonly [PlanStep, StepTexts?])[],
  now: () => number = Date.now,
): MemoryLedger {
  const rows = steps.map(
    ([step, texts = {}]): LedgerRow => ({
      step: { id: newStepId(), step, ...texts },
      state: 'planned',
      remoteId: undefined,
      sentAt: undefined,
      error: undefined,
    }),
  )
  const history: string[] = []
  const set = (id: StepId, change: Partial<LedgerRow> & { state: LedgerRow['state'] }) => {
    const row = rows.find(({ step }) => step.id === id)!
    history.push(`${row.step.step.key} ${row.state} → ${change.state}`)
    Object.assign(row, change)
  }
  return {
    rows,
    history,
    steps: () =>
      rows.map(({ step, remoteId, state, sentAt }) => ({
        ...step,
        remoteId,
        sentAt: state === 'sent' || state === 'unknown' ? sentAt : undefined,
      })),
    sent: async (ids) => {
      for (const id of ids) set(id, { state: 'sent', sentAt: now() })
    },
    done: async (id, remoteId, note) => set(id, { state: 'done', remoteId, error: note }),
    failed: async (id, error) => set(id, { state: 'failed', error }),
    unknown: async (id, error) => set(id, { state: 'unknown', error }),
    released: async (id, reason) => set(id, { state: 'planned', sentAt: undefined, error: reason }),
  }
}

export function newStepId(): StepId {
  return newId<StepId>(Date.now(), (bytes) => randomFillSync(bytes))
}
