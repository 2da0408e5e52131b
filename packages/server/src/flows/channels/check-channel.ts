import type { ConnectResult } from '@trunkline/channels/kit/channel-adapter'
import { HubError } from '@trunkline/contracts/errors'
import type { ChannelId, WorkspaceId } from '@trunkline/contracts/ids'
import { text } from '@trunkline/contracts/locale'
import type { Sealer } from '../../seal.ts'
import {
  type ChannelRow,
  channelsToCheck,
  loadChannel,
  pauseChannel,
  saveChannelState,
  takeAccount,
} from '../../store/channels.ts'
import type { Database } from '../../store/database.ts'
import { putLanes } from '../../store/mailbox.ts'
import { conversationsWithQueue } from '../../store/messages.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { callContext, type Outside, openChannel } from '../channel-account.ts'
import { OUTBOUND_LANE } from '../queue-outbound.ts'

export interface ChannelDeps {
  readonly database: Database
  readonly sealer: Sealer
  readonly outside: Outside
}

const CALL_TIMEOUT_MS = 20_000

/**
 * Attaches the account: it becomes this channel's, the network's webhook is set to us, and the channel takes its named
 * state. An account of another channel stays turned to that one.
 */
export function connectChannel(
  deps: ChannelDeps,
  workspaceId: WorkspaceId,
  id: ChannelId,
): Promise<ChannelRow> {
  return callAdapter(deps, workspaceId, id, async ({ adapter }, call) => {
    const account = await adapter.identify?.(call as never)
    if (account !== undefined) {
      if ('state' in account) return account
      if (!(await deps.database.inWorkspace(workspaceId, (tx) => takeAccount(tx, id, account)))) return TAKEN
    }
    return adapter.connect === undefined ? { state: 'connected' } : adapter.connect(call as never)
  })
}

/** Asks the network whether the channel really works. Off channels stay off. */
export async function checkChannel(
  deps: ChannelDeps,
  workspaceId: WorkspaceId,
  id: ChannelId,
): Promise<ChannelRow> {
  return callAdapter(deps, workspaceId, id, async (opened, call, row) => {
    if (row.state === 'off') return { state: 'off' }
    return opened.adapter.check === undefined ? { state: 'connected' } : opened.adapter.check(call as never)
  })
}

/** Asks about every channel of the server that is not switched off, one after another. */
export async function checkChannels(deps: ChannelDeps): Promise<void> {
  for (const { workspaceId, channelId } of await channelsToCheck(deps.database))
    await checkChannel(deps, workspaceId, channelId)
}

/** Detaches the account. History and what was passed stay; what waits to be sent fails visibly. */
export function disconnectChannel(
  deps: ChannelDeps,
  workspaceId: WorkspaceId,
  id: ChannelId,
): Promise<ChannelRow> {
  return callAdapter(deps, workspaceId, id, async (opened, call) => {
    await opened.adapter.disconnect?.(call as never)
    return { state: 'off' }
  })
}

async function callAdapter(
  deps: ChannelDeps,
  workspaceId: WorkspaceId,
  id: ChannelId,
  ask: (
    opened: ReturnType<typeof openChannel>,
    call: ReturnType<typeof callContext>,
    row: ChannelRow,
  ) => Promise<ConnectResult>,
): Promise<ChannelRow> {
  const row = await deps.database.inWorkspace(workspaceId, (tx) => loadChannel(tx, id))
  if (row === undefined) throw new HubError('request/not-found')
  const opened = openChannel(deps.sealer, row)
  const call = callContext(
    deps.outside,
    opened,
    { workspaceId, publicKey: row.publicKey },
    AbortSignal.timeout(CALL_TIMEOUT_MS),
  )
  const result = await ask(opened, call, row).catch((error: unknown): ConnectResult => troubled(error))
  await saveResult(deps, workspaceId, id, result)
  return (await deps.database.inWorkspace(workspaceId, (tx) => loadChannel(tx, id)))!
}

const TAKEN: ConnectResult = {
  state: 'needs-attention',
  action: 'edit',
  reason: text(
    'Этот аккаунт уже подключён в другом канале',
    'This account is connected in another channel already',
  ),
}

async function saveResult(
  deps: ChannelDeps,
  workspaceId: WorkspaceId,
  id: ChannelId,
  result: ConnectResult,
): Promise<void> {
  await deps.database.inWorkspace(workspaceId, async (tx) => {
    await saveChannelState(tx, id, {
      state: result.state,
      ...(result.reason === undefined ? {} : { reason: result.reason }),
      ...(result.action === undefined ? {} : { action: result.action }),
    })
    if (result.state === 'connected') await pauseChannel(tx, id, null)
    // What waited for the channel goes on, or fails visibly when it was switched off.
    const waiting = await conversationsWithQueue(tx, id)
    await putLanes(
      tx,
      waiting.map((conversationId) => ({ lane: OUTBOUND_LANE, key: conversationId })),
    )
    await appendRealtime(tx, 'cabinet', { kind: 'channel', channelId: id })
  })
}

/** The network did not answer, or not as its adapter knows it: unstable, with the reason that may be shown. */
function troubled(error: unknown): ConnectResult {
  if (error instanceof HubError)
    return {
      state: error.kind === 'auth' || error.kind === 'permanent' ? 'needs-attention' : 'unstable',
      reason: error.publicText,
      action: 'check',
    }
  return {
    state: 'unstable',
    reason: text('Сеть не ответила на проверку', 'The network did not answer the check'),
    action: 'check',
  }
}
