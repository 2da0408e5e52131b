import type { PumpPlan } from './pump-contract.ts'

/** Limits of every cloud portal below Enterprise. Source: reference/bitrix24.md §2.5. */
const CLOUD: PumpPlan = { rate: 2, burst: 50 }
/** Source: reference/bitrix24.md §2.5. */
const ENTERPRISE: PumpPlan = { rate: 5, burst: 250 }

/**
 * The limits of a portal by what it is licensed for (`LICENSE` of `app.info`, such as `ru_project` or `ru_ent250`).
 *
 * The careful ones unless it says Enterprise: too slow loses time, too fast is refused. A self-hosted portal has no
 * limit of its own that we know of, and is spared likewise.
 */
export function planOfLicence(licence: string | undefined): PumpPlan {
  return /^[a-z]{2,3}_ent/i.test(licence ?? '') ? ENTERPRISE : CLOUD
}
