import type { MessageEdited, MessageReceived } from '@trunkline/contracts/channel/inbound-event'
import { type DeliveryState, earliest, laterDelivery, type MessageState } from './state.ts'

/** A note about a message that has not come yet. */
export function noteOf(externalId: string, at: string): MessageState {
  return {
    known: false,
    externalIds: [externalId],
    direction: 'inbound',
    origin: 'contact',
    occurredAt: at,
    text: '',
    attachments: [],
    replyToExternalId: null,
    editedAt: null,
    removedAt: null,
    delivery: 'none',
    deliveryReason: null,
    upTo: null,
  }
}

/**
 * The message with its original. A note keeps its edit, removal and marks; a message already known stays as it is,
 * so that a repeated delivery of the same event changes nothing.
 */
export function withOriginal(
  existing: MessageState | null,
  event: MessageReceived,
  at: string,
): MessageState {
  if (existing?.known) return existing
  const note = existing ?? noteOf(event.externalMessageId, at)
  const elsewhere = event.author === 'employee-elsewhere'
  return {
    ...note,
    known: true,
    direction: elsewhere ? 'outbound' : 'inbound',
    origin: elsewhere ? 'elsewhere' : 'contact',
    occurredAt: at,
    text: note.editedAt === null ? event.text : note.text,
    attachments: event.attachments,
    replyToExternalId: event.replyToExternalId ?? null,
    delivery: elsewhere ? laterDelivery('sent', note.delivery) : 'none',
    deliveryReason: elsewhere ? note.deliveryReason : null,
    upTo: null,
  }
}

/** The newest edit wins; of two at one instant the greater text, so that order of arrival does not matter. */
export function withEdit(message: MessageState, event: MessageEdited, at: string): MessageState {
  const newer =
    message.editedAt === null ||
    at > message.editedAt ||
    (at === message.editedAt && event.text > message.text)
  return newer ? { ...message, text: event.text, editedAt: at } : message
}

export function withRemoval(message: MessageState, at: string): MessageState {
  return { ...message, removedAt: earliest(message.removedAt, at) }
}

/** The message after a report about it. The reason is kept while the report that gave it stands. */
export function withDelivery(
  message: MessageState,
  reported: DeliveryState,
  reason: string | null,
): MessageState {
  const delivery = laterDelivery(message.delivery, reported)
  const explains = delivery === reported && (delivery === 'failed' || delivery === 'unknown')
  const kept = delivery === message.delivery ? message.deliveryReason : null
  // Of two reasons for one failure the greater, for the same end in any order.
  const deliveryReason = explains
    ? ([kept, reason]
        .filter((one) => one !== null)
        .sort()
        .at(-1) ?? null)
    : kept
  return { ...message, delivery, deliveryReason }
}

/** Our message together with what came about it before its external id was known to us. */
export function withNote(message: MessageState, note: MessageState): MessageState {
  const joined = withDelivery(message, note.delivery, note.deliveryReason)
  const edited = note.editedAt !== null && (joined.editedAt === null || note.editedAt > joined.editedAt)
  return {
    ...joined,
    ...(edited ? { text: note.text, editedAt: note.editedAt } : {}),
    removedAt: earliest(joined.removedAt, note.removedAt),
    upTo: joined.upTo === 'read' || note.upTo === 'read' ? 'read' : (joined.upTo ?? note.upTo),
  }
}
