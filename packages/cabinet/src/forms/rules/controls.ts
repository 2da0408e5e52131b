import type { Component } from 'vue'
import type { FieldControl } from '../schema-fields.ts'
import MappingTable from './MappingTable.vue'
import PlaceField from './PlaceField.vue'
import RuleList from './RuleList.vue'
import TemplateEditor from './TemplateEditor.vue'

/** The controls of rules, places, names and mappings, for a form that has such fields; other pages need not load them. */
export const RULE_CONTROLS: Readonly<Partial<Record<FieldControl, Component>>> = {
  'transfer-rules': RuleList,
  'responsible-rules': RuleList,
  'place-rules': RuleList,
  place: PlaceField,
  template: TemplateEditor,
  'field-mappings': MappingTable,
}
