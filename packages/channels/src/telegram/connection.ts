import { HubError } from '@trunkline/contracts/errors'
import { Value } from 'typebox/value'
import type { Account, ConnectResult } from '../kit/channel-adapter.ts'
import { type CallOutcome, callTelegram, type TelegramContext } from './client.ts'
import { codeOfRefusal, telegramErrors } from './errors.ts'
import { deliveryFails, refusedByTelegram, telegramReasons } from './texts.ts'
import { ALLOWED_UPDATES, Bot, WebhookInfo } from './wire.ts'

/** A refusal to deliver older than this is history. */
const FRESH_PROBLEM_MS = 15 * 60_000

const NO_PUBLIC_ADDRESS: ConnectResult = { state: 'needs-attention', reason: telegramReasons.noPublicAddress }

/** Who the bot is. */
export async function identify(context: TelegramContext): Promise<Account | ConnectResult> {
  if (context.hookUrl === '') return NO_PUBLIC_ADDRESS
  const call = await callTelegram(context, 'getMe', {})
  if (call.kind !== 'done') return problemOf(call)
  if (!Value.Check(Bot, call.result)) return problemOf({ kind: 'not-telegram', httpStatus: 200 })
  const { id, first_name: title, username } = call.result
  return { externalId: String(id), title, ...(username ? { url: `https://t.me/${username}` } : {}) }
}

/** Points the bot's updates at us. A bot that another system uses is taken over. */
export async function connect(context: TelegramContext): Promise<ConnectResult> {
  if (context.hookUrl === '') return NO_PUBLIC_ADDRESS
  const set = await callTelegram(context, 'setWebhook', {
    url: context.hookUrl,
    secret_token: context.secrets.hookSecret,
    allowed_updates: ALLOWED_UPDATES,
    // What people wrote while nobody listened is still theirs to be answered.
    drop_pending_updates: false,
  })
  return set.kind === 'done' ? { state: 'connected' } : problemOf(set)
}

/** Asks where Telegram delivers, and how that goes. One cheap call. */
export async function check(context: TelegramContext): Promise<ConnectResult> {
  const call = await callTelegram(context, 'getWebhookInfo', {})
  if (call.kind !== 'done') return problemOf(call)
  if (!Value.Check(WebhookInfo, call.result)) return problemOf({ kind: 'not-telegram', httpStatus: 200 })
  const info = call.result
  if (info.url !== context.hookUrl) {
    const reason = info.url === '' ? telegramReasons.detached : telegramReasons.takenAway
    return { state: 'needs-attention', reason, action: 'connect' }
  }
  const problemAtMs = (info.last_error_date ?? 0) * 1000
  if (info.pending_update_count > 0 && Date.now() - problemAtMs < FRESH_PROBLEM_MS) {
    const reason = deliveryFails(info.pending_update_count, info.last_error_message ?? '')
    return { state: 'unstable', reason, action: 'check' }
  }
  return { state: 'connected' }
}

/**
 * Stops the updates, unless they already go to somebody else: their bot is not ours to silence.
 * @throws HubError `telegram/unreachable` when Telegram could not be told
 */
export async function disconnect(context: TelegramContext): Promise<void> {
  const call = await callTelegram(context, 'getWebhookInfo', {})
  const isOurs =
    call.kind === 'done' && Value.Check(WebhookInfo, call.result) && call.result.url === context.hookUrl
  const end = isOurs ? await callTelegram(context, 'deleteWebhook', { drop_pending_updates: false }) : call
  if (end.kind === 'not-sent' || end.kind === 'lost') {
    throw new HubError('telegram/unreachable', { entry: telegramErrors['telegram/unreachable'] })
  }
}

function problemOf(call: Exclude<CallOutcome, { kind: 'done' }>): ConnectResult {
  switch (call.kind) {
    case 'not-sent':
    case 'lost':
      return { state: 'unstable', reason: telegramReasons.unreachable, action: 'check' }
    case 'not-telegram':
      return { state: 'needs-attention', reason: telegramReasons.notTelegram, action: 'edit' }
    case 'refused':
      switch (codeOfRefusal(call)) {
        case 'telegram/token-refused':
          return { state: 'needs-attention', reason: telegramReasons.tokenRefused, action: 'edit' }
        case 'telegram/too-many-requests':
          return { state: 'unstable', reason: telegramReasons.busy, action: 'check' }
        case 'telegram/server-error':
          return { state: 'unstable', reason: telegramReasons.unreachable, action: 'check' }
        default:
          return { state: 'needs-attention', reason: refusedByTelegram(call.description), action: 'connect' }
      }
  }
}
