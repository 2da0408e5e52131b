import { HubError } from '@trunkline/contracts/errors'
import type { Integration, SettingsDocument } from '@trunkline/contracts/http/settings'
import type { IntegrationId } from '@trunkline/contracts/ids'
import type { Locale } from '@trunkline/contracts/locale'
import {
  type IntegrationSettings,
  SECTION_NAMES,
  SECTIONS,
  type SectionName,
} from '@trunkline/contracts/settings/index'
import { MAX_RULES_IN_LIST } from '@trunkline/contracts/settings/rules'
import { MAX_DEPTH, MAX_RULES } from '@trunkline/domain/rules/evaluate'
import { lintFields } from '@trunkline/domain/settings/lint'
import { MAX_TEMPLATE_CHARS, MAX_TITLE_CHARS } from '@trunkline/domain/templates/render-title'
import { DEFAULT_TITLE_TEMPLATE, titleVariablesOf } from '@trunkline/domain/templates/title-variables'
import { effective } from '@trunkline/domain/transfer/effective'
import type { Tx } from '../../store/database.ts'
import { latestVersions, loadIntegration, settingsInForce } from '../../store/settings.ts'
import { countWaiting } from '../../store/transfers.ts'
import { fieldsOf, operatorsOf, optionsOf, pipelinesOf, portalFieldsOf } from './document-lists.ts'
import { loadGround, type SettingsGround } from './settings-ground.ts'
import { settingsWorld } from './settings-world.ts'

/** A section by the name in an address. @throws HubError `request/not-found`. */
export function sectionOf(name: string): SectionName {
  const section = SECTION_NAMES.find((each) => each === name)
  if (section === undefined) throw new HubError('request/not-found')
  return section
}

/** The integration with its sections: which of them work, and why not. */
export async function integrationView(tx: Tx, integrationId?: IntegrationId): Promise<Integration> {
  const integration = await loadIntegration(tx, integrationId)
  const settings = await settingsInForce(tx, integration.id)
  const saved = new Map((await latestVersions(tx, integration.id)).map((row) => [row.section, row.at]))
  return {
    id: integration.id,
    name: integration.name,
    portalId: integration.portalId,
    waiting: await countWaiting(tx, integration.id),
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

/** A section as its form needs it: schema, value, everything there is to choose from, warnings. */
export async function settingsDocument(
  tx: Tx,
  section: SectionName,
  locale: Locale,
  integrationId?: IntegrationId,
): Promise<SettingsDocument> {
  const ground = await loadGround(tx, integrationId)
  const { settings, portal, workspace } = ground
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
    options: optionsOf(ground, locale),
    pipelines: section === 'main' ? [] : pipelinesOf(ground),
    portalFields: section === 'main' ? {} : portalFieldsOf(ground),
    fields: fieldsOf(section),
    operators: operatorsOf(),
    templateVariables:
      section === 'main'
        ? []
        : titleVariablesOf(section).map(({ name, label }) => ({ name, label: { ...label } })),
    defaultTemplate: DEFAULT_TITLE_TEMPLATE[workspace.locale],
    limits: {
      rulesInList: MAX_RULES_IN_LIST,
      conditionsInRule: MAX_RULES,
      conditionDepth: MAX_DEPTH,
      templateChars: MAX_TEMPLATE_CHARS,
      titleChars: MAX_TITLE_CHARS,
    },
    crmMode: portal?.crmMode ?? null,
    syncedAt: portal?.syncedAt?.toISOString() ?? null,
    warnings: warningsAt(section, ground),
  }
}

/** What the linter warns of, at each field the worst. Notes and defects among rules are in the list of findings only. */
function warningsAt(section: SectionName, ground: SettingsGround): SettingsDocument['warnings'] {
  if (section === 'main') return []
  const found = lintFields(section, ground.settings, settingsWorld(ground)).filter(
    ({ severity }) => severity !== 'note',
  )
  return found
    .filter(({ pointer }, index) => found.findIndex((other) => other.pointer === pointer) === index)
    .map(({ pointer, code, message }) => ({ pointer, code, message: { ...message } }))
}

function effectiveView(section: SectionName, settings: IntegrationSettings) {
  const found = effective(section, settings)
  return { effective: found.effective, why: found.why === null ? null : { ...found.why } }
}
