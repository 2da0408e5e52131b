import type { SendOutcome } from '@trunkline/contracts/channel/outbound-message'
import type { ErrorEntry } from '@trunkline/contracts/errors'
import { text } from '@trunkline/contracts/locale'

/** Everything that can go wrong with a bot. */
export const telegramErrors = {
  'telegram/token-refused': {
    kind: 'auth',
    status: 409,
    title: text('Telegram не принял токен бота', 'Telegram refused the bot token'),
    action: text(
      'Возьмите новый токен у @BotFather и вставьте его в настройки канала.',
      'Take a new token from @BotFather and paste it into the channel settings.',
    ),
  },
  'telegram/not-telegram': {
    kind: 'auth',
    status: 502,
    title: text(
      'По адресу Bot API отвечает не Telegram',
      'Something other than Telegram answers at the Bot API address',
    ),
    action: text(
      'Проверьте адрес Bot API в настройках канала.',
      'Check the Bot API address in the channel settings.',
    ),
  },
  'telegram/blocked-by-user': {
    kind: 'permanent',
    status: 422,
    title: text('Клиент заблокировал бота', 'The customer blocked the bot'),
    action: text(
      'Свяжитесь с клиентом другим способом: пока он не разблокирует бота, писать нельзя.',
      'Reach the customer some other way: until they unblock the bot it cannot write.',
    ),
  },
  'telegram/user-deactivated': {
    kind: 'permanent',
    status: 422,
    title: text('Аккаунт клиента удалён', 'The account of the customer was deleted'),
    action: text('Свяжитесь с клиентом другим способом.', 'Reach the customer some other way.'),
  },
  'telegram/chat-not-found': {
    kind: 'permanent',
    status: 422,
    title: text('Клиент ещё не писал этому боту', 'The customer has never written to this bot'),
    action: text(
      'Попросите клиента открыть бота и нажать «Старт».',
      'Ask the customer to open the bot and press Start.',
    ),
  },
  'telegram/forbidden': {
    kind: 'permanent',
    status: 422,
    title: text('Telegram не разрешает боту писать в этот чат', 'Telegram does not let the bot write here'),
    action: text('Попросите клиента написать боту снова.', 'Ask the customer to write to the bot again.'),
  },
  'telegram/refused': {
    kind: 'permanent',
    status: 422,
    title: text('Telegram не принял сообщение', 'Telegram refused the message'),
    action: text(
      'Измените сообщение или файл и отправьте снова.',
      'Change the message or the file and send again.',
    ),
  },
  'telegram/file-too-large': {
    kind: 'permanent',
    status: 413,
    title: text('Файл слишком большой для Telegram', 'The file is too large for Telegram'),
    action: text(
      'Боту можно отправить до 50 МБ и получить до 20 МБ; большой файл пришлите ссылкой.',
      'A bot sends up to 50 MB and receives up to 20 MB; send a large file as a link.',
    ),
  },
  'telegram/file-lost': {
    kind: 'permanent',
    status: 410,
    title: text('Telegram больше не отдаёт этот файл', 'Telegram no longer gives this file'),
    action: text('Попросите клиента прислать файл ещё раз.', 'Ask the customer to send the file again.'),
  },
  'telegram/too-many-requests': {
    kind: 'rate-limit',
    status: 429,
    title: text('Telegram просит подождать', 'Telegram asks to wait'),
    action: text(
      'Ничего делать не нужно: отправка продолжится сама.',
      'Nothing to do: sending goes on by itself.',
    ),
  },
  'telegram/taken-away': {
    kind: 'auth',
    status: 409,
    title: text('Бота использует другая система', 'Another system uses the bot'),
    action: text(
      'Отключите бота в другой системе и подключите канал заново.',
      'Disconnect the bot in the other system and connect the channel again.',
    ),
  },
  'telegram/server-error': {
    kind: 'retryable',
    status: 502,
    title: text('У Telegram неполадки', 'Telegram is having trouble'),
    action: text('Ничего делать не нужно: отправка повторится.', 'Nothing to do: it will be sent again.'),
  },
  'telegram/unreachable': {
    kind: 'retryable',
    status: 502,
    title: text('Telegram недоступен с сервера', 'Telegram cannot be reached from the server'),
    action: text(
      'Проверьте сеть сервера; если Telegram закрыт, укажите адрес обратного прокси в настройках канала.',
      'Check the network of the server; if Telegram is blocked, enter a reverse proxy in the channel settings.',
    ),
  },
  'telegram/file-unavailable': {
    kind: 'retryable',
    status: 503,
    title: text('Файл не удалось открыть для отправки', 'The file could not be opened for sending'),
    action: text('Ничего делать не нужно: отправка повторится.', 'Nothing to do: it will be sent again.'),
  },
  'telegram/no-answer': {
    kind: 'retryable',
    status: 504,
    title: text(
      'Ответ Telegram потерян: сообщение могло уйти',
      'The answer of Telegram was lost: it may have been sent',
    ),
    action: text(
      'Проверьте чат в Telegram; если сообщения там нет, отправьте его снова.',
      'Look into the chat in Telegram; if it is not there, send it again.',
    ),
  },
  'telegram/partly-sent': {
    kind: 'permanent',
    status: 502,
    title: text('Отправлена только часть сообщения', 'Only a part of the message was sent'),
    action: text(
      'Проверьте чат в Telegram и досылайте то, чего там нет.',
      'Look into the chat in Telegram and send what is missing.',
    ),
  },
} as const satisfies Record<string, ErrorEntry>

