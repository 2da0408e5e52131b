import type { EmulatedMessage } from '../kit/emulator.ts'
import type { DeliveryMemory, HookDelivery } from '../kit/hook-delivery.ts'
import type { WireMessage } from './wire.ts'

/** A private chat as the pretend server knows it. Message ids count per chat, so they repeat between chats. */
export interface Chat {
  readonly id: number
  /** The person pressed Start or wrote: before that the bot may not write. */
  isOpen: boolean
  isBlocked: boolean
  lastMessageId: number
  readonly messages: Map<number, WireMessage>
}

/** Everything that the pretend server remembers. */
export interface EmulatorState {
  readonly bot: { readonly id: number; readonly first_name: string; readonly username: string }
  token: string
  readonly isCloud: boolean
  readonly chats: Map<number, Chat>
  readonly files: Map<string, { readonly bytes: Uint8Array; readonly path: string }>
  webhook: { readonly url: string; readonly allowedUpdates: readonly string[] } | undefined
  readonly sent: EmulatedMessage[]
  readonly typingSeen: string[]
  readonly delivery: HookDelivery
}

/** The pretend server between two runs: the same bot with the same talks goes on from it, and what waited is delivered. */
export interface TelegramMemory extends Pick<EmulatorState, 'bot' | 'token' | 'chats' | 'files' | 'webhook'> {
  readonly updateId: number
  readonly delivery: DeliveryMemory
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
