import type { Locale } from '@trunkline/contracts/locale'
import { bbLine, bbLink } from './bb-text.ts'
import { ofTalk, type TalkKind } from './talk-words.ts'

/** The comment that carries files into a card: of which conversation they are, with a link to it. Pure. */
export function filesText(about: {
  readonly locale: Locale
  readonly kind: TalkKind
  readonly number: number
  readonly contactName: string
  readonly conversationUrl: string
}): string {
  const talk = ofTalk(about.kind, about.number, about.locale)
  const words = about.locale === 'en' ? `Files of ${talk}` : `Файлы ${talk}`
  const who = bbLine(about.contactName, 80)
  return `${bbLink(about.conversationUrl, words)}${who === '' ? '' : ` · ${who}`}`
}
