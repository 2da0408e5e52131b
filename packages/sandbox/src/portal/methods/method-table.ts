/** All methods of the pretend portal by canonical name, found in any case. `batch` is the engine's own. */
import type { Method, MethodTable } from '../method.ts'
import { ACTIVITY_METHODS } from './activity-methods.ts'
import { BINDING_METHODS } from './binding-methods.ts'
import { CONFIGURABLE_METHODS } from './configurable-methods.ts'
import { CRM_CLASSIC_METHODS } from './crm-classic-methods.ts'
import { CRM_CONTACT_LINK_METHODS } from './crm-contact-link-methods.ts'
import { CRM_DICTIONARY_METHODS } from './crm-dictionary-methods.ts'
import { CRM_ITEM_METHODS } from './crm-item-methods.ts'
import { NOTIFY_METHODS } from './notify-methods.ts'
import { SYSTEM_METHODS } from './system-methods.ts'
import { TIMELINE_METHODS } from './timeline-methods.ts'
import { USER_METHODS } from './user-methods.ts'

export const METHODS: MethodTable = {
  ...SYSTEM_METHODS,
  ...USER_METHODS,
  ...CRM_ITEM_METHODS,
  ...CRM_CLASSIC_METHODS,
  ...CRM_CONTACT_LINK_METHODS,
  ...CRM_DICTIONARY_METHODS,
  ...ACTIVITY_METHODS,
  ...CONFIGURABLE_METHODS,
  ...TIMELINE_METHODS,
  ...NOTIFY_METHODS,
  ...BINDING_METHODS,
}

const byLowerName = new Map<string, { name: string; run: Method }>(
  Object.entries(METHODS).map(([name, run]) => [name.toLowerCase(), { name, run }]),
)

/** Method names are case-insensitive. Source: reference/bitrix24.md §2.1. */
export function findMethod(name: string): { name: string; run: Method } | undefined {
  return byLowerName.get(name.toLowerCase())
}
