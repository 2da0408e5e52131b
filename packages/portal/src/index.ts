/**
 * The door to Bitrix24: how we speak to a portal, within its limits and without losing or doubling a write.
 * No SQL, no decisions about conversations, no HTTP server; what must last is handed in by the server room.
 */
export type * from './client/clock.ts'
export type * from './client/reference.ts'
export type * from './client/tokens.ts'
export type * from './client/transport.ts'
export type * from './crm/ledger-step.ts'
export type * from './directory/directory.ts'
export type * from './pump/pump-contract.ts'
