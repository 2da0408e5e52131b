import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import type { ChatsSettings, RequestsSettings } from '@trunkline/contracts/settings/index'
import type {
  FieldMapping,
  Place,
  PlaceRule,
  ResponsibleRule,
  TransferRule,
} from '@trunkline/contracts/settings/rules'
import { is } from './settings.fixture.ts'
import type { SettingsWorld } from './settings-world.ts'

/** Rules in few words, each with an id of its own. */

let count = 0
const head = (when: RuleGroup, title: string) => ({ id: String(++count), title, active: true, when })
export const pass = (when: RuleGroup, title = 'Пропуск'): TransferRule => ({
  ...head(when, title),
  action: 'allow',
})
export const deny = (when: RuleGroup, title = 'Запрет'): TransferRule => ({
  ...head(when, title),
  action: 'deny',
})
export const to = (userId: string, when: RuleGroup, title = `К ${++count}`): ResponsibleRule => ({
  ...head(when, title),
  userId,
})
export const stage = (place: Partial<Place>, when: RuleGroup, except?: RuleGroup): PlaceRule => ({
  ...head(when, `Стадия ${++count}`),
  ...(except ? { except } : {}),
  place: { leadStageId: '', pipelineId: '', dealStageId: '', ...place },
})
export const map = (change: Partial<FieldMapping> = {}): FieldMapping => ({
  id: String(++count),
  active: true,
  entity: 'lead',
  source: 'phone',
  target: 'UF_CRM_1',
  policy: 'only-if-empty',
  ...change,
})
export const site = (...hosts: string[]) =>
  is('site', hosts.length > 1 ? 'in' : '=', hosts.length > 1 ? hosts : hosts[0])
/** What a planted defect changes of the sane settings and their world. */
export interface Planted {
  readonly chats?: Partial<ChatsSettings>
  readonly requests?: Partial<RequestsSettings>
  readonly main?: boolean
  readonly world?: Partial<SettingsWorld>
}
/** A defect, what it changes, and everything that the linter then finds. */
export type Defect = readonly [name: string, planted: Planted, findings: string[]]