export type TelegramErrorCode = keyof typeof telegramErrors

/** A refusal in Telegram's words. `description` has been freed of the token. */
export interface Refusal {
  readonly errorCode: number
  readonly description: string
  readonly retryAfterSeconds?: number
}

/** Refusals by what the description holds; the first that fits. Source: tdlib/telegram-bot-api `Client.cpp`, read 2026-11. */
const BY_DESCRIPTION: readonly { errorCode: number; holds: RegExp; code: TelegramErrorCode }[] = [
  { errorCode: 403, holds: /blocked by the user/i, code: 'telegram/blocked-by-user' },
  { errorCode: 403, holds: /user is deactivated/i, code: 'telegram/user-deactivated' },
  {
    errorCode: 400,
    holds: /chat not found|PEER_ID_INVALID|user not found/i,
    code: 'telegram/chat-not-found',
  },
  { errorCode: 400, holds: /file is too big|file is too large/i, code: 'telegram/file-too-large' },
]

/** Our code for a refusal. Total: what is not in the table is told by its number. */
export function codeOfRefusal({ errorCode, description }: Refusal): TelegramErrorCode {
  const known = BY_DESCRIPTION.find((row) => row.errorCode === errorCode && row.holds.test(description))
  if (known) return known.code
  if (errorCode === 401 || errorCode === 404) return 'telegram/token-refused'
  if (errorCode === 403) return 'telegram/forbidden'
  if (errorCode === 409) return 'telegram/taken-away'
  if (errorCode === 413) return 'telegram/file-too-large'
  if (errorCode === 429) return 'telegram/too-many-requests'
  return errorCode >= 500 ? 'telegram/server-error' : 'telegram/refused'
}

/** How a refused send ends: surely not sent in every case. */
export function outcomeOfRefusal(refusal: Refusal): Extract<SendOutcome, { status: 'retry' | 'rejected' }> {
  const code = codeOfRefusal(refusal)
  switch (code) {
    case 'telegram/too-many-requests':
      // The answer does not say whether the chat or the whole bot was meant; only the bot is surely enough.
      return { status: 'retry', afterMs: (refusal.retryAfterSeconds ?? 5) * 1000, scope: 'account', code }
    case 'telegram/server-error':
      return { status: 'retry', afterMs: 5000, scope: 'talk', code }
    case 'telegram/token-refused':
    case 'telegram/taken-away':
      return { status: 'rejected', errorClass: 'auth', code, detail: refusal.description }
    case 'telegram/blocked-by-user':
    case 'telegram/user-deactivated':
    case 'telegram/chat-not-found':
    case 'telegram/forbidden':
      return { status: 'rejected', errorClass: 'recipient-unreachable', code, detail: refusal.description }
    default:
      return { status: 'rejected', errorClass: 'content-refused', code, detail: refusal.description }
  }
}
