import { HubError } from '@trunkline/contracts/errors'
import type { Json } from '@trunkline/contracts/json'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { callTelegram, fileUrl, type TelegramContext } from './client.ts'
import { codeOfRefusal, type TelegramErrorCode, telegramErrors } from './errors.ts'
import { FilePath } from './wire.ts'

/** What `inbound.ts` keeps of a file: its id, which stays valid. */
const Reference = Type.Object({ fileId: Type.String() })

// 20 MB at 0.2 MB a second.
const DOWNLOAD_TIMEOUT_MS = 100_000

/**
 * Opens a file that a person sent. The link lives an hour, so it is asked for anew each time.
 * @throws HubError `telegram/file-too-large` (over 20 MB), `telegram/file-lost`, `telegram/token-refused`;
 *   retryable `telegram/unreachable`, `telegram/server-error`, `telegram/too-many-requests`
 */
export async function fetchMedia(
  reference: Json,
  context: TelegramContext,
): Promise<{ stream: ReadableStream<Uint8Array>; name?: string; sizeBytes?: number }> {
  if (!Value.Check(Reference, reference)) throw failure('telegram/file-lost')
  const call = await callTelegram(context, 'getFile', { file_id: reference.fileId })
  if (call.kind === 'refused') {
    const code = codeOfRefusal(call)
    const wait = call.retryAfterSeconds
    throw failure(code === 'telegram/refused' ? 'telegram/file-lost' : code, wait)
  }
  if (call.kind !== 'done')
    throw failure(call.kind === 'not-telegram' ? 'telegram/not-telegram' : 'telegram/unreachable')
  const url = Value.Check(FilePath, call.result) ? fileUrl(context, call.result.file_path) : undefined
  if (url === undefined) throw failure('telegram/file-lost')
  return open(url, context)
}

async function open(
  url: string,
  context: TelegramContext,
): Promise<{ stream: ReadableStream<Uint8Array>; name?: string; sizeBytes?: number }> {
  let response: Response
  try {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)])
    response = await context.fetch(url, { redirect: 'manual', signal })
  } catch {
    // The cause quotes the address, and the address holds the token.
    throw failure('telegram/unreachable')
  }
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel()
    throw failure(response.status >= 500 ? 'telegram/server-error' : 'telegram/file-lost')
  }
  const length = Number(response.headers.get('content-length') ?? Number.NaN)
  const name = decodeURIComponent(url.slice(url.lastIndexOf('/') + 1))
  return { stream: response.body, name, ...(Number.isNaN(length) ? {} : { sizeBytes: length }) }
}

function failure(code: TelegramErrorCode, retryAfterSeconds?: number): HubError {
  return new HubError(code, {
    entry: telegramErrors[code],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1000 }),
  })
}
