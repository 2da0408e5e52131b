/**
 * Doors to people: one folder per network, all behind one contract (`kit/channel-adapter.ts`), listed in `registry.ts`.
 * Nothing here decides anything about conversations, stores anything or reads the environment.
 *
 * These are the words in which our own HTTP doors hand calls on to the channels that live behind them.
 */
export type { ClientApiHook } from './client-api/wire.ts'
export type { SiteWidgetSettings } from './site-widget/settings.ts'
export type { WidgetHook } from './site-widget/wire.ts'
