import type { ChannelType } from '@trunkline/contracts/ids'
import type { CanConnect, CanFetchMedia, CanType, ChannelAdapter } from '../kit/channel-adapter.ts'
import { telegramCapabilities } from './capabilities.ts'
import { check, connect, disconnect, identify } from './connection.ts'
import { telegramErrors } from './errors.ts'
import { telegramIcon } from './icon.ts'
import { parse, split, verify } from './inbound.ts'
import { fetchMedia } from './media.ts'
import { send, typing } from './outbound.ts'
import { TelegramSettings } from './settings.ts'
import { telegramTexts } from './texts.ts'

type Settings = typeof TelegramSettings

/** A Telegram bot, by the Bot API. */
export const telegram: ChannelAdapter<Settings> &
  CanConnect<Settings> &
  CanFetchMedia<Settings> &
  CanType<Settings> = {
  type: 'telegram' as ChannelType,
  ...telegramTexts,
  icon: telegramIcon,
  settings: TelegramSettings,
  can: telegramCapabilities,
  errors: telegramErrors,
  verify: (hook, _settings, secrets) => verify(hook, secrets),
  reply: () => ({ status: 200 }),
  split,
  parse,
  send,
  identify,
  connect,
  check,
  disconnect,
  fetchMedia,
  typing,
}
