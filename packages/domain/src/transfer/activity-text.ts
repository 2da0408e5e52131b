import type { Locale } from '@trunkline/contracts/locale'
import { bbLine } from './bb-text.ts'
import { type TalkKind, talkTitle } from './talk-words.ts'

/** What stands under the name of an activity: whose conversation it is about, and where it is read. Pure. */
export function activityText(about: {
  readonly locale: Locale
  readonly kind: TalkKind
  readonly number: number
  readonly channelTitle: string
  readonly contactName: string
  readonly conversationUrl: string
}): string {
  const who = [about.channelTitle, about.contactName].map((name) => bbLine(name, 80)).filter(Boolean)
  return `${[talkTitle(about.kind, about.number, about.locale), ...who].join(' · ')}\n${about.conversationUrl}`
}
