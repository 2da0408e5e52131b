import type { Place } from '@trunkline/contracts/settings/rules'
import type { SettingsWorld, WorldPipeline } from './settings-world.ts'

/** The pipeline of a place; an empty id is the portal's first one. Undefined when there is none such. */
export function pipelineOf(place: Place, world: SettingsWorld): WorldPipeline | undefined {
  const pipelines = world.pipelines ?? []
  return place.pipelineId === ''
    ? pipelines[0]
    : pipelines.find((pipeline) => pipeline.id === place.pipelineId)
}

/** What of a place the portal no longer has; nothing is missing while its directory was never read. */
export function missingOfPlace(
  place: Place,
  world: SettingsWorld,
): ('leadStage' | 'pipeline' | 'dealStage')[] {
  const missing: ('leadStage' | 'pipeline' | 'dealStage')[] = []
  const { leadStages, pipelines } = world
  if (place.leadStageId !== '' && leadStages && !leadStages.some((stage) => stage.id === place.leadStageId)) {
    missing.push('leadStage')
  }
  if (pipelines === null) return missing
  const pipeline = pipelineOf(place, world)
  if (pipeline === undefined && place.pipelineId !== '') missing.push('pipeline')
  else if (
    place.dealStageId !== '' &&
    pipeline &&
    !pipeline.stages.some((stage) => stage.id === place.dealStageId)
  ) {
    missing.push('dealStage')
  }
  return missing
}

export function isPlaceKnown(place: Place, world: SettingsWorld): boolean {
  return missingOfPlace(place, world).length === 0
}
