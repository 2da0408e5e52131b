import type { AttachmentKind } from '@trunkline/contracts/channel/capabilities'
import type { InboundEvent } from '@trunkline/contracts/channel/inbound-event'
import type { Json } from '@trunkline/contracts/json'
import fc from 'fast-check'
import type { Update as LibraryUpdate } from 'grammy/types'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { codeOfRefusal, outcomeOfRefusal, type TelegramErrorCode } from './errors.ts'
import { chatOfTalk, eventKeyOf, messageId, readMessageId, talkOf } from './ids.ts'
import { parse } from './inbound.ts'
import { partsOf } from './outbound.ts'
import type { Update } from './wire.ts'

const person = { id: 5123456789, is_bot: false, first_name: 'Анна', last_name: 'П.', username: 'anna' }
const chat = { id: person.id, type: 'private' }
const base = { message_id: 7, from: person, chat, date: 1_795_168_800 }
const file = { file_id: 'F', file_unique_id: 'u', file_size: 10 }
const inUpdate = (message: Record<string, Json>): Json => ({ update_id: 1, message: { ...base, ...message } })

function only(part: Json): InboundEvent {
  const events = parse(part)
  expect(events).toHaveLength(1)
  return events[0]!
}

test('our reading of the wire agrees with the library kept by others', () => {
  expectTypeOf<LibraryUpdate['update_id']>().toExtend<Update['update_id']>()
  expectTypeOf<NonNullable<LibraryUpdate['message']>['from']>().toExtend<
    NonNullable<Update['message']>['from']
  >()
  expectTypeOf<NonNullable<LibraryUpdate['message']>['sticker']>().toExtend<
    NonNullable<Update['message']>['sticker']
  >()
  expectTypeOf<NonNullable<LibraryUpdate['message']>['contact']>().toExtend<
    NonNullable<Update['message']>['contact']
  >()
})

describe('ids', () => {
  const id = fc.maxSafeInteger()
  test('a message id and a talk read back as they were made', () => {
    fc.assert(
      fc.property(id, id, (chatId, telegramId) => {
        expect(readMessageId(messageId(chatId, telegramId))).toEqual({ chatId, messageId: telegramId })
        expect(chatOfTalk(talkOf(chatId))).toBe(chatId)
      }),
    )
  })

  test('a text that is none of ours reads as nothing', () => {
    for (const text of [
      '',
      ':',
      '1:',
      '1:2:3',
      'a:1',
      '99999999999999999:1',
      '9007199254740993:1',
      '1e3:1',
    ]) {
      expect(readMessageId(text), text).toBeUndefined()
    }
    for (const talk of ['', 'x', '1.5', ' 1', '9007199254740993']) expect(chatOfTalk(talk)).toBeUndefined()
  })

  test('a restarted update id does not swallow a new message, two edits are two events', () => {
    const update = (update_id: number, message_id: number): Update => ({
      update_id,
      message: { ...base, message_id },
    })
    expect(eventKeyOf(update(5, 1))).toBe(eventKeyOf(update(5, 1)))
    expect(eventKeyOf(update(5, 1))).not.toBe(eventKeyOf(update(5, 2)))
    const edit = (edit_date: number): Update => ({ update_id: 5, edited_message: { ...base, edit_date } })
    expect(eventKeyOf(edit(1))).not.toBe(eventKeyOf(edit(2)))
  })
})

