import { HubError } from '@trunkline/contracts/errors'
import type { LintFindings } from '@trunkline/contracts/http/settings'
import type { IntegrationId } from '@trunkline/contracts/ids'
import type { SectionName } from '@trunkline/contracts/settings/index'
import { lint } from '@trunkline/domain/settings/lint'
import type { Tx } from '../../store/database.ts'
import { sectionShape } from './section-shape.ts'
import { loadGround, type SettingsGround, withSection } from './settings-ground.ts'
import { settingsWorld } from './settings-world.ts'

/** What the linter says of everything saved, the worst first. */
export async function lintSaved(tx: Tx, integrationId?: IntegrationId): Promise<LintFindings> {
  return findings(await loadGround(tx, integrationId))
}

/**
 * What it says of a section as if this value were saved; other sections are as saved, and left out.
 * @throws HubError `settings/not-saved` when the value does not even have the shape of the section.
 */
export async function lintUnsaved(
  tx: Tx,
  section: SectionName,
  value: Record<string, unknown>,
  integrationId?: IntegrationId,
): Promise<LintFindings> {
  const { data } = findings(withSection(await loadGround(tx, integrationId), section, shaped(section, value)))
  return { data: data.filter((one) => one.section === section) }
}

function findings(ground: SettingsGround): LintFindings {
  return {
    data: lint(ground.settings, settingsWorld(ground)).map(({ message, advice, ...finding }) => ({
      ...finding,
      message: { ...message },
      advice: { ...advice },
    })) as LintFindings['data'],
  }
}

/** A value that has the shape of its section, though it may not be savable yet. @throws HubError `settings/not-saved`. */
export function shaped(section: SectionName, given: Record<string, unknown>): Record<string, unknown> {
  const shape = sectionShape(section, given, '/value')
  if ('problems' in shape) throw new HubError('settings/not-saved', { fields: shape.problems })
  return shape.value
}
