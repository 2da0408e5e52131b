import type { Json } from '../json.ts'
import type { Outcome, Reason } from '../outcome.ts'
import type { LookupRequest } from './facts.ts'
import type { Plan } from './plan.ts'

/**
 * One line of a trace: a gate or a rule, whether it let the event go on, and the values it compared.
 * `code` names the sentence (domain/transfer/explain.ts has it in Russian and English).
 */
export interface TraceLine {
  readonly code: string
  /** `pass` and `stop` are gates; `chose` a choice made; `skip` a rule that did not match; `note` a fact worth reading. */
  readonly verdict: 'pass' | 'stop' | 'chose' | 'skip' | 'note'
  readonly values: Readonly<Record<string, Json>>
}

/**
 * What `decide` answers. With `need` it wants the portal asked first and called again with `facts.crm`.
 */
export type Decision =
  | { readonly need: LookupRequest; readonly trace: readonly TraceLine[] }
  | {
      readonly need?: undefined
      readonly outcome: Exclude<Outcome, 'pending' | 'failed'>
      readonly reason?: Reason
      readonly contactClass?: 'first' | 'repeated'
      readonly plan: Plan
      readonly trace: readonly TraceLine[]
    }
