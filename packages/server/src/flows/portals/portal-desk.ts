import { ERRORS, type ErrorCode, HubError } from '@trunkline/contracts/errors'
import type { PortalId, WorkspaceId } from '@trunkline/contracts/ids'
import { newId } from '../../ids.ts'
import type { Sealer } from '../../seal.ts'
import type { Database } from '../../store/database.ts'
import { type Claim, putLanes } from '../../store/mailbox.ts'
import {
  answerPortalRequest,
  insertPortalRequest,
  openPortalRequests,
  type PortalRequestError,
  type PortalRequestKind,
  portalAnswer,
} from '../../store/portal-requests.ts'
import { loadPortal } from '../../store/portals.ts'
import type { Wake } from '../../store/wake.ts'
import { lookAgain } from '../reconcile/look-again.ts'
import { checkPortal, refreshDirectory, refreshKeys } from './repair-portal.ts'
import type { PortalBook } from './serve-portals.ts'
import { farewellPortal, welcomePortal } from './welcome-portal.ts'

/** The lane in which the owner of a portal finds what other nodes ask of it. Key and route are the portal's id. */
export const PORTAL_LANE = 'portal'

/** Woken when a request was answered. */
const ANSWERS = 'portal-answers'

/** A request that nobody waits for is still of use for so long, should its portal have no owner just now. */
const TOLD_MS = 600_000
/** Wake-ups are hints: an answer is looked for this often besides. */
const LOOK_EVERY_MS = 500

/** Where people's wishes about a portal are handed in, whichever node owns it. */
export interface PortalDesk {
  /**
   * Has it done and waits: here when this node owns the portal, else by the node that does.
   * @throws HubError `request/not-found`, what the portal says, `portal/no-answer` when no node took it in time.
   */
  ask(workspaceId: WorkspaceId, portalId: PortalId, kind: PortalRequestKind): Promise<void>
  /** The same for whichever node owns the portal, now or in the next minutes; nobody waits. The outcome shows in its state. */
  leave(workspaceId: WorkspaceId, portalId: PortalId, kind: PortalRequestKind): Promise<void>
  /** As `leave`, about what has just happened here: a portal that nobody owns yet becomes ours. */
  tell(workspaceId: WorkspaceId, portalId: PortalId, kind: PortalRequestKind): Promise<void>
  /** Handler of `PORTAL_LANE`. Every kind may be done twice, so a node that dies in between costs nothing. */
  serve(claim: Claim): Promise<undefined>
}

export function createPortalDesk(deps: {
  readonly database: Database
  readonly sealer: Sealer
  readonly portals: PortalBook
  readonly wake: Wake
  readonly publicUrl: () => string
  readonly onTrouble: (error: unknown) => void
  /** How long a person waits; a portal with thousands of users takes several seconds to read. */
  readonly answerMs: number
}): PortalDesk {
  const { database, portals, wake, answerMs } = deps

  async function carryOut(workspaceId: WorkspaceId, id: PortalId, kind: PortalRequestKind): Promise<void> {
    switch (kind) {
      case 'check':
        return checkPortal(deps, workspaceId, id)
      case 'refresh-keys':
        return refreshKeys(deps, workspaceId, id)
      case 'sync':
        return refreshDirectory(deps, workspaceId, id)
      case 'welcome':
        return welcomePortal(deps, { workspaceId, portalId: id })
      case 'reconnected':
        return portals.reconnected(id)
      case 'look-again':
        return lookAgain({ database, pumpOf: portals.pumpOf }, workspaceId, id)
      case 'farewell':
        return farewellPortal(deps, { workspaceId, portalId: id })
    }
  }

  /** A portal that was connected a moment ago, or whose owner died, may become ours by looking. */
  async function isOurs(id: PortalId): Promise<boolean> {
    // A look that was under way may have begun before the portal was connected; the second one has not.
    for (let look = 0; look < 2 && !portals.routes().includes(id); look++) await portals.refresh()
    return portals.routes().includes(id)
  }

  async function leave(workspaceId: WorkspaceId, id: PortalId, kind: PortalRequestKind): Promise<void> {
    await handIn(workspaceId, id, kind, TOLD_MS)
  }

  async function handIn(
    workspaceId: WorkspaceId,
    portalId: PortalId,
    kind: PortalRequestKind,
    waitMs: number,
  ): Promise<string> {
    const id = newId<string>()
    await database.inWorkspace(workspaceId, async (tx) => {
      if ((await loadPortal(tx, portalId)) === undefined) throw new HubError('request/not-found')
      await insertPortalRequest(tx, { id, portalId, kind, waitMs })
      await putLanes(tx, [{ lane: PORTAL_LANE, key: portalId, route: portalId }])
    })
    return id
  }

  return {
    async ask(workspaceId, portalId, kind) {
      if (await isOurs(portalId)) return carryOut(workspaceId, portalId, kind)
      const giveUpAt = Date.now() + answerMs
      let version = wake.version(ANSWERS)
      const id = await handIn(workspaceId, portalId, kind, answerMs)
      for (;;) {
        const answer = await database.inWorkspace(workspaceId, (tx) => portalAnswer(tx, id))
        if (answer !== undefined) {
          if (answer.error !== null) throw thrownAgain(answer.error)
          return
        }
        const leftMs = giveUpAt - Date.now()
        if (leftMs <= 0) throw new HubError('portal/no-answer')
        await wake.after(ANSWERS, version, Math.min(leftMs, LOOK_EVERY_MS))
        version = wake.version(ANSWERS)
      }
    },
    async tell(workspaceId, portalId, kind) {
      // Asks the portal nothing, and nobody here is to work with its former keys until the rest is done.
      if (kind === 'welcome' || kind === 'reconnected') portals.reconnected(portalId)
      const ours = await isOurs(portalId)
      if (kind !== 'reconnected' || !ours) await leave(workspaceId, portalId, kind)
    },
    leave,
    async serve(claim) {
      const workspaceId = claim.workspaceId as WorkspaceId
      const portalId = claim.key as PortalId
      const open = await database.inWorkspace(workspaceId, (tx) => openPortalRequests(tx, portalId))
      for (const { id, kind } of open) {
        const error = await carryOut(workspaceId, portalId, kind).then(
          () => undefined,
          (reason: unknown) => told(reason, deps.onTrouble),
        )
        await database.inWorkspace(workspaceId, async (tx) => {
          await answerPortalRequest(tx, id, error)
          tx.wake(ANSWERS)
        })
      }
      return undefined
    },
  }
}

/** An error as it is kept for the node that asked. One that is none of ours stays here, with its words. */
function told(reason: unknown, onTrouble: (error: unknown) => void): PortalRequestError {
  const error = reason instanceof HubError ? reason : new HubError('server/bug')
  if (error !== reason) onTrouble(reason)
  return {
    code: error.code,
    publicText: error.publicText,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  }
}

function thrownAgain({ code, ...options }: PortalRequestError): HubError {
  // A node of another release may know a code that this one does not.
  return code in ERRORS ? new HubError(code as ErrorCode, options) : new HubError('portal/refused', options)
}
