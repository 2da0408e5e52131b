import type { Capabilities, MediaCapability } from '@trunkline/contracts/channel/capabilities'

// Our own limits: what the widget offers and the server's upload door accepts.
const MAX_FILE_BYTES = 25 * 1024 * 1024
const MAX_TEXT_CHARS = 4000

const file: MediaCapability = {
  in: true,
  out: true,
  maxInBytes: MAX_FILE_BYTES,
  maxOutBytes: MAX_FILE_BYTES,
  captionMax: MAX_TEXT_CHARS,
}

/**
 * The widget on a site. Operators' typing goes over the server's own stream to the widget, not through the adapter.
 * Edits and removals are not in the widget's protocol, so neither side claims them.
 */
export const siteWidgetCapabilities: Capabilities = {
  transport: 'embedded',
  connect: 'none',
  initiate: 'never',
  contactData: ['visitor-id'],
  text: { maxChars: MAX_TEXT_CHARS, split: false },
  media: { image: file, audio: file, video: file, file },
  edit: { customer: false, operator: false },
  remove: { customer: false, operator: false },
  typing: { customer: true, operator: true },
  receipts: ['sent', 'delivered', 'read'],
  contactForm: true,
  requests: true,
  repeatIsSafe: true,
  rate: { perSecond: 200, burst: 400 },
}
