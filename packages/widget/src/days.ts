import type { WidgetChatMessage } from '@trunkline/contracts/widget/protocol'
import type { Locale, Say } from './texts.ts'

export interface DayOfTalk {
  /** Local calendar day, for telling days apart. */
  readonly day: string
  readonly title: string
  readonly messages: readonly WidgetChatMessage[]
}

/** The talk cut into the visitor's own days, in its order. */
export function daysOf(
  messages: readonly WidgetChatMessage[],
  now: Date,
  locale: Locale,
  say: Say,
): DayOfTalk[] {
  const days: { day: string; title: string; messages: WidgetChatMessage[] }[] = []
  for (const message of messages) {
    const at = new Date(message.at)
    const day = at.toDateString()
    const last = days[days.length - 1]
    if (last?.day === day) last.messages.push(message)
    else days.push({ day, title: titleOf(at, now, locale, say), messages: [message] })
  }
  // A message with an earlier time of its own may stand after a later day: its day then comes twice.
  return days.map((one, at) => ({ ...one, day: `${one.day} ${at}` }))
}

function titleOf(at: Date, now: Date, locale: Locale, say: Say): string {
  if (at.toDateString() === now.toDateString()) return say('today')
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1)
  if (at.toDateString() === yesterday.toDateString()) return say('yesterday')
  const sameYear = at.getFullYear() === now.getFullYear()
  return at.toLocaleDateString(locale, {
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  })
}
