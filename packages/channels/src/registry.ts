import type { ErrorEntry } from '@trunkline/contracts/errors'
import type { ChannelType } from '@trunkline/contracts/ids'
import type { AnyAdapter } from './kit/channel-adapter.ts'
import type { StartEmulator } from './kit/emulator.ts'
import { siteWidget } from './site-widget/index.ts'

interface Registration {
  readonly adapter: AnyAdapter
  /** Loaded only where it is played with: production never reads a pretend network. */
  readonly emulator: () => Promise<StartEmulator>
}

/** The only list of channel types: a new one is a folder and a line here. */
const registrations: readonly Registration[] = [
  {
    adapter: siteWidget,
    emulator: async () => (await import('./site-widget/emulator.ts')).startSiteWidgetEmulator,
  },
]

/** Every channel type the hub knows. */
export const channelAdapters: ReadonlyMap<ChannelType, AnyAdapter> = new Map(
  registrations.map(({ adapter }) => [adapter.type, adapter]),
)

/** Loads the starter of a type's pretend network: `await (await emulators.get(type)!())({ … })`. */
export const emulators: ReadonlyMap<ChannelType, () => Promise<StartEmulator>> = new Map(
  registrations.map(({ adapter, emulator }) => [adapter.type, emulator]),
)

/** The error codes of all channels, for the catalogue and for showing a stored code to a person. */
export const channelErrors: Readonly<Record<string, ErrorEntry>> = Object.fromEntries(
  registrations.flatMap(({ adapter }) => Object.entries(adapter.errors)),
)
