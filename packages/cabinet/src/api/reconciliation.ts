import type { Repair } from '@trunkline/contracts/crm/reconciliation'
import type { Reconciliation, ReconciliationFinding } from '@trunkline/contracts/http/reconciliation'
import { api } from './client.ts'

/** What we wrote compared with what the portal has: the latest comparison and its findings. */
export const reconciliation = (signal?: AbortSignal) =>
  api.get<Reconciliation>('/api/reconciliation', undefined, signal)
/** Asks for a comparison now; while one is under way it is that one. */
export const askReconciliation = () => api.post<Reconciliation>('/api/reconciliation')
export const repairFinding = (id: string, repair: Repair) =>
  api.post<ReconciliationFinding>(`/api/reconciliation/findings/${encodeURIComponent(id)}`, { repair })
