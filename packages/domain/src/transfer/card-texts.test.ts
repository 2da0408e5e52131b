import type { Locale } from '@trunkline/contracts/locale'
import { describe, expect, test } from 'vitest'
import { activityText } from './activity-text.ts'
import { filesText } from './files-text.ts'
import { notificationText } from './notification.ts'
import type { TalkKind } from './talk-words.ts'
import { renderTranscript } from './transcript.ts'

const about = (kind: TalkKind, locale: Locale) => ({
  kind,
  locale,
  number: 12,
  channelTitle: 'Сайт',
  contactName: 'Анна [b]',
  conversationUrl: 'https://hub.example.com/c/1',
})

describe.each<[TalkKind, Locale, { title: string; files: string; notice: string }]>([
  ['chat', 'ru', { title: 'Чат № 12', files: 'Файлы чата № 12', notice: 'Новый чат № 12' }],
  ['chat', 'en', { title: 'Chat No. 12', files: 'Files of chat No. 12', notice: 'New conversation No. 12' }],
  ['request', 'ru', { title: 'Заявка № 12', files: 'Файлы заявки № 12', notice: 'Новая офлайн-заявка № 12' }],
  [
    'request',
    'en',
    { title: 'Request No. 12', files: 'Files of request No. 12', notice: 'New offline request No. 12' },
  ],
])('what is written about a %s in %s', (kind, locale, said) => {
  const given = about(kind, locale)

  test('calls it so in the to-do, the comment with files and the transcript', () => {
    expect(activityText(given)).toBe(`${said.title} · Сайт · Анна ［b］\nhttps://hub.example.com/c/1`)
    expect(filesText(given)).toBe(`[url=https://hub.example.com/c/1]${said.files}[/url] · Анна ［b］`)
    const [first] = renderTranscript({ ...given, messages: [], maxChars: 5_000 })
    expect(first).toContain(`]${said.title}[/url] · Сайт · Анна ［b］`)
  })

  test('calls it so in the notice to the responsible', () => {
    const notice = notificationText({ ...given, event: kind, cardLink: '#CARD#' })
    expect(notice.startsWith(`${said.notice}, Сайт: Анна ［b］.`)).toBe(true)
  })

  test('leaves out a name that nobody knows', () => {
    expect(activityText({ ...given, contactName: ' ' })).toBe(
      `${said.title} · Сайт\nhttps://hub.example.com/c/1`,
    )
    expect(filesText({ ...given, contactName: '' })).toBe(
      `[url=https://hub.example.com/c/1]${said.files}[/url]`,
    )
  })
})
