import type { DryRun, SettingsDocument } from '@trunkline/contracts/http/settings'
import { type HubRig, hubRig } from '@trunkline/e2e/rig/hub-rig'
import { untilSettled } from '@trunkline/e2e/rig/until-settled'

export interface DryRunFigures {
  /** From the request of the cabinet to the whole answer for 1,000 conversations, 50 new rules; median of five. */
  readonly dryRun1000Ms: number
}

const RULES = 50
const SETTLE_LIMIT_MS = 300_000

/**
 * A company with a thousand conversations that were really decided, of which an administrator asks what 50 new rules
 * would make: through the door of the cabinet, from request to the last byte of the answer.
 */
export async function benchDryRun(
  options: { conversations?: 100 | 1000; rounds?: number } = {},
): Promise<DryRunFigures> {
  const { conversations = 1_000, rounds = 5 } = options
  await using rig = await hubRig({ portal: { kind: 'box' } })
  for (let i = 0; i < conversations; i++) rig.telegram.person({ name: `Dry ${i}` }).write(`Вопрос ${i}`)
  await untilSettled(rig.client, conversations, SETTLE_LIMIT_MS)
  const { value } = await rig.client.call<SettingsDocument>('GET', '/api/settings/chats')
  const changed = { ...value, titleTemplate: 'Обращение {{ communication_id }}', transferRules: rules() }
  const hits = rig.portal.counts.hits
  const times: number[] = []
  for (let round = 0; round < rounds; round++) times.push(await once(rig, changed, conversations))
  if (rig.portal.counts.hits !== hits) throw new Error('a dry-run asked the portal')
  return { dryRun1000Ms: times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]! }
}

async function once(rig: HubRig, value: Record<string, unknown>, count: 100 | 1000): Promise<number> {
  const startedAt = performance.now()
  const found = await rig.client.call<DryRun>('POST', '/api/settings/chats/dry-run', { value, count })
  const tookMs = performance.now() - startedAt
  if (found.compared !== count || found.differ !== count)
    throw new Error(`${found.compared} conversations were compared, ${found.differ} differ, not ${count}`)
  return tookMs
}

/** Rules that are all read and never deny anything. */
function rules() {
  return Array.from({ length: RULES }, (_, i) => ({
    id: `rule-${i}`,
    title: `Правило ${i}`,
    active: true,
    action: 'deny',
    when: {
      combinator: 'and',
      rules: [
        { field: 'openingText', operator: 'contains', value: 'вопрос' },
        { field: 'utm.source', operator: '=', value: `source-${i}` },
      ],
    },
  }))
}
