import type { SendOutcome } from '@trunkline/contracts/channel/outbound-message'
import type { ErrorEntry } from '@trunkline/contracts/errors'
import { text } from '@trunkline/contracts/locale'

/** Everything that can go wrong on the way to the company's own application. */
export const clientApiErrors = {
  'client-api/secret-missing': {
    kind: 'auth',
    status: 409,
    title: text('У канала нет секрета подписи', 'The channel has no signing secret'),
    action: text(
      'Сохраните канал ещё раз: сервер создаст секрет.',
      'Save the channel again: the server makes a secret.',
    ),
  },
  'client-api/endpoint-gone': {
    kind: 'auth',
    status: 409,
    title: text(
      'Приложение больше не принимает сообщения (410)',
      'The application takes no more messages (410)',
    ),
    action: text('Укажите новый адрес для ответов.', 'Enter a new address for answers.'),
  },
  'client-api/endpoint-wrong': {
    kind: 'retryable',
    status: 502,
    title: text('Адрес для ответов не принимает вебхуки', 'The address for answers takes no webhooks'),
    action: text(
      'Проверьте адрес и то, что приложение проверяет подпись нашим секретом.',
      'Check the address, and that the application verifies the signature with our secret.',
    ),
  },
  'client-api/redirected': {
    kind: 'retryable',
    status: 502,
    title: text('Адрес для ответов перенаправляет', 'The address for answers redirects'),
    action: text(
      'Укажите конечный адрес: перенаправления не выполняются.',
      'Enter the final address: redirects are not followed.',
    ),
  },
  'client-api/refused': {
    kind: 'permanent',
    status: 422,
    title: text('Приложение не приняло сообщение', 'The application refused the message'),
    action: text(
      'Посмотрите, почему приложение отвечает ошибкой 4xx.',
      'See why the application answers 4xx.',
    ),
  },
  'client-api/slow-down': {
    kind: 'rate-limit',
    status: 429,
    title: text('Приложение просит подождать', 'The application asks to wait'),
    action: text('Ничего делать не нужно.', 'Nothing to do.'),
  },
  'client-api/server-error': {
    kind: 'retryable',
    status: 502,
    title: text('В приложении ошибка', 'The application failed'),
    action: text('Проверьте сервер приложения.', 'Check the server of the application.'),
  },
  'client-api/unreachable': {
    kind: 'retryable',
    status: 502,
    title: text('Приложение недоступно', 'The application cannot be reached'),
    action: text(
      'Проверьте, что адрес для ответов открывается.',
      'Check that the address for answers opens.',
    ),
  },
  'client-api/no-answer': {
    kind: 'retryable',
    status: 504,
    title: text('Приложение не ответило вовремя', 'The application did not answer in time'),
    action: text(
      'Отвечайте 2xx сразу, обрабатывайте потом.',
      'Answer 2xx at once and do the work afterwards.',
    ),
  },
} as const satisfies Record<string, ErrorEntry>

/**
 * How an answer other than 2xx ends. Only words about this very message reject it; what speaks of the address
 * keeps the message waiting until a person has mended the address.
 * Source: Standard Webhooks 1.0, "Operational considerations", read 2026-11.
 */
export function outcomeOfStatus(status: number, waitMs: number | undefined): SendOutcome {
  if (status === 410) {
    return { status: 'rejected', errorClass: 'auth', code: 'client-api/endpoint-gone' }
  }
  if (status === 400 || status === 413 || status === 415 || status === 422) {
    const detail = `HTTP ${status}`
    return { status: 'rejected', errorClass: 'content-refused', code: 'client-api/refused', detail }
  }
  if (status === 429) {
    return { status: 'retry', afterMs: waitMs ?? 15_000, scope: 'account', code: 'client-api/slow-down' }
  }
  if (status >= 500) {
    // A gateway without its application, or a wish to wait, concerns every message; a plain 500 may be this one's.
    const isWhole = waitMs !== undefined || [502, 503, 504].includes(status)
    const scope = isWhole ? 'account' : 'talk'
    return { status: 'retry', afterMs: waitMs ?? 5000, scope, code: 'client-api/server-error' }
  }
  const code = status >= 300 && status < 400 ? 'client-api/redirected' : 'client-api/endpoint-wrong'
  return { status: 'retry', afterMs: waitMs ?? 60_000, scope: 'account', code }
}
