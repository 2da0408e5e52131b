import { createHash, randomBytes } from 'node:crypto'
import { type ErrorCode, HubError } from '@trunkline/contracts/errors'
import type { PortalId, UserId, WorkspaceId } from '@trunkline/contracts/ids'
import { text } from '@trunkline/contracts/locale'
import {
  authorizeUrl,
  canonicalOrigin,
  exchangeCode,
  probePortal,
  type Transport,
  whoIs,
} from '@trunkline/portal'
import { newId } from '../../ids.ts'
import type { Sealer } from '../../seal.ts'
import { insertAudit } from '../../store/audit.ts'
import type { Database, Tx } from '../../store/database.ts'
import {
  insertAuthorisation,
  insertPortal,
  loadPortal,
  movePortal,
  type PortalRow,
  portalByMember,
  portalByOrigin,
  portalOfState,
  saveApplicationToken,
  saveRegion,
  takeAuthorisation,
} from '../../store/portals.ts'
import { loadIntegrations } from '../../store/settings.ts'
import type { UserBook } from '../people/user-book.ts'
import { allowedRegion } from './portal-region.ts'
import { changePortalState } from './portal-state.ts'
import { forgetPortal, takePortal } from './take-portal.ts'
import { CLIENT_SEAL, writeTokens } from './token-store.ts'

export interface ConnectDeps {
  readonly database: Database
  readonly sealer: Sealer
  readonly http: Transport
  /** Our own application, used when the person gives no local one. */
  readonly app: { readonly clientId: string; readonly clientSecret: string } | undefined
  /** Regions whose portals may be connected; empty = any. */
  readonly regions: readonly string[]
  readonly now: () => Date
}

export interface Actor {
  readonly userId: UserId
  readonly name: string
}

/** The canonical origin of what a person typed, checked to be a reachable Bitrix24. @throws HubError with a field message. */
export async function checkedOrigin(http: Transport, typed: string): Promise<string> {
  const spelt = canonicalOrigin(typed, { allowHttp: http.allowPrivate })
  if ('error' in spelt) throw atDomain(new HubError(spelt.error))
  try {
    await probePortal(spelt.origin, http)
  } catch (error) {
    throw error instanceof HubError ? atDomain(error) : error
  }
  return spelt.origin
}

/**
 * Begins to connect a portal: remembers it (the same address twice is the same portal) and gives the address where the
 * person consents.
 * @throws HubError `portal/*` with a message at the field `/domain`, `request/invalid` when no application is known.
 */
export async function startConnecting(
  deps: ConnectDeps,
  workspaceId: WorkspaceId,
  actor: Actor,
  request: { name?: string; domain: string; clientId?: string; clientSecret?: string },
): Promise<{ portalId: PortalId; authorizeUrl: string }> {
  const app = chosenApp(deps, request)
  const origin = await checkedOrigin(deps.http, request.domain)
  return deps.database.inWorkspace(workspaceId, async (tx) => {
    const known = await portalByOrigin(tx, origin)
    const id = known?.id ?? newId<PortalId>()
    if (known === undefined)
      await insertPortal(tx, {
        id,
        name: request.name?.trim() || null,
        origin,
        clientId: app.clientId,
        clientSecret: deps.sealer.seal(CLIENT_SEAL, app.clientSecret),
      })
    return {
      portalId: id,
      authorizeUrl: await newAuthorisation(tx, id, origin, known?.clientId ?? app.clientId, actor),
    }
  })
}

/** A new consent for a known portal: tokens died, the app was removed, the address changed. */
export async function startAuthorising(
  deps: ConnectDeps,
  workspaceId: WorkspaceId,
  actor: Actor,
  portalId: PortalId,
): Promise<string> {
  return deps.database.inWorkspace(workspaceId, async (tx) => {
    const row = await present(tx, portalId)
    return newAuthorisation(tx, row.id, row.origin, row.clientId, actor)
  })
}

/** Another address for a portal, checked before: nothing goes to the old one from now on, and a new consent is needed (TEL-11). */
export async function changeAddress(
  deps: ConnectDeps,
  workspaceId: WorkspaceId,
  portalId: PortalId,
  origin: string,
): Promise<void> {
  await deps.database.inWorkspace(workspaceId, async (tx) => {
    const row = await present(tx, portalId)
    if (row.origin === origin) return
    await freeAddress(tx, origin)
    await movePortal(tx, portalId, origin)
  })
}

/** @throws HubError `request/duplicate` at `/domain` when a portal of this workspace has the address. */
export async function freeAddress(tx: Tx, origin: string): Promise<void> {
  if ((await portalByOrigin(tx, origin)) !== undefined) throw atDomain(new HubError('request/duplicate'))
}

/**
 * The person has consented: the code becomes tokens, the portal becomes connected and, if the workspace has chosen none
 * yet, the one its integration uses.
 * @throws HubError `portal/not-admin`, `portal/other-region` (an entry that was never connected is gone then), `portal/reauthorise` (state or
 * code used or expired), `request/duplicate` (another entry of this workspace is the same portal under another address).
 */
