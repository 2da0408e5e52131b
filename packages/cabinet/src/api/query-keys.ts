const of = (key: readonly string[], integration: string | undefined) =>
  integration === undefined ? key : [...key, integration]

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
  integrations: ['integrations'],
  allReconciliations: ['reconciliation'],
  reconciliation: (integration?: string) => of(['reconciliation'], integration),
  /** Without an integration: of all of them. */
  settings: (section: string, integration?: string) => of(['settings', section], integration),
  allSettings: ['settings'],
  settingsVersions: (section: string, integration?: string) =>
    of(['settings-versions', section], integration),
  members: ['members'],
  employeeLinks: ['employee-links'],
  offeredLink: ['frame-link'],
  audit: ['audit'],
} as const
