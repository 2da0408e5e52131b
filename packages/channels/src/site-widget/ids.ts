import { REQUEST_TALK } from '@trunkline/contracts/channel/inbound-event'
import type { WidgetHook } from './wire.ts'

/**
 * Names one operation for ever, so that the same one sent again is the same event.
 *
 * Messages and forms carry the widget's own UUID and nothing of the visitor: the first message of a visitor may be
 * repeated before the widget learned its token, and then it comes from two visitors. Marks are named by what they
 * say; typing by when it was.
 */
export function eventKeyOf(hook: WidgetHook): string {
  switch (hook.op) {
    case 'message':
    case 'contact':
    case 'request':
      return `${hook.op}:${hook.body.clientId}`
    case 'mark':
      return `mark:${hook.body.kind}:${hook.messageId}`
    case 'typing':
      return `typing:${hook.visitor}:${hook.at}`
  }
}

/** The talk of an operation: the visitor's, but a request is a talk of its own whoever left it. */
export function talkOf(hook: WidgetHook): string {
  return hook.op === 'request' ? `${REQUEST_TALK}${hook.body.clientId}` : hook.visitor
}
