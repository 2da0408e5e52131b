import type { SettingsSentences } from '@trunkline/contracts/http/settings'
import type { IntegrationId } from '@trunkline/contracts/ids'
import type { FieldAnnotations } from '@trunkline/contracts/settings/field'
import { SECTIONS, type SectionName } from '@trunkline/contracts/settings/index'
import { settingSentences } from '@trunkline/domain/settings/settings-words'
import { namesOf } from '@trunkline/domain/settings/settings-world'
import type { TSchema } from 'typebox'
import type { Tx } from '../../store/database.ts'
import { shaped } from './lint-settings.ts'
import { loadGround, type SettingsGround, withSection } from './settings-ground.ts'
import { settingsWorld } from './settings-world.ts'

/** Every setting and rule of a saved section as a sentence, in the order of the form. */
export async function savedSentences(
  tx: Tx,
  section: SectionName,
  integrationId?: IntegrationId,
): Promise<SettingsSentences> {
  return sentences(await loadGround(tx, integrationId), section)
}

/** The same of a value that is not saved. @throws HubError `settings/not-saved` when it has not the shape of the section. */
export async function unsavedSentences(
  tx: Tx,
  section: SectionName,
  value: Record<string, unknown>,
  integrationId?: IntegrationId,
): Promise<SettingsSentences> {
  return sentences(withSection(await loadGround(tx, integrationId), section, shaped(section, value)), section)
}

function sentences(ground: SettingsGround, section: SectionName): SettingsSentences {
  const properties = SECTIONS[section].schema.properties as Readonly<
    Record<string, TSchema & Partial<FieldAnnotations>>
  >
  const names = namesOf(settingsWorld(ground))
  return {
    data: settingSentences(section, ground.settings[section], names).map(({ pointer, text }) => ({
      pointer,
      group: properties[pointer.split('/')[1] ?? '']?.group ?? '',
      text: { ...text },
    })),
  }
}
