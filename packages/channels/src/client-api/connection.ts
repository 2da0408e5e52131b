import { randomUUID } from 'node:crypto'
import type { ConnectResult } from '../kit/channel-adapter.ts'
import { type ClientApiContext, postWebhook } from './client.ts'
import { clientApiReasons, unexpectedAnswer } from './texts.ts'

/**
 * Asks the application's address whether anybody is there, by a signed `channel.check`. Serves connecting and checking
 * alike: there is nothing to register, and nothing to take away afterwards.
 */
export async function check(context: ClientApiContext): Promise<ConnectResult> {
  const { webhookUrl, signingSecret } = context.settings
  if (!webhookUrl) return { state: 'connected' }
  if (!signingSecret) {
    return { state: 'needs-attention', reason: clientApiReasons.secretMissing, action: 'edit' }
  }
  const timestamp = new Date().toISOString()
  const answer = await postWebhook(context, randomUUID(), { type: 'channel.check', timestamp, data: {} })
  if (answer.kind !== 'answered') {
    return { state: 'unstable', reason: clientApiReasons.unreachable, action: 'check' }
  }
  if (answer.status >= 200 && answer.status < 300) return { state: 'connected' }
  if (answer.status === 410)
    return { state: 'needs-attention', reason: clientApiReasons.gone, action: 'edit' }
  const reason = unexpectedAnswer(answer.status)
  return answer.status === 429 || answer.status >= 500
    ? { state: 'unstable', reason, action: 'check' }
    : { state: 'needs-attention', reason, action: 'edit' }
}
