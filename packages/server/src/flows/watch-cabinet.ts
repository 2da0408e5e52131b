import type { CabinetEvent } from '@trunkline/contracts/http/realtime'
import type { WorkspaceId } from '@trunkline/contracts/ids'
import { type Realtime, toCursor } from '../store/realtime.ts'

/** What the stream of a cabinet tells: an event and the place to go on from. */
export interface CabinetNews {
  readonly cursor: string
  readonly event: CabinetEvent
}

/**
 * Hears what employees of the workspace may know, from a place on or from now. What happened so long ago that it is no
 * longer kept is not told: the cabinet loads everything anew after a break.
 * @param after a cursor that came from us once; any other text means "from now"
 * @returns how to end it
 */
export function watchCabinet(
  deps: { readonly realtime: Realtime },
  workspaceId: WorkspaceId,
  after: string | undefined,
  tell: (news: CabinetNews) => void,
): Promise<() => void> {
  const cursor = after === undefined ? null : toCursor(after)
  return deps.realtime.subscribe({
    workspaceId,
    ...(cursor === null ? {} : { after: cursor }),
    deliver: (events) => {
      for (const { topic, payload, cursor: place } of events)
        if (topic === 'cabinet') tell({ cursor: place, event: payload as unknown as CabinetEvent })
    },
    reset: () => undefined,
  })
}
