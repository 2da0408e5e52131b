import { Webhook } from 'standardwebhooks'
import type { CallContext } from '../kit/channel-adapter.ts'
import { callHttp, type HttpResult } from '../kit/http.ts'
import type { ClientApiSettings } from './settings.ts'
import type { WebhookBody } from './wire.ts'

export type ClientApiContext = CallContext<ClientApiSettings>

// Source: Standard Webhooks 1.0, "Operational considerations" (15 to 30 s), read 2026-11.
const TIMEOUT_MS = 15_000

/**
 * Posts one signed webhook. Never throws.
 * @param id stable over repeats: the receiver knows by it what it has already seen
 */
export function postWebhook(context: ClientApiContext, id: string, body: WebhookBody): Promise<HttpResult> {
  const { webhookUrl, signingSecret } = context.settings
  const payload = JSON.stringify(body)
  const now = new Date()
  return callHttp(context.fetch, {
    method: 'POST',
    url: webhookUrl,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Trunkline-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(signingSecret).sign(id, now, payload),
    },
    body: payload,
    timeoutMs: TIMEOUT_MS,
    signal: context.signal,
  })
}
