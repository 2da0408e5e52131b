import type { Repair } from '@trunkline/contracts/crm/reconciliation'
import type { Reconciliation, ReconciliationFinding } from '@trunkline/contracts/http/reconciliation'
import type {
  DryRun,
  DryRunTraces,
  Integration,
  IntegrationApplied,
  IntegrationPlan,
  LintFindings,
  SettingsDocument,
  SettingsSentences,
  SettingsVersionDocument,
  SettingsVersionsPage,
  TitlePreview,
} from '@trunkline/contracts/http/settings'
import { api, request } from './client.ts'
import type { Rows } from './endpoints.ts'

const at = (id: string) => encodeURIComponent(id)

/** Every integration of the company, the oldest first. */
export const integrations = (signal?: AbortSignal) =>
  api.get<Rows<Integration>>('/api/integrations', undefined, signal)
export const addIntegration = (name: string) => api.post<Integration>('/api/integrations', { name })
export const nameIntegration = (id: string, name: string) =>
  api.patch<Integration>(`/api/integrations/${at(id)}`, { name })
export const deleteIntegration = (id: string) => api.delete(`/api/integrations/${at(id)}`)
/** A finding belongs to one integration already. */
export const repairFinding = (id: string, repair: Repair) =>
  api.post<ReconciliationFinding>(`/api/reconciliation/findings/${at(id)}`, { repair })

type SectionValue = Readonly<Record<string, unknown>>

/** Every call about one integration. Without an id the oldest is meant, the only one of most companies. */
export function integrationCalls(integration: string | undefined) {
  const query = { integration }
  const get = <T>(path: string, signal?: AbortSignal, more: Record<string, string | null> = {}) =>
    api.get<T>(path, { ...query, ...more }, signal)
  const send = <T>(method: 'POST' | 'PUT', path: string, body: unknown, signal?: AbortSignal) =>
    request<T>(method, path, { query, body, ...(signal ? { signal } : {}) })
  const section = (name: string) => `/api/settings/${at(name)}`
  const file = '/api/integration/file'

  return {
    choosePortal: (portalId: string) => send<Integration>('PUT', '/api/integration', { portalId }),
    settings: (name: string, signal?: AbortSignal) => get<SettingsDocument>(section(name), signal),
    saveSettings: (name: string, body: { value: SectionValue; version: number; reason?: string }) =>
      send<SettingsDocument>('PUT', section(name), body),
    lint: (name: string, value: SectionValue, signal?: AbortSignal) =>
      send<LintFindings>('POST', `${section(name)}/lint`, { value }, signal),
    sentences: (name: string, value: SectionValue, signal?: AbortSignal) =>
      send<SettingsSentences>('POST', `${section(name)}/sentences`, { value }, signal),
    versions: (name: string, cursor: string | null, signal?: AbortSignal) =>
      get<SettingsVersionsPage>(`${section(name)}/versions`, signal, { cursor }),
    version: (name: string, version: number) =>
      get<SettingsVersionDocument>(`${section(name)}/versions/${version}`),
    restore: (name: string, restored: number, body: { version: number; reason?: string }) =>
      send<SettingsDocument>('POST', `${section(name)}/versions/${restored}/restore`, body),
    /** Decides past conversations anew with a value that is not saved; nothing is written anywhere. */
    dryRun: (name: string, body: { value: SectionValue; count: 100 | 1000 }, signal?: AbortSignal) =>
      send<DryRun>('POST', `${section(name)}/dry-run`, body, signal),
    dryRunTraces: (name: string, body: { value: SectionValue; decisionId: string }) =>
      send<DryRunTraces>('POST', `${section(name)}/dry-run/traces`, body),
    previewTitle: (name: string, template: string) =>
      send<TitlePreview>('POST', `${section(name)}/preview-title`, { template }),

    /** The whole integration as one file: where it is taken, what another text would change, and the change itself. */
    fileAddress: integration === undefined ? file : `${file}?integration=${at(integration)}`,
    planFile: (yaml: string) => send<IntegrationPlan>('POST', `${file}/plan`, { yaml }),
    applyFile: (body: { yaml: string; versions: Readonly<Record<string, number>>; reason?: string }) =>
      send<IntegrationApplied>('POST', `${file}/apply`, body),

    /** What we wrote compared with what the portal has: the latest comparison and its findings. */
    reconciliation: (signal?: AbortSignal) => get<Reconciliation>('/api/reconciliation', signal),
    /** Asks for a comparison now; while one is under way it is that one. */
    askReconciliation: () => send<Reconciliation>('POST', '/api/reconciliation', {}),
  }
}
export type IntegrationCalls = ReturnType<typeof integrationCalls>
