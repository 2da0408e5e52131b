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
  /** Absent: a chat. */
  readonly event?: 'chat' | 'request'
}): string {
  const channel = bbLine(about.channelTitle, 80)
  const who = bbLine(about.contactName, 80)
  const from = `${about.number}, ${channel}${who === '' ? '' : `: ${who}`}`
  const isRequest = about.event === 'request'
  if (about.locale === 'en') {
    const what = isRequest ? 'New offline request' : 'New conversation'
    return `${what} No. ${from}. The card: ${about.cardLink} `
  }
  return `${isRequest ? 'Новая офлайн-заявка' : 'Новый чат'} № ${from}. Карточка: ${about.cardLink} `
}
