import type { ErrorEntry } from '@trunkline/contracts/errors'
import type { ChannelType } from '@trunkline/contracts/ids'
import { clientApi } from './client-api/index.ts'
import type { AnyAdapter } from './kit/channel-adapter.ts'
import { siteWidget } from './site-widget/index.ts'
import { telegram } from './telegram/index.ts'

/**
 * The only list of channel types that the product reads: a new one is a folder and a line here. Its pretend network
 * has a line in `emulators.ts`, which production never loads.
 */
const adapters: readonly AnyAdapter[] = [siteWidget, telegram, clientApi]

/** Every channel type the hub knows. */
export const channelAdapters: ReadonlyMap<ChannelType, AnyAdapter> = new Map(
  adapters.map((adapter) => [adapter.type, adapter]),
)

/** The error codes of all channels, for the catalogue and for showing a stored code to a person. */
export const channelErrors: Readonly<Record<string, ErrorEntry>> = Object.fromEntries(
  adapters.flatMap((adapter) => Object.entries(adapter.errors)),
)
