import { text } from '@trunkline/contracts/locale'
import { field } from '@trunkline/contracts/settings/field'
import { type Static, Type } from 'typebox'

/** One application of the company. */
export const ClientApiSettings = Type.Object(
  {
    webhookUrl: Type.String(
      field({
        default: '',
        pattern: '^(https?://\\S+)?$',
        maxLength: 500,
        control: 'url',
        reconnect: true,
        label: text('Адрес для ответов', 'Address for answers'),
        hint: text(
          'Сюда мы отправляем ответы операторов (https). Оставьте пустым, если приложение само забирает сообщения по API.',
          'Where we post the answers of operators (https). Leave it empty if the application fetches messages by the API itself.',
        ),
        req: ['CC-03'],
      }),
    ),
    signingSecret: Type.String(
      field({
        default: '',
        // 24 to 64 bytes in base64. Source: Standard Webhooks 1.0, "Symmetric", read 2026-11.
        pattern: '^(whsec_[A-Za-z0-9+/]{32,86}={0,2})?$',
        maxLength: 100,
        control: 'secret',
        secret: true,
        label: text('Секрет подписи', 'Signing secret'),
        hint: text(
          'Им подписан каждый наш запрос (Standard Webhooks): whsec_ и от 24 до 64 случайных байт в base64. Без секрета запросы не отправляются.',
          'Signs every request of ours (Standard Webhooks): whsec_ and 24 to 64 random bytes in base64. Without it no requests are sent.',
        ),
        req: ['CC-03'],
      }),
    ),
  },
  { additionalProperties: false },
)
export type ClientApiSettings = Static<typeof ClientApiSettings>
