import type { Capabilities, MediaCapability } from '@trunkline/contracts/channel/capabilities'
import { LIMITS } from './wire.ts'

const file: MediaCapability = {
  in: true,
  out: true,
  maxInBytes: LIMITS.downloadBytes,
  maxOutBytes: LIMITS.uploadBytes,
  captionMax: LIMITS.captionChars,
}

/**
 * A bot. It cannot write first, learns of no delivery or reading, and never hears of deletions in a private chat.
 * Source: core.telegram.org/bots/api, core.telegram.org/bots/faq (about 30 messages a second), read 2026-11.
 */
export const telegramCapabilities: Capabilities = {
  transport: 'webhook',
  connect: 'token',
  initiate: 'never',
  // The phone only when the person shares their own contact.
  contactData: ['messenger-id', 'phone'],
  text: { maxChars: LIMITS.textChars, split: true },
  media: { image: file, voice: file, audio: file, video: file, file },
  edit: { customer: true, operator: false },
  remove: { customer: false, operator: false },
  typing: { customer: false, operator: true },
  receipts: ['sent'],
  contactForm: false,
  requests: false,
  repeatIsSafe: false,
  rate: { perSecond: 30, burst: 30 },
}
