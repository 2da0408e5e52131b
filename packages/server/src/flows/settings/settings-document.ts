import { HubError } from '@trunkline/contracts/errors'
import type { Integration, SettingsDocument } from '@trunkline/contracts/http/settings'
import type { Locale } from '@trunkline/contracts/locale'
import {
  type IntegrationSettings,
  SECTION_NAMES,
  SECTIONS,
  type SectionName,
} from '@trunkline/contracts/settings/index'
import { effective } from '@trunkline/domain/transfer/effective'
import { settingsWarnings } from '@trunkline/domain/transfer/settings-warnings'
import type { Tx } from '../../store/database.ts'
import { latestVersions, loadIntegration, settingsInForce } from '../../store/settings.ts'
import { adapterOf } from '../channel-account.ts'
import { type SettingsWorld, settingsWorld } from './settings-context.ts'

/** A section by the name in an address. @throws HubError `request/not-found`. */
export function sectionOf(name: string): SectionName {
  const section = SECTION_NAMES.find((each) => each === name)
  if (section === undefined) throw new HubError('request/not-found')
  return section
}

/** The integration with its sections: which of them work, and why not. */
export async function integrationView(tx: Tx): Promise<Integration> {
  const integration = await loadIntegration(tx)
  const settings = await settingsInForce(tx, integration.id)
  const saved = new Map((await latestVersions(tx, integration.id)).map((row) => [row.section, row.at]))
  return {
    id: integration.id,
    portalId: integration.portalId,
    sections: SECTION_NAMES.map((section) => ({
      section,
      title: { ...SECTIONS[section].title },
      active: settings[section].active,
      ...effectiveView(section, settings),
      version: settings.versions[section],
      savedAt: saved.get(section)?.toISOString() ?? null,
    })),
  }
}

/** A section as its form needs it: schema, value, choices of pickers, warnings. */
export async function settingsDocument(
  tx: Tx,
  section: SectionName,
  locale: Locale,
): Promise<SettingsDocument> {
  const integration = await loadIntegration(tx)
  const settings = await settingsInForce(tx, integration.id)
  const world = await settingsWorld(tx, integration, settings.main)
  return {
    section,
    title: { ...SECTIONS[section].title },
    schema: SECTIONS[section].schema,
    groups: Object.fromEntries(
      Object.entries(SECTIONS[section].groups).map(([name, title]) => [name, { ...title }]),
    ),
    value: { ...settings[section] },
    version: settings.versions[section],
    ...effectiveView(section, settings),
    options: optionsOf(world, settings, locale),
    warnings: settingsWarnings(section, settings[section] as never, world.context).map(
      ({ pointer, code, message }) => ({
        pointer,
        code,
        message: { ...message },
      }),
    ),
  }
}

function effectiveView(section: SectionName, settings: IntegrationSettings) {
  const found = effective(section, settings)
  return { effective: found.effective, why: found.why === null ? null : { ...found.why } }
}

/** Choices of pickers. A dismissed user is only there while chosen, so that the form can say who it was. */
function optionsOf(
  world: SettingsWorld,
  settings: IntegrationSettings,
  locale: Locale,
): SettingsDocument['options'] {
  const chosen = settings.chats.defaultResponsibleId
  return {
    channels: world.channels.map((row) => ({
      value: row.id,
      label: row.title,
      hint: adapterOf(row.type).title[locale],
    })),
    'portal-user': (world.users ?? [])
      .filter((user) => user.active || user.id === chosen)
      .map((user) => ({
        value: user.id,
        label: user.name,
        ...(user.position === undefined || user.position === '' ? {} : { hint: user.position }),
        ...(user.active ? {} : { disabled: true }),
      })),
  }
}
