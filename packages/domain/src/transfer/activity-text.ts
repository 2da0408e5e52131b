import type { Locale } from '@trunkline/contracts/locale'
import { bbLine } from './bb-text.ts'

/** What stands under the name of an activity: whose conversation it is about, and where it is read. Pure. */
export function activityText(about: {
  readonly locale: Locale
  readonly number: number
  readonly channelTitle: string
  readonly contactName: string
  readonly conversationUrl: string
}): string {
  const who = [about.channelTitle, about.contactName].map((name) => bbLine(name, 80)).filter(Boolean)
  const what = about.locale === 'en' ? `Conversation No. ${about.number}` : `Чат № ${about.number}`
  return `${[what, ...who].join(' · ')}\n${about.conversationUrl}`
}
