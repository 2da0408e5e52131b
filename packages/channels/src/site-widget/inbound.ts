import type {
  ContactProfile,
  InboundEvent,
  RequestField,
  VisitContext as VisitFact,
} from '@trunkline/contracts/channel/inbound-event'
import { TEST_SITE } from '@trunkline/contracts/channel/trial-visit'
import type { Json } from '@trunkline/contracts/json'
import { attachmentKind } from '../kit/attachment-kind.ts'
import type { HookEntry, RawHook } from '../kit/channel-adapter.ts'
import { instantOfText, readJsonBody, unknownEntry, unsupported } from '../kit/hook-body.ts'
import { matches } from '../kit/matches.ts'
import { eventKeyOf, talkOf } from './ids.ts'
import { type WidgetHook, WidgetHook as WidgetHookSchema, type WireContext } from './wire.ts'

/** One operation is one event; the talk is the visitor. */
export function split(hook: RawHook): HookEntry[] {
  const part = readJsonBody(hook.body)
  const operation = readOperation(part)
  if (part === undefined || !operation) return [unknownEntry(hook)]
  return [{ eventKey: eventKeyOf(operation), laneKey: talkOf(operation), part }]
}

/** The operation in our words. Time is the server's: the clock of a visitor proves nothing. */
export function parse(part: Json): InboundEvent[] {
  const operation = readOperation(part)
  if (!operation) return [unsupported('not an operation of the widget')]
  const occurredAt = instantOfText(operation.at)
  const talk = talkOf(operation)
  if (!occurredAt) return [unsupported('an operation without a time', talk)]
  const inTalk = { talk, occurredAt }
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
          context: visit(operation),
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
          contact: profile(operation.visitor, body),
          consent: {
            personalData: body.consent,
            mailing: false,
            textVersion: operation.consentTextVersion,
            ...(operation.consentTexts ? { texts: operation.consentTexts } : {}),
          },
          context: visit(operation),
        },
      ]
    }
    case 'request': {
      const { body, form, technical, consentTextVersion, consentTexts } = operation
      return [
        {
          kind: 'request-received',
          ...inTalk,
          externalMessageId: body.clientId,
          contact: profile(operation.visitor, wellKnown(body.fields)),
          form,
          fields: body.fields,
          technical,
          consent: {
            personalData: body.consent,
            mailing: body.mailing,
            textVersion: consentTextVersion,
            ...(consentTexts ? { texts: consentTexts } : {}),
          },
          context: visit(operation),
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

const isOperation = matches(WidgetHookSchema)

function readOperation(part: Json | undefined): WidgetHook | undefined {
  return isOperation(part) ? part : undefined
}

/** What the visitor typed is claimed, never vouched for: it must not open the history of somebody else. */
function profile(
  visitor: string,
  body: { readonly name?: string; readonly phone?: string; readonly email?: string },
): ContactProfile {
  return {
    externalId: visitor,
    ...(body.name ? { name: body.name } : {}),
    ...(body.phone ? { phone: body.phone } : {}),
    ...(body.email ? { email: body.email } : {}),
    vouched: false,
  }
}

/** What a form says of the person: its first fields of these names. */
function wellKnown(fields: readonly RequestField[]): { name?: string; phone?: string; email?: string } {
  const filled = (wanted: string) => fields.find(({ name }) => name === wanted)?.value
  const [name, phone, email] = [filled('name'), filled('phone'), filled('email')]
  return { ...(name ? { name } : {}), ...(phone ? { phone } : {}), ...(email ? { email } : {}) }
}

function visit({
  body,
  test,
}: {
  readonly body: { readonly context: WireContext }
  readonly test?: true
}): VisitFact {
  const { timeZone, ...seen } = body.context
  const extra = { ...(timeZone ? { timeZone } : {}), ...(test ? { [TEST_SITE]: 'yes' } : {}) }
  return Object.keys(extra).length > 0 ? { ...seen, extra } : seen
}