describe('parse', () => {
  test('a text with its author, time and quote', () => {
    expect(only(inUpdate({ text: 'привет', reply_to_message: { message_id: 3, date: 1, chat } }))).toEqual({
      kind: 'message-received',
      talk: '5123456789',
      occurredAt: '2026-11-20T10:00:00.000Z',
      externalMessageId: '5123456789:7',
      author: 'contact',
      contact: { externalId: '5123456789', name: 'Анна П.', username: 'anna' },
      text: 'привет',
      attachments: [],
      replyToExternalId: '5123456789:3',
    })
  })

  test('the payload of Start goes into the context, not into the text', () => {
    expect(only(inUpdate({ text: '/start utm-42_x' }))).toMatchObject({
      text: '/start',
      context: { extra: { start: 'utm-42_x' } },
    })
    expect(only(inUpdate({ text: '/start' }))).not.toHaveProperty('context')
    expect(only(inUpdate({ text: '/starting now' }))).toMatchObject({ text: '/starting now' })
  })

  test('a phone is vouched for only on the own card of the sender', () => {
    const card = { phone_number: '+79120000000', first_name: 'Анна' }
    expect(only(inUpdate({ contact: { ...card, user_id: person.id } }))).toMatchObject({
      text: '👤 Анна, +79120000000',
      contact: { phone: '+79120000000', vouched: true },
    })
    for (const contact of [card, { ...card, user_id: 1 }]) {
      const event = only(inUpdate({ contact })) as { contact: object }
      expect(event.contact).not.toHaveProperty('phone')
      expect(event.contact).not.toHaveProperty('vouched')
    }
  })

  const document = { ...file, file_name: 'a.pdf', mime_type: 'application/pdf' }
  test.each<[string, Record<string, Json>, AttachmentKind, string | undefined]>([
    ['photo', { photo: [{ ...file, file_id: 'small' }, file] }, 'image', 'image/jpeg'],
    ['document', { document }, 'file', 'application/pdf'],
    ['animation, which fills document too', { animation: file, document }, 'video', 'video/mp4'],
    ['voice', { voice: { ...file, duration: 3 } }, 'voice', 'audio/ogg'],
    ['audio', { audio: { ...file, mime_type: 'audio/mpeg' } }, 'audio', 'audio/mpeg'],
    ['video', { video: file }, 'video', undefined],
    ['video note', { video_note: file }, 'video', 'video/mp4'],
    ['still sticker', { sticker: { ...file, is_animated: false, is_video: false } }, 'image', 'image/webp'],
  ])('%s is one attachment', (_name, content, kind, mime) => {
    const event = only(inUpdate({ ...content, caption: 'подпись' }))
    expect(event).toMatchObject({
      text: 'подпись',
      attachments: [{ kind, sizeBytes: 10, source: { reference: { fileId: 'F' } } }],
    })
    if (event.kind === 'message-received') expect(event.attachments[0]?.mime).toBe(mime)
  })

  test.each<[string, Record<string, Json>, RegExp]>([
    ['location', { location: { latitude: 58.01, longitude: 56.23 } }, /^📍 https:\/\/\S+58\.010000\S+$/],
    ['moving sticker', { sticker: { ...file, emoji: '😀', is_animated: true, is_video: false } }, /^😀$/],
    ['dice', { dice: { emoji: '🎲', value: 4 } }, /^🎲 4$/],
    [
      'venue',
      {
        venue: { location: { latitude: 1, longitude: 2 }, title: 'Кафе', address: 'Мира, 1' },
        location: { latitude: 1, longitude: 2 },
      },
      /^📍 Кафе, Мира, 1\nhttps/,
    ],
  ])('%s is read as a line', (_name, content, expected) => {
    const event = only(inUpdate(content))
    expect(event.kind === 'message-received' && event.text).toMatch(expected)
  })

  test('what cannot be shown is kept under the name that Telegram gives it', () => {
    expect(only(inUpdate({ poll: { id: '1' } }))).toMatchObject({
      kind: 'unsupported',
      what: 'a message of poll',
    })
    const channel = { id: -100, type: 'channel' }
    expect(only({ update_id: 1, message: { ...base, chat: channel, text: 'x' } })).toMatchObject({
      kind: 'unsupported',
      talk: '-100',
    })
    expect(only({ update_id: 1, channel_post: { text: 'x' } })).toMatchObject({ what: 'channel_post' })
  })

  test.each(['group', 'supergroup'])('in a %s the group is the contact, and who wrote is named', (type) => {
    const chat = { id: -100, type, title: 'Наш двор' }
    const card = { phone_number: '+79161234567', first_name: 'Анна', user_id: person.id }
    for (const content of [{ text: 'x' }, { contact: card }]) {
      const event = only({ update_id: 1, message: { ...base, chat, ...content } })
      expect(event).toMatchObject({
        kind: 'message-received',
        talk: '-100',
        isGroup: true,
        contact: { externalId: '-100', name: 'Наш двор' },
        authorName: expect.stringMatching(/\S/),
      })
      expect(event.kind === 'message-received' && event.contact.phone).toBeUndefined()
    }
    expect(
      only({ update_id: 2, edited_message: { ...base, chat, edit_date: base.date, text: 'y' } }),
    ).toMatchObject({ kind: 'message-edited', contact: { externalId: '-100' } })
  })

  test('an edit is told at the time of the edit', () => {
    const part: Json = {
      update_id: 1,
      edited_message: { ...base, edit_date: base.date + 60, caption: 'иначе', photo: [file] },
    }
    expect(only(part)).toMatchObject({
      kind: 'message-edited',
      text: 'иначе',
      occurredAt: '2026-11-20T10:01:00.000Z',
    })
  })
})