export async function finishConnecting(
  deps: ConnectDeps & { readonly users: UserBook['users'] },
  answer: { state: string; code: string; domain: string; memberId: string; serverDomain: string | undefined },
): Promise<{ workspaceId: WorkspaceId; portalId: PortalId }> {
  const stateHash = hashState(answer.state)
  const found = await portalOfState(deps.database, stateHash)
  if (found === undefined) throw new HubError('portal/reauthorise')
  const started = await deps.database.inWorkspace(found.workspaceId, async (tx) => {
    const taken = await takeAuthorisation(tx, stateHash)
    const row = await loadPortal(tx, found.portalId)
    return taken === undefined || row === undefined ? undefined : { row, userId: taken.userId }
  })
  if (started === undefined) throw new HubError('portal/reauthorise')
  const app = {
    clientId: started.row.clientId,
    clientSecret: deps.sealer.open<string>(CLIENT_SEAL, started.row.clientSecret),
  }
  const issued = await exchangeCode(
    deps.http,
    app,
    answer.code,
    authServer(answer.serverDomain, started.row.origin),
    deps.now().getTime(),
  )
  // The tokens must be of the portal the person named: another one would get this workspace's conversations.
  if (new URL(issued.clientEndpoint).host !== new URL(started.row.origin).host)
    throw new HubError('portal/not-bitrix24')
  const me = await whoIs(deps.http, issued)
  if (!me.isAdmin) {
    // Their keys are dropped here; an entry that has keys of an administrator goes on working with those.
    await deps.database.inWorkspace(found.workspaceId, (tx) => forgetUnfinished(tx, found.portalId))
    throw notAdministrator(me.name, started.row.origin)
  }
  const region = await allowedRegion(deps, issued).catch(async (error: unknown) => {
    if (error instanceof HubError && error.code === 'portal/other-region')
      await deps.database.inWorkspace(found.workspaceId, (tx) => forgetUnfinished(tx, found.portalId))
    throw error
  })
  const startedBy = (await deps.users([started.userId as UserId])).get(started.userId as UserId)
  const actor = { userId: started.userId, name: startedBy?.name ?? null }
  const isDuplicate = await deps.database.inWorkspace(found.workspaceId, async (tx) => {
    // Its cards are linked to our conversations: under this entry another portal would be written into by mistake.
    if (started.row.memberId !== null && started.row.memberId !== issued.memberId)
      throw new HubError('portal/other-portal')
    const same = await portalByMember(tx, issued.memberId)
    if (same !== undefined && same.id !== found.portalId) {
      await forgetUnfinished(tx, found.portalId)
      return true
    }
    await writeTokens(tx, deps.sealer, found.portalId, { ...app, ...issued })
    await saveRegion(tx, found.portalId, region)
    // A new installation has a new application token; the next event at the portal's own address brings it.
    if (started.row.state === 'uninstalled') await saveApplicationToken(tx, found.portalId, null)
    await changePortalState(tx, found.portalId, 'connected', undefined)
    const integrations = await loadIntegrations(tx)
    const waiting = integrations.find((one) => one.portalId === null)
    await insertAudit(tx, {
      id: newId(),
      actorUserId: actor.userId,
      actorName: actor.name,
      action: 'portal-connected',
      subject: started.row.origin,
    })
    if (waiting !== undefined && !integrations.some((one) => one.portalId === found.portalId))
      await takePortal(tx, actor, waiting, started.row)
    return false
  })
  // Thrown now, so that the needless entry is gone.
  if (isDuplicate) throw new HubError('request/duplicate')
  return found
}

/** The refusal of an employee without the right that all our work in a portal needs, by name (CHAT-03). */
export function notAdministrator(employee: string, origin: string): HubError {
  const { host } = new URL(origin)
  return new HubError('portal/not-admin', {
    publicText: text(
      `У сотрудника «${employee}» нет права «Администратор» на портале ${host}`,
      `The employee “${employee}” does not have the “Administrator” right on the portal ${host}`,
    ),
  })
}

/** Takes away an entry that no consent ever finished. One that was connected before stays, whatever its state. */
async function forgetUnfinished(tx: Tx, portalId: PortalId): Promise<void> {
  const row = await loadPortal(tx, portalId, 'lock')
  if (row === undefined || row.tokens !== null || row.memberId !== null) return
  await forgetPortal(tx, portalId)
}

/**
 * The auth server as the portal named it: a host without a scheme. It speaks as the portal does: https, and plain http only
 * beside a portal on plain http, which is the sandbox.
 */
function authServer(named: string | undefined, origin: string): string | undefined {
  return named !== undefined && !named.includes('://') && origin.startsWith('http:')
    ? `http://${named}`
    : named
}

async function newAuthorisation(
  tx: Tx,
  portalId: PortalId,
  origin: string,
  clientId: string,
  actor: Actor,
): Promise<string> {
  const state = randomBytes(24).toString('base64url')
  await insertAuthorisation(tx, { stateHash: hashState(state), portalId, userId: actor.userId })
  return authorizeUrl(origin, clientId, state)
}

function chosenApp(deps: ConnectDeps, request: { clientId?: string; clientSecret?: string }) {
  const { clientId, clientSecret } = request
  if (clientId && clientSecret) return { clientId, clientSecret }
  if (deps.app !== undefined && !clientId && !clientSecret) return deps.app
  throw new HubError('request/invalid', {
    fields: [
      {
        pointer: clientId ? '/clientSecret' : '/clientId',
        code: 'required',
        text: text(
          'Укажите код и ключ локального приложения портала',
          'Give the id and the key of a local application of the portal',
        ),
      },
    ],
  })
}

async function present(tx: Tx, portalId: PortalId): Promise<PortalRow> {
  const row = await loadPortal(tx, portalId)
  if (row === undefined) throw new HubError('request/not-found')
  return row
}

function hashState(state: string): Buffer {
  return createHash('sha256').update(state).digest()
}

function atDomain(error: HubError): HubError {
  return new HubError(error.code as ErrorCode, {
    cause: error,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    fields: [{ pointer: '/domain', code: error.code, text: error.publicText }],
  })
}
