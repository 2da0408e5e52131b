import type { SettingsDocument, SettingsField, SettingsPipeline } from '@trunkline/contracts/http/settings'
import type { Text } from '@trunkline/contracts/locale'
import type { Operator } from '@trunkline/contracts/rules/condition'
import type { FieldType } from '@trunkline/domain/rules/catalogue'
import type { IntegrationCalls } from '../../api/integrations.ts'
import type { Parameter } from '../../forms/rules/condition-tree.ts'
import type { RuleSurroundings, StageOption } from '../../forms/rules/rule-surroundings.ts'

/** What the server's document of a section tells the editors of rules, in the reader's language. */
export function settingsSurroundings(
  document: SettingsDocument | null,
  say: (text: Text) => string,
  { previewTitle }: Pick<IntegrationCalls, 'previewTitle'>,
): RuleSurroundings | null {
  if (!document) return null
  const { section, fields, options, pipelines, portalFields, limits } = document
  const parameter = (field: SettingsField): Parameter => ({
    name: field.name,
    label: say(field.label),
    group: '',
    type: field.type as FieldType,
    operators: field.operators as Operator[],
    choices: field.choices === null ? [] : (options[field.choices] ?? []),
  })
  const deals = pipelines.filter((one) => one.entity === 'deal')
  return {
    parameters: fields.filter((field) => field.inConditions).map(parameter),
    portalUsers: options['portal-user'] ?? [],
    leadStages: document.crmMode === 'simple' ? [] : stagesOf(pipelines.find((one) => one.entity === 'lead')),
    pipelines: [...deals.filter((one) => one.isDefault), ...deals.filter((one) => !one.isDefault)].map(
      (one) => ({ id: one.id, name: one.label, stages: stagesOf(one) }),
    ),
    sources: fields
      .filter((field) => field.inMappings)
      .map((field) => ({ value: field.name, label: say(field.label) })),
    cardFields: portalFields,
    templateVariables: document.templateVariables.map((one) => ({ name: one.name, label: say(one.label) })),
    defaultTemplate: document.defaultTemplate,
    maxRules: limits.rulesInList,
    previewTitle: (template) => previewTitle(section, template),
  }
}

/** Dots of stages that the portal gave no colour: from the start of the way to its end, and its ends grey. */
const WAY = ['#2fc6f6', '#39a8ef', '#47e4c2', '#7bd500', '#ffa900', '#ff5752']
const END = '#8a96a5'

function stagesOf(pipeline: SettingsPipeline | undefined): StageOption[] {
  return (pipeline?.stages ?? []).map((stage, at) => ({
    id: stage.value,
    name: stage.label,
    colour: stage.colour ?? (stage.closed ? END : (WAY[Math.min(at, WAY.length - 1)] ?? END)),
    ...(stage.hint === undefined ? {} : { hint: stage.hint }),
    ...(stage.disabled === undefined ? {} : { disabled: stage.disabled }),
  }))
}
