import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { DecisionView } from '@trunkline/contracts/http/journal'
import type { DecisionId, IntegrationId } from '@trunkline/contracts/ids'
import type { PassingSettings } from '@trunkline/contracts/settings/index'
import { ruleInTrace, type TraceGround } from '@trunkline/domain/settings/rule-in-trace'
import { namesOf } from '@trunkline/domain/settings/settings-world'
import { explainTrace, type NameBook } from '@trunkline/domain/transfer/explain'
import { sectionOf } from '@trunkline/domain/transfer/input'
import type { Tx } from '../../store/database.ts'
import type { DecisionRow } from '../../store/decisions.ts'
import { presentValue } from '../../store/settings.ts'
import { loadVersion } from '../../store/settings-versions.ts'
import { loadGround } from '../settings/settings-ground.ts'
import { settingsWorld } from '../settings/settings-world.ts'

/** For each decision the settings that it was made with, so that its trace can tell the rules themselves. */
export async function traceGrounds(
  tx: Tx,
  integrationId: IntegrationId,
  rows: readonly DecisionRow[],
): Promise<ReadonlyMap<DecisionId, TraceGround>> {
  const names = namesOf(settingsWorld(await loadGround(tx, integrationId, 'with-deleted')))
  const values = new Map<string, PassingSettings>()
  const grounds = new Map<DecisionId, TraceGround>()
  for (const row of rows) {
    const section = sectionOf(row.facts)
    const version = row.versions[section] ?? 0
    const key = `${section} ${version}`
    let passing = values.get(key)
    if (passing === undefined) {
      const saved = await loadVersion(tx, { integrationId, section, version })
      passing = presentValue(section, saved?.value) as unknown as PassingSettings
      values.set(key, passing)
    }
    grounds.set(row.id, { passing, facts: row.facts, names })
  }
  return grounds
}

/** A line as its sentence; one about a rule goes on with that rule in words and with what the conversation had. */
export function lineView(
  line: TraceLine,
  names: NameBook,
  ground: TraceGround | undefined,
): DecisionView['trace'][number] {
  const told = explainTrace(line, names)
  const rule = ground && ruleInTrace(line, ground)
  const { code, verdict } = line
  return rule
    ? { code, verdict, ru: `${told.ru} ${rule.ru}`, en: `${told.en} ${rule.en}` }
    : { code, verdict, ...told }
}
