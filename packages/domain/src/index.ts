/**
 * Pure decisions. Nothing here reads a clock, a network, a database or the environment: time and ids are arguments,
 * and everything runs in the browser too, where the cabinet previews what the server will do.
 *
 * `conversation/` applies what a network or an operator did to a conversation (applyInbound, applyOutbound, close,
 * assign). `identity/` normalises phones and e-mails and says which contact an event belongs to. `transfer/` is the
 * one procedure that decides what reaches Bitrix24 (decide), puts its trace into sentences (explain), writes the
 * transcript (renderTranscript) and checks settings. `rules/` evaluates and explains conditions. `templates/`
 * renders titles of cards.
 */
export { applyInbound } from './conversation/apply-inbound.ts'
export { applyOutbound, assign, close, writeRefusal } from './conversation/apply-outbound.ts'
export { matchContact } from './identity/match.ts'
export { normaliseEmail, normalisePhone } from './identity/normalise.ts'
export { evaluate } from './rules/evaluate.ts'
export { renderTitle } from './templates/render-title.ts'
export { decide } from './transfer/decide.ts'
export { effective } from './transfer/effective.ts'
export { renderTranscript } from './transfer/transcript.ts'
