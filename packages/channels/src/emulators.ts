import type { ChannelType } from '@trunkline/contracts/ids'
import { startClientApiEmulator } from './client-api/emulator.ts'
import type { StartEmulator } from './kit/emulator.ts'
import { startSiteWidgetEmulator } from './site-widget/emulator.ts'
import { startTelegramEmulator } from './telegram/emulator.ts'

const starters: Readonly<Record<string, StartEmulator>> = {
  'site-widget': startSiteWidgetEmulator,
  telegram: startTelegramEmulator,
  'client-api': startClientApiEmulator,
}

/**
 * The pretend network of every channel type, for tests and the sandbox; the registry's test compares the two lists.
 */
export const emulators: ReadonlyMap<ChannelType, StartEmulator> = new Map(
  Object.entries(starters).map(([type, start]) => [type as ChannelType, start]),
)
