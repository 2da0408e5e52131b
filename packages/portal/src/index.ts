/**
 * The door to Bitrix24: how we speak to a portal, within its limits and without losing or doubling a write.
 * No SQL, no decisions about conversations, no HTTP server; what must last is handed in by the server room.
 */
export * from './client/app-info.ts'
export * from './client/clock.ts'
export * from './client/domain.ts'
export * from './client/oauth.ts'
export { isPrivateAddress } from './client/private-address.ts'
export * from './client/probe-portal.ts'
export * from './client/reference.ts'
export { askRegion, regionOf } from './client/region.ts'
export * from './client/tokens.ts'
export {
  createTransport,
  type HttpAnswer,
  type HttpRequest,
  type Transport,
  type TransportOptions,
} from './client/transport.ts'
export { whoIs } from './client/who-is.ts'
export { updateComment } from './crm/comment.ts'
export { cardPath } from './crm/entity-types.ts'
export { executeSteps } from './crm/execute-steps.ts'
export { findGone, type Gone } from './crm/find-gone.ts'
export type * from './crm/ledger-step.ts'
export { type LookupOptions, lookUp } from './crm/lookup.ts'
export type { Notice } from './crm/notify.ts'
export {
  type OwnCard,
  type ReadOptions,
  readOwnCards,
  readWritten,
  type WrittenAnswer,
  type WrittenQuestion,
} from './crm/read-written.ts'
export { CARD_LINK } from './crm/step-command.ts'
export type * from './directory/directory.ts'
export { fetchDirectory, NEEDED_SCOPES } from './directory/fetch-directory.ts'
export * from './events/frame-post.ts'
export * from './events/verify.ts'
export { levelOnTakeOver } from './pump/bucket.ts'
export { planOfLicence } from './pump/plan-of-licence.ts'
export { createPump } from './pump/pump.ts'
export type * from './pump/pump-contract.ts'
