import type { InboundEvent, MessageReceived } from '@trunkline/contracts/channel/inbound-event'
import { applyInbound } from './apply-inbound.ts'
import {
  type ConversationFact,
  type ConversationState,
  effectiveDelivery,
  type MessageState,
} from './state.ts'

/** A stand-in for the store in tests: one talk, its conversations in order, its messages by external id. */
export interface Talk {
  conversations: ConversationState[]
  /** Index of the conversation that holds a message; absent for notes. */
  holders: Map<string, number>
  messages: Map<string, MessageState>
  facts: ConversationFact[]
}

export function emptyTalk(): Talk {
  return { conversations: [], holders: new Map(), messages: new Map(), facts: [] }
}

/** `10:00:0n` on the example day. */
export function second(n: number): string {
  return new Date(Date.UTC(2026, 2, 1, 10, 0, n)).toISOString()
}

export function received(id: string, at: number, change: Partial<MessageReceived> = {}): MessageReceived {
  return {
    kind: 'message-received',
    talk: 'talk',
    occurredAt: second(at),
    externalMessageId: id,
    author: 'contact',
    contact: { externalId: '42' },
    text: `text ${id}`,
    attachments: [],
    ...change,
  }
}

/** Stores what an event changes, as the server does. */
export function happen(talk: Talk, event: InboundEvent, now: string = second(59)): ConversationFact[] {
  const id = 'externalMessageId' in event ? event.externalMessageId : undefined
  const holder = (id === undefined ? undefined : talk.holders.get(id)) ?? talk.conversations.length - 1
  const result = applyInbound({
    conversation: talk.conversations[holder] ?? null,
    message: (id === undefined ? undefined : talk.messages.get(id)) ?? null,
    event,
    now,
  })
  if (result.opens && result.conversation) talk.conversations.push(result.conversation)
  else if (result.conversation) talk.conversations[holder] = result.conversation
  if (id !== undefined && result.message) {
    talk.messages.set(id, result.message)
    if (result.message.known && !talk.holders.has(id))
      talk.holders.set(id, result.opens ? talk.conversations.length - 1 : holder)
  }
  talk.facts.push(...result.facts)
  return [...result.facts]
}

/** What people see at the end, without what may differ: which conversation holds a message. */
export function seen(talk: Talk) {
  const last = talk.conversations.at(-1)
  const messages = [...talk.messages.entries()]
    .filter(([, message]) => message.known)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    status: last?.status ?? 'none',
    messages,
    notes: [...talk.messages.entries()]
      .filter(([, message]) => !message.known)
      // A note's time is that of whatever came first; the message brings its own.
      .map(([id, message]) => [id, { ...message, occurredAt: '' }] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    deliveries: messages.map(([id, message]) => [
      id,
      effectiveDelivery(message, talk.conversations[talk.holders.get(id)!]!),
    ]),
    cannotWrite: last?.cannotWrite,
    lastInboundAt: talk.conversations
      .map((one) => one.lastInboundAt ?? '')
      .sort()
      .at(-1),
  }
}
