import { OPERATORS_BY_TYPE } from '@trunkline/domain/rules/catalogue'
import { defineComponent, h, ref } from 'vue'
import { mountPage } from '../mount.fixture.ts'
import type { Messages } from '../rich-control.ts'
import SchemaForm from '../SchemaForm.vue'
import type { Parameter } from './condition-tree.ts'
import { RULE_CONTROLS } from './controls.ts'
import { NO_SURROUNDINGS, provideRuleSurroundings, type RuleSurroundings } from './rule-surroundings.ts'

const parameter = (name: string, label: string, type: Parameter['type']): Parameter => ({
  name,
  label,
  group: '',
  type,
  operators: OPERATORS_BY_TYPE[type],
  choices: [],
})
/** A small world: parameters of every type, two users, two pipelines, a lead. */
export const SURROUNDINGS: RuleSurroundings = {
  ...NO_SURROUNDINGS,
  parameters: [
    parameter('site', 'Site', 'text'),
    {
      ...parameter('channelId', 'Channel', 'choice'),
      choices: [
        { value: 'c1', label: 'Site chat' },
        { value: 'c2', label: 'Telegram' },
      ],
    },
    parameter('ordinal', 'Communication number', 'number'),
    parameter('workingTime', 'Working time', 'boolean'),
    parameter('phone', 'Phone', 'list'),
    parameter('form.*', 'Field of the form', 'text'),
  ],
  portalUsers: [
    { value: '1', label: 'Anna Orlova' },
    { value: '2', label: 'Boris Gray' },
  ],
  leadStages: [{ id: 'NEW', name: 'Unprocessed', colour: '#39a8ef' }],
  pipelines: [
    {
      id: '0',
      name: 'Sales',
      stages: [
        { id: 'NEW', name: 'New', colour: '#39a8ef' },
        { id: 'WON', name: 'Won', colour: '#7bd500' },
      ],
    },
    { id: '3', name: 'Service', stages: [{ id: 'C3:NEW', name: 'Arrived', colour: '#39a8ef' }] },
  ],
  sources: [
    { value: 'site', label: 'Site' },
    { value: 'form.*', label: 'Field of the form' },
  ],
  cardFields: {
    deal: [{ value: 'UF_CRM_1', label: 'Where from', type: 'text', multiple: false }],
    lead: [{ value: 'UF_CRM_2', label: 'City', type: 'list', multiple: true }],
  },
  templateVariables: [
    { name: 'phone', label: 'Phone' },
    { name: 'channel', label: 'Channel' },
  ],
  defaultTemplate: '{{ channel }}',
}

/** A form of one field drawn with the editors of rules; `value` follows what the reader does. */
export async function mountField(
  property: Record<string, unknown>,
  start: unknown,
  more: {
    surroundings?: Partial<RuleSurroundings>
    errors?: Messages
    warnings?: Messages
    saved?: unknown
    strict?: boolean
    form?: Record<string, unknown>
  } = {},
) {
  const form = ref<Record<string, unknown>>({ ...more.form, it: start })
  const errors = ref<Messages>(more.errors ?? {})
  const strict = ref(more.strict ?? false)
  const label = { ru: 'Настройка', en: 'The setting' }
  const Page = defineComponent({
    setup() {
      provideRuleSurroundings({ ...SURROUNDINGS, ...more.surroundings })
      return () =>
        h(SchemaForm, {
          schema: { properties: { it: { label, hint: label, ...property } } },
          controls: RULE_CONTROLS,
          saved: { it: more.saved },
          errors: errors.value,
          warnings: more.warnings ?? {},
          strict: strict.value,
          modelValue: form.value,
          'onUpdate:modelValue': (next: Record<string, unknown>) => {
            form.value = next
          },
        })
    },
  })
  const { wrapper } = await mountPage(Page)
  return {
    wrapper,
    form,
    errors,
    strict,
    value: () => form.value.it,
    row: () => wrapper.get('[data-field="it"]'),
  }
}
