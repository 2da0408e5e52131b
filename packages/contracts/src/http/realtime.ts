/**
 * Events of the cabinet's stream, GET /api/events (SSE, same-origin cookie; `id:` is the cursor).
 * They carry ids only: the cabinet refetches what it shows.
 */
export type CabinetEvent =
  | { kind: 'conversation'; conversationId: string }
  | { kind: 'message'; conversationId: string; messageId: string }
  | { kind: 'typing'; conversationId: string }
  | { kind: 'transfer'; conversationId: string }
  | { kind: 'channel'; channelId: string }
  | { kind: 'portal'; portalId: string }
  | { kind: 'settings'; section: string }
  | { kind: 'ledger' }
  | { kind: 'reconciliation' }
