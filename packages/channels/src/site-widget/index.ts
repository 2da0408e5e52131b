import type { ChannelType } from '@trunkline/contracts/ids'
import type { ChannelAdapter } from '../kit/channel-adapter.ts'
import { verifyDoor } from '../kit/door.ts'
import { siteWidgetCapabilities } from './capabilities.ts'
import { siteWidgetErrors } from './errors.ts'
import { siteWidgetIcon } from './icon.ts'
import { parse, split } from './inbound.ts'
import { SiteWidgetSettings } from './settings.ts'
import { siteWidgetTexts } from './texts.ts'

/** The chat on a company's site, served by our own server. */
export const siteWidget: ChannelAdapter<typeof SiteWidgetSettings> = {
  type: 'site-widget' as ChannelType,
  ...siteWidgetTexts,
  icon: siteWidgetIcon,
  settings: SiteWidgetSettings,
  can: siteWidgetCapabilities,
  errors: siteWidgetErrors,
  verify: (hook, _settings, { hookSecret }) => verifyDoor(hook, hookSecret),
  reply: () => ({ status: 204 }),
  split,
  parse,
  // Storing the message is its delivery: the widget reads it from the database. Marks tell the rest.
  send: async (message) => ({ status: 'sent', externalIds: [message.id] }),
}
