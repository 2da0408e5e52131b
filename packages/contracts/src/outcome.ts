/**
 * How an accepted event ended. The ledger: accepted = passed + not_passed + held + failed + pending,
 * and pending goes to zero by itself.
 */
export const OUTCOMES = ['pending', 'passed', 'not_passed', 'held', 'failed'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Why an event did not pass, is held or failed. Sentences for people: domain/transfer/explain.ts. */
export const REASONS = [
  'no-integration',
  'reauthorise',
  'main-off',
  'section-off',
  'chats-off',
  'requests-off',
  'technical-request',
  'operator-started',
  'group-chat',
  'unknown-client',
  'channel-not-selected',
  'denied-by-filter',
  'no-contact-data',
  'waiting-for-operator',
  'waiting-for-end',
  'service-event',
  'unsupported-event',
  'portal-refused',
  'portal-unreachable',
  'unknown-write',
  'no-responsible',
  'bug',
] as const
export type Reason = (typeof REASONS)[number]
