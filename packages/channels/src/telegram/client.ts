import type { Json } from '@trunkline/contracts/json'
import { Value } from 'typebox/value'
import type { CallContext } from '../kit/channel-adapter.ts'
import { callHttp, type HttpCall } from '../kit/http.ts'
import { multipartBody } from '../kit/multipart.ts'
import type { Refusal } from './errors.ts'
import type { TelegramSettings } from './settings.ts'
import { Answer, type Methods, UPLOADS, type UploadField } from './wire.ts'

export type TelegramContext = CallContext<TelegramSettings>

/**
 * How a call ended. `lost` = it left and may have been done; `not-telegram` = somebody else answered at the API root.
 * Nothing in here holds the token, though every address does.
 */
export type CallOutcome =
  | { readonly kind: 'done'; readonly result: unknown }
  | ({ readonly kind: 'refused' } & Refusal)
  | { readonly kind: 'not-telegram'; readonly httpStatus: number }
  | { readonly kind: 'not-sent'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string }

const CALL_TIMEOUT_MS = 30_000
// 50 MB at 0.5 MB a second.
const UPLOAD_TIMEOUT_MS = 120_000

/** Calls a method with JSON parameters. Never throws. */
export function callTelegram<M extends keyof Methods>(
  context: TelegramContext,
  method: M,
  parameters: Methods[M],
): Promise<CallOutcome> {
  return call(context, {
    method: 'POST',
    url: `${apiRoot(context)}/bot${context.settings.botToken}/${method}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
    timeoutMs: CALL_TIMEOUT_MS,
    signal: context.signal,
  })
}

/** Sends one file by the method of its field. Never throws; the file is read while it is sent. */
export function uploadToTelegram(
  context: TelegramContext,
  field: UploadField,
  parameters: Readonly<Record<string, Json>>,
  file: { readonly name: string; readonly mime: string; readonly stream: ReadableStream<Uint8Array> },
): Promise<CallOutcome> {
  const fields = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
  const form = multipartBody(fields, { field, ...file })
  return call(context, {
    method: 'POST',
    url: `${apiRoot(context)}/bot${context.settings.botToken}/${UPLOADS[field]}`,
    headers: { 'content-type': form.contentType },
    body: form.body,
    timeoutMs: UPLOAD_TIMEOUT_MS,
    signal: context.signal,
  })
}

/** Address of a file's bytes; holds the token, so it must not be shown or logged. `undefined` for a path that leads elsewhere. */
export function fileUrl(context: TelegramContext, filePath: string): string | undefined {
  const steps = filePath.split('/')
  // A local Bot API server in `--local` mode answers absolute paths of its own disk: there is nothing to fetch there.
  if (steps.some((step) => step === '' || step === '.' || step === '..')) return undefined
  const path = steps.map(encodeURIComponent).join('/')
  return `${apiRoot(context)}/file/bot${context.settings.botToken}/${path}`
}

async function call(context: TelegramContext, request: HttpCall): Promise<CallOutcome> {
  const answer = await callHttp(context.fetch, request)
  if (answer.kind !== 'answered') return answer
  const { status } = answer
  const json: unknown = answer.json
  if (Value.Check(Answer, json)) {
    if (json.ok) return { kind: 'done', result: json.result }
    const wait = json.parameters?.retry_after
    return {
      kind: 'refused',
      errorCode: json.error_code,
      description: withoutToken(json.description, context.settings.botToken).slice(0, 300),
      ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    }
  }
  // Something between us and the API answered. 503 and 429 say that the request was not passed on; other server
  // errors do not say it, and a success without Telegram's words may hold a message that was sent.
  if (status === 503 || status === 429) {
    return { kind: 'refused', errorCode: status, description: 'answered by a gateway' }
  }
  if (status >= 500 || status < 300) return { kind: 'lost', reason: `HTTP ${status}` }
  return { kind: 'not-telegram', httpStatus: status }
}

function apiRoot(context: TelegramContext): string {
  return context.settings.apiRoot.replace(/\/+$/, '')
}

/** A proxy may echo the address that it could not serve, and the address holds the token. */
function withoutToken(text: string, token: string): string {
  return text.replaceAll(token, '…').replaceAll(encodeURIComponent(token), '…')
}
