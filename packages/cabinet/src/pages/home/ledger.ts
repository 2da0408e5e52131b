import type { Home } from '@trunkline/contracts/http/journal'

/** One part of the sum, in the order it is drawn. `outcome` is the value of the journal's filter. */
export interface LedgerPart {
  readonly outcome: 'passed' | 'not_passed' | 'held' | 'failed' | 'pending'
  readonly count: number
  /** Share of everything accepted, 0..1; 0 while nothing was accepted. */
  readonly share: number
  /** Why, most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
}

/** The ledger as parts of one sum: accepted = passed + not passed + held + failed + in work. */
export function ledgerParts(ledger: Home['ledger']): LedgerPart[] {
  const counts = {
    passed: ledger.passed,
    not_passed: ledger.notPassed,
    held: ledger.held,
    failed: ledger.failed,
    pending: ledger.pending,
  } as const
  return (Object.keys(counts) as (keyof typeof counts)[]).map((outcome) => ({
    outcome,
    count: counts[outcome],
    share: ledger.accepted > 0 ? counts[outcome] / ledger.accepted : 0,
    reasons: ledger.byReason
      .filter((row) => row.outcome === outcome)
      .sort((a, b) => b.count - a.count)
      .map(({ reason, count }) => ({ reason, count })),
  }))
}
