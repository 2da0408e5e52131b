import type { Locale } from '@trunkline/contracts/locale'
import { bbLine } from './bb-text.ts'

/**
 * The notice that the responsible gets about a card made for them (CHAT-65).
 *
 * Pure. `cardLink` is put in as it is: the place where the portal's room writes the address of the card.
 */
export function notificationText(about: {
  readonly locale: Locale
  readonly number: number
  readonly channelTitle: string
  readonly contactName: string
  readonly cardLink: string
}): string {
  const channel = bbLine(about.channelTitle, 80)
  const who = bbLine(about.contactName, 80)
  if (about.locale === 'en')
    return `New conversation No. ${about.number}, ${channel}${who === '' ? '' : `: ${who}`}. The card: ${about.cardLink} `
  return `Новый чат № ${about.number}, ${channel}${who === '' ? '' : `: ${who}`}. Карточка: ${about.cardLink} `
}