describe('parts of an outgoing message', () => {
  const image = { id: 'a', kind: 'image' as const, name: 'a.png', mime: 'image/png', sizeBytes: 10 }

  test('a text that fits is the caption of the first file, a longer one goes before the files', () => {
    expect(partsOf({ text: 'вот', attachments: [image, image] })).toEqual([
      { attachment: image, field: 'photo', caption: 'вот' },
      { attachment: image, field: 'photo', caption: '' },
    ])
    const long = 'а'.repeat(1025)
    expect(partsOf({ text: long, attachments: [image] })).toEqual([
      { text: long },
      { attachment: image, field: 'photo', caption: '' },
    ])
  })

  test('nothing that Telegram would refuse for its form is ever made', () => {
    const words = fc.array(fc.constantFrom('слово ', '👍', '\n', ' ', 'x'.repeat(500)), { maxLength: 60 })
    fc.assert(
      fc.property(words, fc.nat(3), (parts, fileCount) => {
        const text = parts.join('')
        const made = partsOf({ text, attachments: Array.from({ length: fileCount }, () => image) })
        for (const part of made) {
          if ('text' in part) {
            expect(part.text.trim()).not.toBe('')
            expect(part.text.length).toBeLessThanOrEqual(4096)
          } else expect(part.caption.length).toBeLessThanOrEqual(1024)
        }
        const shown = made.map((part) => ('text' in part ? part.text : part.caption)).join('')
        expect(shown.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
      }),
    )
  })

  test.each([
    ['image', 'image/jpeg', 10, 'photo'],
    ['image', 'image/jpeg', 10_485_761, 'document'],
    ['image', 'image/heic', 10, 'document'],
    ['image', 'image/gif', 10, 'document'],
    ['voice', 'audio/ogg; codecs=opus', 10, 'voice'],
    ['voice', 'audio/wav', 10, 'document'],
    ['audio', 'audio/mpeg', 10, 'audio'],
    ['audio', 'audio/flac', 10, 'document'],
    ['video', 'video/mp4', 10, 'video'],
    ['video', 'video/webm', 10, 'document'],
    ['file', 'image/jpeg', 10, 'document'],
  ] as const)('%s of %s, %d bytes, goes as %s', (kind, mime, sizeBytes, field) => {
    const [part] = partsOf({ text: '', attachments: [{ ...image, kind, mime, sizeBytes }] })
    expect(part).toMatchObject({ field })
  })
})

describe('refusals', () => {
  test.each<[number, string, TelegramErrorCode, string]>([
    [400, 'Bad Request: chat not found', 'telegram/chat-not-found', 'recipient-unreachable'],
    [400, 'Bad Request: message is too long', 'telegram/refused', 'content-refused'],
    [400, 'Bad Request: file is too big', 'telegram/file-too-large', 'content-refused'],
    [413, 'Request Entity Too Large', 'telegram/file-too-large', 'content-refused'],
    [401, 'Unauthorized', 'telegram/token-refused', 'auth'],
    [404, 'Not Found', 'telegram/token-refused', 'auth'],
    [403, 'Forbidden: bot was blocked by the user', 'telegram/blocked-by-user', 'recipient-unreachable'],
    [403, 'Forbidden: user is deactivated', 'telegram/user-deactivated', 'recipient-unreachable'],
    [403, "Forbidden: bot can't initiate conversation", 'telegram/forbidden', 'recipient-unreachable'],
    [409, 'Conflict: terminated by other getUpdates request', 'telegram/taken-away', 'auth'],
  ])('%d %s is %s', (errorCode, description, code, errorClass) => {
    expect(outcomeOfRefusal({ errorCode, description })).toEqual({
      status: 'rejected',
      errorClass,
      code,
      detail: description,
    })
  })

  test('waiting is asked of the whole bot and for as long as Telegram said', () => {
    expect(
      outcomeOfRefusal({ errorCode: 429, description: 'Too Many Requests', retryAfterSeconds: 17 }),
    ).toEqual({
      status: 'retry',
      afterMs: 17_000,
      scope: 'account',
      code: 'telegram/too-many-requests',
    })
    expect(outcomeOfRefusal({ errorCode: 502, description: 'Bad Gateway' })).toMatchObject({
      status: 'retry',
    })
  })

  test('every number has a code', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), (errorCode, description) => {
        expect(codeOfRefusal({ errorCode, description })).toMatch(/^telegram\//)
      }),
    )
  })
})
