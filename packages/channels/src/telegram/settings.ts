import { text } from '@trunkline/contracts/locale'
import { field } from '@trunkline/contracts/settings/field'
import { type Static, Type } from 'typebox'

/** One connected bot. */
export const TelegramSettings = Type.Object(
  {
    botToken: Type.String(
      field({
        // Source: core.telegram.org/bots/features#botfather, read 2026-11: `<bot id>:<about 35 characters>`.
        pattern: '^[0-9]{5,20}:[A-Za-z0-9_-]{30,64}$',
        maxLength: 90,
        control: 'secret',
        secret: true,
        reconnect: true,
        label: text('Токен бота', 'Bot token'),
        hint: text(
          'Его выдаёт @BotFather в ответ на /newbot или /token. Один бот работает только в одной системе.',
          '@BotFather gives it in answer to /newbot or /token. One bot works in one system only.',
        ),
      }),
    ),
    apiRoot: Type.String(
      field({
        default: 'https://api.telegram.org',
        pattern: '^https?://[^\\s/?#]+(/[^\\s?#]*)?$',
        maxLength: 300,
        control: 'url',
        reconnect: true,
        label: text('Адрес Bot API', 'Bot API address'),
        hint: text(
          'Меняют, если Telegram доступен через обратный прокси или свой сервер Bot API.',
          'Change it if Telegram is reached through a reverse proxy or your own Bot API server.',
        ),
        group: 'advanced',
      }),
    ),
  },
  { additionalProperties: false },
)
export type TelegramSettings = Static<typeof TelegramSettings>
