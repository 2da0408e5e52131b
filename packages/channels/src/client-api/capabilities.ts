import type { Capabilities, MediaCapability } from '@trunkline/contracts/channel/capabilities'

// Our own limits, as contracts/http/client-api.ts and the upload door state them.
const MAX_FILE_BYTES = 50 * 1024 * 1024
const MAX_TEXT_CHARS = 4000

const file: MediaCapability = {
  in: true,
  out: true,
  maxInBytes: MAX_FILE_BYTES,
  maxOutBytes: MAX_FILE_BYTES,
  captionMax: MAX_TEXT_CHARS,
}

/** The company's own application: it calls our API and takes our webhooks, so it can do what the two of us speak. */
export const clientApiCapabilities: Capabilities = {
  transport: 'webhook',
  connect: 'api-key',
  initiate: 'free',
  // The company's own system says who its user is, under its own key.
  contactData: ['messenger-id', 'phone', 'email'],
  text: { maxChars: MAX_TEXT_CHARS, split: false },
  media: { image: file, audio: file, video: file, file },
  edit: { customer: true, operator: false },
  remove: { customer: true, operator: false },
  typing: { customer: true, operator: true },
  receipts: ['sent', 'delivered', 'read'],
  contactForm: false,
  requests: true,
  // The receiver drops a `webhook-id` that it has seen, and ours is the message's id.
  repeatIsSafe: true,
  rate: { perSecond: 50, burst: 100 },
}
