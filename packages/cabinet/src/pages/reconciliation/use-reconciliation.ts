import { useQuery, useQueryClient } from '@tanstack/vue-query'
import type { Repair } from '@trunkline/contracts/crm/reconciliation'
import type { Reconciliation, ReconciliationFinding } from '@trunkline/contracts/http/reconciliation'
import { computed, ref } from 'vue'
import { repairFinding } from '../../api/integrations.ts'
import { keys } from '../../api/query-keys.ts'
import { useWords } from '../../i18n.ts'
import { useNotify } from '../../parts/notify.ts'
import { useIntegrationCalls, useIntegrationId } from '../integrations/use-integration.ts'

/** While a comparison runs its progress is asked for this often; its end comes by the stream. */
const PROGRESS_EVERY_MS = 2_000

/** Whether a comparison is waiting or under way. */
export function isUnderWay(data: Reconciliation | undefined): boolean {
  return data?.run?.state === 'waiting' || data?.run?.state === 'running'
}

/** What a page shows first, and what was settled and is only of interest. */
export function sorted(data: Reconciliation | undefined): {
  open: readonly ReconciliationFinding[]
  settled: readonly ReconciliationFinding[]
} {
  const findings = data?.findings ?? []
  return {
    open: findings.filter(({ state }) => state === 'open'),
    settled: findings.filter(({ state }) => state !== 'open'),
  }
}

/** The latest comparison with its findings, asking for another, and repairs, one at a time. */
export function useReconciliation() {
  const queryClient = useQueryClient()
  const notify = useNotify()
  const { say } = useWords()
  const calls = useIntegrationCalls()
  const queryKey = keys.reconciliation(useIntegrationId())
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => calls.reconciliation(signal),
    refetchInterval: ({ state }) => (isUnderWay(state.data) ? PROGRESS_EVERY_MS : false),
  })
  const isAsking = ref(false)
  const repairing = ref<{ id: string; repair: string } | null>(null)

  async function ask(): Promise<void> {
    isAsking.value = true
    try {
      queryClient.setQueryData(queryKey, await calls.askReconciliation())
    } catch (error) {
      notify.problem(error)
    } finally {
      isAsking.value = false
    }
  }

  async function repair(
    finding: ReconciliationFinding,
    chosen: ReconciliationFinding['repairs'][number],
  ): Promise<void> {
    if (repairing.value) return
    repairing.value = { id: finding.id, repair: chosen.repair }
    try {
      await repairFinding(finding.id, chosen.repair as Repair)
      notify.done(say(chosen.done))
    } catch (error) {
      notify.problem(error)
    } finally {
      repairing.value = null
      await queryClient.invalidateQueries({ queryKey })
    }
  }

  return {
    query,
    isRunning: computed(() => isAsking.value || isUnderWay(query.data.value)),
    lists: computed(() => sorted(query.data.value)),
    repairing,
    ask,
    repair,
  }
}
