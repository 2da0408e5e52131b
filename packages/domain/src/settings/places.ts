import type { PassingSettings } from '@trunkline/contracts/settings/index'
import type { Place } from '@trunkline/contracts/settings/rules'
import type { SettingsWorld } from './settings-world.ts'

/**
 * What of a place the portal no longer has; nothing is missing while its directory was never read. A portal without leads
 * has no stages of theirs: then none is missing.
 */
export function missingOfPlace(
  place: Place,
  world: SettingsWorld,
): ('leadStage' | 'pipeline' | 'dealStage')[] {
  const missing: ('leadStage' | 'pipeline' | 'dealStage')[] = []
  const { leadStages, pipelines } = world
  const isLeadStage = leadStages?.some((stage) => stage.id === place.leadStageId)
  if (place.leadStageId !== '' && leadStages && leadStages.length > 0 && !isLeadStage) {
    missing.push('leadStage')
  }
  if (pipelines === null) return missing
  const pipeline = pipelines.find((one) => one.id === place.pipelineId)
  // A stage without a pipeline says itself which one it means.
  const stages = (place.pipelineId === '' ? pipelines : [pipeline]).flatMap((one) => one?.stages ?? [])
  if (place.pipelineId !== '' && pipeline === undefined) missing.push('pipeline')
  else if (place.dealStageId !== '' && !stages.some((stage) => stage.id === place.dealStageId)) {
    missing.push('dealStage')
  }
  return missing
}

export function isPlaceKnown(place: Place, world: SettingsWorld): boolean {
  return missingOfPlace(place, world).length === 0
}

/** The card that these settings make; undefined while the portal was never asked for its CRM mode. */
export function cardMade(value: PassingSettings, world: SettingsWorld): 'lead' | 'deal' | undefined {
  if (value.cardKind === 'deal') return 'deal'
  if (world.crmMode === null) return undefined
  return world.crmMode === 'simple' ? 'deal' : 'lead'
}
