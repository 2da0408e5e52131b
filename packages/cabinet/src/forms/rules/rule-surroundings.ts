import type { TitlePreview } from '@trunkline/contracts/http/settings'
import type { Text } from '@trunkline/contracts/locale'
import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import type { Place } from '@trunkline/contracts/settings/rules'
import { FORM_FIELD_PREFIX, type RuleCatalogue } from '@trunkline/domain/rules/catalogue'
import { type ChoiceNames, explainRule } from '@trunkline/domain/rules/explain-rule'
import { computed, type InjectionKey, inject, type MaybeRefOrGetter, provide, type Ref, toValue } from 'vue'
import { useWords } from '../../i18n.ts'
import type { PickerOption } from '../picker-option.ts'
import { type Parameter, readable } from './condition-tree.ts'

/** A stage of a pipeline or of leads, as the portal shows it. */
export interface StageOption {
  readonly id: string
  readonly name: string
  /** CSS colour of its dot. */
  readonly colour: string
  readonly hint?: string
  readonly disabled?: boolean
}
/** A pipeline of deals with its stages, in the portal's order. */
export interface PipelineOption {
  readonly id: string
  readonly name: string
  readonly stages: readonly StageOption[]
}

/** A field of a card that a mapping may fill. */
export interface CardField extends PickerOption {
  /** The portal's type of it, such as `string`, `list`, `money`. */
  readonly type: string
  readonly multiple: boolean
}

/** What the editors of rules know of the world around them; the page gives it once, however deep they nest. */
export interface RuleSurroundings {
  /** What conditions may compare. */
  readonly parameters: readonly Parameter[]
  readonly portalUsers: readonly PickerOption[]
  /** Empty in the simple CRM mode and while the directory was never read. */
  readonly leadStages: readonly StageOption[]
  /** The portal's first pipeline of deals stands first. */
  readonly pipelines: readonly PipelineOption[]
  /** What a mapping may take, and by entity the fields it may fill. */
  readonly sources: readonly PickerOption[]
  readonly cardFields: Readonly<Record<string, readonly CardField[]>>
  readonly templateVariables: readonly { readonly name: string; readonly label: string }[]
  /** What an empty name template stands for. */
  readonly defaultTemplate: string
  readonly maxRules: number
  /** The name a template gives a recent conversation. Absent where there is no server to ask. */
  readonly previewTitle?: (template: string) => Promise<TitlePreview>
}

/** Where nothing is known: rules can be read, but not added to. */
export const NO_SURROUNDINGS: RuleSurroundings = {
  parameters: [],
  portalUsers: [],
  leadStages: [],
  pipelines: [],
  sources: [],
  cardFields: {},
  templateVariables: [],
  defaultTemplate: '',
  maxRules: 100,
}
const KEY: InjectionKey<Readonly<Ref<RuleSurroundings>>> = Symbol('rule surroundings')

export function provideRuleSurroundings(surroundings: MaybeRefOrGetter<RuleSurroundings>): void {
  provide(
    KEY,
    computed(() => toValue(surroundings)),
  )
}

/** The surroundings with what follows from them: parameters by name, and sentences. */
export function useRuleSurroundings() {
  const given = inject(KEY, undefined)
  const { say, t } = useWords()
  const around = computed(() => given?.value ?? NO_SURROUNDINGS)
  const byName = computed(() => new Map(around.value.parameters.map((one) => [one.name, one])))
  /** A parameter by the name in a rule; a field of a site's own form is the one that stands for them all. */
  const parameterOf = (name: string) =>
    byName.value.get(name) ??
    (name.startsWith(FORM_FIELD_PREFIX) ? byName.value.get(ANY_FORM_FIELD) : undefined)
  /** The parameters as the domain reads them; labels are already in the reader's language. */
  const catalogue = computed<RuleCatalogue>(() =>
    Object.fromEntries(
      around.value.parameters.map((one) => [one.name, { label: both(one.label), type: one.type }]),
    ),
  )
  const names = computed<ChoiceNames>(() =>
    Object.fromEntries(
      around.value.parameters
        .filter((one) => one.choices.length > 0)
        .map((one) => [one.name, Object.fromEntries(one.choices.map((each) => [each.value, each.label]))]),
    ),
  )
  const userName = (id: string) =>
    around.value.portalUsers.find((user) => user.value === id)?.label ??
    (id === '' ? '' : t('forms.unknownChoice', { id }))

  /** Conditions as one sentence in the reader's language. */
  const sentence = (when: RuleGroup) => say(explainRule(readable(when), catalogue.value, names.value))

  /** A place in words: «Продажи / Новая»; what is not chosen is the portal's own first. */
  function placeWords(place: Place): string {
    const { leadStages, pipelines } = around.value
    const said: string[] = []
    const gone = (id: string) => t('forms.unknownChoice', { id })
    if (place.leadStageId !== '') {
      const stage = leadStages.find((one) => one.id === place.leadStageId)
      said.push(t('rules.place.leadIn', { stage: stage?.name ?? gone(place.leadStageId) }))
    }
    const pipeline = pipelines.find((one) => one.id === place.pipelineId)
    if (place.pipelineId !== '' || place.dealStageId !== '') {
      const from = pipeline ?? pipelines[0]
      const stage = from?.stages.find((one) => one.id === place.dealStageId)
      const title = place.pipelineId === '' ? (from?.name ?? '') : (pipeline?.name ?? gone(place.pipelineId))
      const tail = place.dealStageId === '' ? '' : ` / ${stage?.name ?? gone(place.dealStageId)}`
      said.push(t('rules.place.dealIn', { place: `${title}${tail}` }))
    }
    return said.length === 0 ? t('rules.place.first') : said.join(', ')
  }

  return { around, byName, parameterOf, catalogue, names, sentence, userName, placeWords }
}

/** Stands in the catalogue for every field of a site's own form; rules name one: `form.city`. */
export const ANY_FORM_FIELD = `${FORM_FIELD_PREFIX}*`

const both = (label: string): Text => ({ ru: label, en: label })
