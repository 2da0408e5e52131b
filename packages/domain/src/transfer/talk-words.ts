import type { Locale } from '@trunkline/contracts/locale'

/** A chat, or a form left instead of one. */
export type TalkKind = 'chat' | 'request'

const WORDS = {
  ru: {
    chat: { title: 'Чат №', of: 'чата №' },
    request: { title: 'Заявка №', of: 'заявки №' },
  },
  en: {
    chat: { title: 'Chat No.', of: 'chat No.' },
    request: { title: 'Request No.', of: 'request No.' },
  },
} as const

/** «Чат № 12», «Заявка № 12»: how whatever we write into a card calls its conversation, at the beginning. Pure. */
export function talkTitle(kind: TalkKind, number: number, locale: Locale): string {
  return `${WORDS[locale][kind].title} ${number}`
}

/** «чата № 12»: the same inside a phrase, in the genitive. Pure. */
export function ofTalk(kind: TalkKind, number: number, locale: Locale): string {
  return `${WORDS[locale][kind].of} ${number}`
}
