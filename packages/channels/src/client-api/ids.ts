import { REQUEST_TALK } from '@trunkline/contracts/channel/inbound-event'
import type { ClientApiHook } from './wire.ts'

/** The talk that an operation belongs to: the client's own id of the conversation, else of the contact. */
export function talkOf(hook: ClientApiHook): string {
  switch (hook.op) {
    case 'message':
      return hook.body.conversation?.external_id ?? hook.body.contact.external_id
    case 'request':
      return `${REQUEST_TALK}${hook.body.external_id}`
    case 'edit':
      return hook.talk ?? hook.body.contact.external_id
    case 'contact':
      return hook.external_id
    default:
      return hook.talk
  }
}

/**
 * Names one operation for ever. What can happen once is named by what it is; what may happen again with the same
 * words (an edit back to the old text, a second closing) is named by its call.
 */
export function eventKeyOf(hook: ClientApiHook): string {
  switch (hook.op) {
    case 'message':
      return `message:${hook.body.message.external_id}`
    case 'request':
      return `request:${hook.body.external_id}`
    case 'remove':
      return `remove:${hook.external_id}`
    case 'status':
      return `status:${hook.message_id}:${hook.body.status}`
    case 'typing':
      return `typing:${hook.talk}:${hook.at}`
    default:
      return `${hook.op}:${hook.key}`
  }
}
