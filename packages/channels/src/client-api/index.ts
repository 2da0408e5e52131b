import type { ChannelType } from '@trunkline/contracts/ids'
import type { CanConnect, CanType, ChannelAdapter } from '../kit/channel-adapter.ts'
import { verifyDoor } from '../kit/door.ts'
import { clientApiCapabilities } from './capabilities.ts'
import { check } from './connection.ts'
import { clientApiErrors } from './errors.ts'
import { clientApiIcon } from './icon.ts'
import { parse, split } from './inbound.ts'
import { send, typing } from './outbound.ts'
import { ClientApiSettings } from './settings.ts'
import { clientApiTexts } from './texts.ts'

type Settings = typeof ClientApiSettings

/** The company's own application, by our open API and webhooks out. */
export const clientApi: ChannelAdapter<Settings> & CanConnect<Settings> & CanType<Settings> = {
  type: 'client-api' as ChannelType,
  ...clientApiTexts,
  icon: clientApiIcon,
  settings: ClientApiSettings,
  can: clientApiCapabilities,
  errors: clientApiErrors,
  verify: (hook, _settings, { hookSecret }) => verifyDoor(hook, hookSecret),
  reply: () => ({ status: 202 }),
  split,
  parse,
  send,
  connect: check,
  check,
  // Nothing was registered anywhere; the keys of the API are the server's to revoke.
  disconnect: async () => undefined,
  typing,
}
