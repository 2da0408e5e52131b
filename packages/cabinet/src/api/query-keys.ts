/**
 * Names under which answers of the server are kept. One place, so that an event of the stream and the page that
 * shows the thing agree. A key is a prefix: `['conversations']` also means every filter of the list.
 */
export const keys = {
  home: ['home'],
  counts: ['inbox-counts'],
  conversations: ['conversations'],
  conversation: (id: string) => ['conversation', id],
  messages: (conversationId: string) => ['messages', conversationId],
  why: (conversationId: string) => ['why', conversationId],
  journal: ['journal'],
  journalEvent: (id: string) => ['journal-event', id],
  channels: ['channels'],
  channel: (id: string) => ['channels', id],
  channelKeys: (id: string) => ['channels', id, 'keys'],
  channelTypes: ['channel-types'],
  portals: ['portals'],
  portal: (id: string) => ['portals', id],
  integration: ['integration'],
  reconciliation: ['reconciliation'],
  settings: (section: string) => ['settings', section],
  allSettings: ['settings'],
  settingsVersions: (section: string) => ['settings-versions', section],
  members: ['members'],
  employeeLinks: ['employee-links'],
  audit: ['audit'],
} as const
