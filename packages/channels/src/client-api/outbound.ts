import { randomUUID } from 'node:crypto'
import type { OutboundMessage, SendOutcome } from '@trunkline/contracts/channel/outbound-message'
import { retryAfterMs } from '../kit/http.ts'
import { type ClientApiContext, postWebhook } from './client.ts'
import { outcomeOfStatus } from './errors.ts'
import type { WebhookBody } from './wire.ts'

/**
 * Posts an operator's message to the application, under our own message id.
 *
 * A lost answer is `retry` here and never `uncertain`: `webhook-id` and the body are the same in every repeat, and
 * Standard Webhooks makes the receiver drop an id that it has seen. So a repeat cannot show the message twice, while
 * not repeating could lose it.
 */
export async function send(message: OutboundMessage, context: ClientApiContext): Promise<SendOutcome> {
  const sent: SendOutcome = { status: 'sent', externalIds: [message.id] }
  // Without an address the application fetches `GET /api/v1/conversations/{id}/messages`: stored is delivered.
  if (!context.settings.webhookUrl) return sent
  if (!context.settings.signingSecret) {
    return { status: 'rejected', errorClass: 'auth', code: 'client-api/secret-missing' }
  }
  const answer = await postWebhook(context, message.id, bodyOf(message))
  switch (answer.kind) {
    case 'answered':
      if (answer.status >= 200 && answer.status < 300) return sent
      return outcomeOfStatus(answer.status, retryAfterMs(answer.headers, Date.now()))
    case 'not-sent':
      return { status: 'retry', afterMs: 15_000, scope: 'account', code: 'client-api/unreachable' }
    case 'lost':
      return { status: 'retry', afterMs: 15_000, scope: 'talk', code: 'client-api/no-answer' }
  }
}

/** Tells the application that an operator is typing; nobody minds if it is lost. */
export async function typing(talk: string, context: ClientApiContext): Promise<void> {
  const { webhookUrl, signingSecret } = context.settings
  if (!webhookUrl || !signingSecret) return
  const timestamp = new Date().toISOString()
  await postWebhook(context, randomUUID(), {
    type: 'typing.started',
    timestamp,
    data: { conversation: talk },
  })
}

/** Depends on the message alone, so that every repeat has the same bytes. */
function bodyOf(message: OutboundMessage): WebhookBody {
  return {
    type: 'message.created',
    timestamp: message.createdAt,
    data: {
      id: message.id,
      conversation: message.talk,
      sequence: message.sequence,
      text: message.text,
      author_name: message.authorName ?? null,
      reply_to: message.replyToExternalId ?? null,
      attachments: message.attachments.map(({ id, name, mime, sizeBytes }) => ({
        id,
        name,
        mime,
        size_bytes: sizeBytes,
      })),
      created_at: message.createdAt,
    },
  }
}
