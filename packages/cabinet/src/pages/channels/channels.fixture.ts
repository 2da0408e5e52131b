import type { Capabilities } from '@trunkline/contracts/channel/capabilities'

const CAPABILITIES: Capabilities = {
  transport: 'poll',
  connect: 'token',
  initiate: 'never',
  contactData: [],
  text: { maxChars: 4096, split: true },
  media: {},
  edit: { customer: false, operator: false },
  remove: { customer: false, operator: false },
  typing: { customer: false, operator: false },
  receipts: [],
  contactForm: false,
  requests: false,
  repeatIsSafe: false,
  rate: { perSecond: 1, burst: 1 },
}
const text = (words: string) => ({ ru: words, en: words })

/** A type of channel with these settings, as `GET /api/channel-types` tells it. */
export const manifestWith = (properties: Record<string, unknown>) => ({
  type: 'telegram',
  title: text('Telegram'),
  summary: text('A bot'),
  help: text(''),
  icon: '',
  settings: { type: 'object', properties },
  capabilities: CAPABILITIES,
})
