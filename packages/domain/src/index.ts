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
export type { ConversationState, MessageState } from './conversation/state.ts'
