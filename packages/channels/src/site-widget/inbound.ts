import type {
  ContactProfile,
  InboundEvent,
  VisitContext as VisitFact,
} from '@trunkline/contracts/channel/inbound-event'
import type { Json } from '@trunkline/contracts/json'
import { Value } from 'typebox/value'
import { attachmentKind } from '../kit/attachment-kind.ts'
import type { HookEntry, RawHook } from '../kit/channel-adapter.ts'
import { instantOfText, readJsonBody, unknownEntry, unsupported } from '../kit/hook-body.ts'
import { eventKeyOf } from './ids.ts'
import { type WidgetHook, WidgetHook as WidgetHookSchema, type WireContext } from './wire.ts'

/** One operation is one event; the talk is the visitor. */
export function split(hook: RawHook): HookEntry[] {
  const part = readJsonBody(hook.body)
  const operation = readOperation(part)
  if (part === undefined || !operation) return [unknownEntry(hook)]
  return [{ eventKey: eventKeyOf(operation), laneKey: operation.visitor, part }]
}

/** The operation in our words. Time is the server's: the clock of a visitor proves nothing. */
export function parse(part: Json): InboundEvent[] {
  const operation = readOperation(part)
  if (!operation) return [unsupported('not an operation of the widget')]
  const occurredAt = instantOfText(operation.at)
  if (!occurredAt) return [unsupported('an operation without a time', operation.visitor)]
  const inTalk = { talk: operation.visitor, occurredAt }
  switch (operation.op) {
    case 'message': {
      const { body, files } = operation
      if (body.text.trim() === '' && files.length === 0) {
        return [unsupported('an empty message', operation.visitor, occurredAt)]
      }
      return [
        {
          kind: 'message-received',
          ...inTalk,
          externalMessageId: body.clientId,
          author: 'contact',
          contact: { externalId: operation.visitor },
          text: body.text,
          attachments: files.map(({ id, name, mime, sizeBytes }) => ({
            kind: attachmentKind(mime),
            name,
            mime,
            sizeBytes,
            source: { attachmentId: id },
          })),
          context: visit(body.context),
        },
      ]
    }
    case 'contact': {
      const { body } = operation
      // Only a machine fills the field that people do not see.
      if (body.website) return [unsupported('a form filled by a machine', operation.visitor, occurredAt)]
      return [
        {
          kind: 'contact-shared',
          ...inTalk,
          contact: profile(operation),
          consent: {
            personalData: body.consent,
            mailing: false,
            textVersion: operation.consentTextVersion,
          },
          context: visit(body.context),
        },
      ]
    }
    case 'mark':
      return [
        {
          kind: 'receipt',
          ...inTalk,
          externalMessageId: operation.messageId,
          status: operation.body.kind,
          upTo: true,
        },
      ]
    case 'typing':
      return [{ kind: 'typing', ...inTalk }]
  }
}

function readOperation(part: Json | undefined): WidgetHook | undefined {
  return Value.Check(WidgetHookSchema, part) ? part : undefined
}

/** What the visitor typed is claimed, never vouched for: it must not open the history of somebody else. */
function profile({ visitor, body }: Extract<WidgetHook, { op: 'contact' }>): ContactProfile {
  return {
    externalId: visitor,
    ...(body.name ? { name: body.name } : {}),
    ...(body.phone ? { phone: body.phone } : {}),
    ...(body.email ? { email: body.email } : {}),
    vouched: false,
  }
}

function visit(context: WireContext): VisitFact {
  const { timeZone, ...seen } = context
  return timeZone ? { ...seen, extra: { timeZone } } : seen
}
