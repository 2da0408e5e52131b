import { HubError } from '@trunkline/contracts/errors'
import type { ConversationId, WorkspaceId } from '@trunkline/contracts/ids'
import type { Sealer } from '../../seal.ts'
import { loadChannel } from '../../store/channels.ts'
import { loadConversation } from '../../store/conversations.ts'
import type { Database } from '../../store/database.ts'
import { adapterOf, callContext, type Outside, openChannel } from '../channel-account.ts'
import { announceTyping } from '../talk-view.ts'

const CALL_TIMEOUT_MS = 5_000

/**
 * Lets the customer see that somebody is writing, where the channel can show it. Best effort: a network that refuses
 * costs nobody anything.
 * @throws HubError `request/not-found`.
 */
export async function showTyping(
  deps: { readonly database: Database; readonly sealer: Sealer; readonly outside: Outside },
  workspaceId: WorkspaceId,
  id: ConversationId,
): Promise<void> {
  const found = await deps.database.inWorkspace(workspaceId, async (tx) => {
    const conversation = await loadConversation(tx, id)
    if (conversation === undefined) throw new HubError('request/not-found')
    const channel = await loadChannel(tx, conversation.channelId)
    if (channel === undefined || channel.state === 'off' || conversation.status === 'closed') return undefined
    const adapter = adapterOf(channel.type)
    if (!adapter.can.typing.operator) return undefined
    // Channels inside our own server hear it on the stream of the talk.
    if (adapter.typing === undefined) {
      await announceTyping(tx, channel.id, conversation.talk)
      return undefined
    }
    return { channel, talk: conversation.talk }
  })
  if (found === undefined) return
  const opened = openChannel(deps.sealer, found.channel)
  const call = callContext(
    deps.outside,
    opened,
    { workspaceId, publicKey: found.channel.publicKey },
    AbortSignal.timeout(CALL_TIMEOUT_MS),
  )
  await opened.adapter.typing?.(found.talk, call as never).catch(() => undefined)
}
