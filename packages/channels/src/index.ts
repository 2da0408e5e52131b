/**
 * Doors to people: one folder per network, all behind one contract (`kit/channel-adapter.ts`).
 * Nothing here decides anything about conversations, stores anything or reads the environment.
 */
export type { ClientApiHook } from './client-api/wire.ts'
export type {
  Account,
  AnyAdapter,
  CallContext,
  CanConnect,
  CanFetchMedia,
  CanType,
  ChannelAdapter,
  ConnectResult,
  HookEntry,
  HookReply,
  HookSecrets,
  RawHook,
} from './kit/channel-adapter.ts'
export { channelManifest } from './kit/manifest.ts'
export { channelAdapters, channelErrors } from './registry.ts'
export type { SiteWidgetSettings } from './site-widget/settings.ts'
export type { WidgetHook } from './site-widget/wire.ts'
