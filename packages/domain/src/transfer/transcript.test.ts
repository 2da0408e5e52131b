import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bbLine, bbLink, bbText } from './bb-text.ts'
import { localTime } from './local-time.ts'
import { markedPart, marker } from './marker.ts'
import { renderTranscript, type TranscriptInput, type TranscriptMessage } from './transcript.ts'

const URL_128 = 'https://hub.example/inbox/018f0000-0000-7000-8000-0000000000bb'

function message(text: string, change: Partial<TranscriptMessage> = {}): TranscriptMessage {
  return { authorName: 'Анна', text, occurredAt: '2026-03-12T06:05:00.000Z', attachments: [], ...change }
}

function input(
  messages: readonly TranscriptMessage[],
  change: Partial<TranscriptInput> = {},
): TranscriptInput {
  return {
    conversationUrl: URL_128,
    number: 128,
    channelTitle: 'Telegram',
    contactName: 'Анна',
    messages,
    timeZone: 'Europe/Moscow',
    locale: 'ru',
    maxChars: 20_000,
    ...change,
  }
}

/** Customer text of a part: every line that is not ours. */
function texts(parts: readonly string[]): string {
  return parts
    .join('\n')
    .split('\n')
    .filter((line) => !line.startsWith('['))
    .join('\n')
}

describe('a transcript', () => {
  test('reads as a conversation', () => {
    const parts = renderTranscript(
      input([
        message('Здравствуйте!\nСколько стоит доставка?'),
        message('300 рублей', {
          authorName: 'Олег',
          occurredAt: '2026-03-12T06:06:10.000Z',
          editedAt: '2026-03-12T06:07:00Z',
        }),
        message('', {
          occurredAt: '2026-03-12T21:30:00.000Z',
          attachments: [{ name: 'чек [1].pdf', url: 'https://hub.example/f/1?a=[b]' }],
        }),
        message('лишнее', { occurredAt: '2026-03-12T21:31:00.000Z', removedAt: '2026-03-12T21:32:00.000Z' }),
      ]),
    )
    expect(parts).toEqual([
      [
        `[url=${URL_128}#part-1]Чат № 128[/url] · Telegram · Анна`,
        '[i]12 марта 2026[/i]',
        '[b]Анна[/b] 09:05',
        'Здравствуйте!',
        'Сколько стоит доставка?',
        '[b]Олег[/b] 09:06 [i]изменено[/i]',
        '300 рублей',
        '[i]13 марта 2026[/i]',
        '[b]Анна[/b] 00:30',
        '[i]📎[/i] [url=https://hub.example/f/1?a=%5Bb%5D]чек ［1］.pdf[/url]',
        '[b]Анна[/b] 00:31 [i]удалено[/i]',
        'лишнее',
      ].join('\n'),
    ])
  })

  test('in English says the same', () => {
    const [part] = renderTranscript(
      input([message('Hello', { editedAt: '2026-03-12T06:07:00Z' })], { locale: 'en', contactName: 'Ann' }),
    )
    expect(part).toContain(']Chat No. 128[/url] · Telegram · Ann\n[i]12 March 2026[/i]')
    expect(part).toContain('[i]edited[/i]')
  })

  test('without messages is the header alone', () => {
    expect(renderTranscript(input([]))).toEqual([`[url=${URL_128}#part-1]Чат № 128[/url] · Telegram · Анна`])
  })

  const anyMessage: fc.Arbitrary<TranscriptMessage> = fc.record({
    authorName: fc.oneof(fc.constantFrom('Анна', 'Oleg'), fc.string({ unit: 'binary', maxLength: 120 })),
    text: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.lorem({ maxCount: 400 }),
      fc.constantFrom(
        'x'.repeat(5000),
        '[b]жирный[/b]',
        '$result[deal][id] ',
        '👍🏽'.repeat(900),
        'а\n\n\nб',
      ),
    ),
    occurredAt: fc
      .integer({ min: 0, max: 60 })
      .map((hours) => new Date(1_773_000_000_000 + hours * 3_600_000).toISOString()),
    editedAt: fc.constantFrom(null, '2026-03-12T06:07:00Z'),
    attachments: fc.array(
      fc.record({
        name: fc.string({ maxLength: 200 }),
        url: fc.oneof(fc.webUrl(), fc.string({ maxLength: 30 })),
      }),
      { maxLength: 10 },
    ),
  })
  const room = URL_128.length + 1500

  test('never exceeds the part size, marks every part, and loses no character of any text', () => {
    fc.assert(
      fc.property(
        fc.array(anyMessage, { maxLength: 12 }),
        fc.integer({ min: room, max: 6000 }),
        (messages, maxChars) => {
          const parts = renderTranscript(input(messages, { maxChars }))
          parts.forEach((part, index) => {
            expect(part.length).toBeLessThanOrEqual(maxChars)
            expect(part.isWellFormed()).toBe(true)
            expect(part.startsWith(`[url=${marker(URL_128, index + 1)}]`)).toBe(true)
            expect(markedPart(part, URL_128)).toBe(index + 1)
          })
          const squeezed = (text: string) => text.replace(/\s/g, '')
          expect(squeezed(texts(parts))).toBe(squeezed(messages.map(({ text }) => bbText(text)).join('')))
        },
      ),
      { numRuns: 200 },
    )
  })

  test('grows at the end only: earlier parts stay as they are when messages are added', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { minLength: 1, maxLength: 12 }), fc.nat(), (messages, cut) => {
        const before = renderTranscript(input(messages.slice(0, cut % messages.length), { maxChars: room }))
        const after = renderTranscript(input(messages, { maxChars: room }))
        expect(after.length).toBeGreaterThanOrEqual(before.length)
        expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1))
        expect(after[before.length - 1]!.startsWith(before.at(-1)!)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  test('keeps every file by name, and every web address unless it is too long', () => {
    const attachments = Array.from({ length: 10 }, (_, n) => ({
      name: `file-${n}.txt`,
      url: `https://hub.example/${'a'.repeat(n * 90)}`,
    }))
    const parts = renderTranscript(input([message('see', { attachments })], { maxChars: room }))
    expect(parts.length).toBeGreaterThan(1)
    for (const { name } of attachments) expect(parts.join('\n')).toContain(name)
    expect(parts.join('\n').match(/\[url=https:\/\/hub\.example\/a*\]/g)).toHaveLength(7)
  })

  test('does not tear a message that fits into a part of its own', () => {
    const long = 'слово '.repeat(150)
    const parts = renderTranscript(input([message(long), message(long), message(long)], { maxChars: room }))
    expect(parts).toHaveLength(3)
    expect(parts.join()).not.toContain('продолжение')
  })

  test('refuses a part size without room', () => {
    expect(() => renderTranscript(input([], { maxChars: 1000 }))).toThrow(RangeError)
  })
})

describe('customer text', () => {
  test.each(['[b]x[/b]', '[url=javascript:x]', '$result[a][b]', '$ERROR[x]', '$next[0]', '\u0000\u0007x'])(
    'cannot make a tag or a batch reference: %j',
    (text) => {
      expect(bbText(text)).not.toMatch(/[[\]]|(?!\n)\p{Cc}/u)
      expect(bbText(bbText(text))).toBe(bbText(text))
    },
  )

  test('names are one short line', () => {
    expect(bbLine('a\nb\tc', 10)).toBe('a b c')
    expect(bbLine('абвгдежзик', 5)).toBe('абвг…')
  })

  test('links only to web addresses', () => {
    expect(bbLink('javascript:alert(1)', 'x')).toBe('x')
    expect(bbLink("https://a.example/b c'd", 'x')).toBe('[url=https://a.example/b%20c%27d]x[/url]')
  })
})

describe('the marker', () => {
  test('is found by address and part, and not in another conversation', () => {
    const comment = `[url=${marker(URL_128, 12)}]Чат[/url]`
    expect(markedPart(comment, URL_128)).toBe(12)
    expect(markedPart(comment, `${URL_128}0`)).toBeUndefined()
    expect(markedPart('hello', URL_128)).toBeUndefined()
  })
})

test('a time of day depends on the zone given, not on the machine', () => {
  const instant = '2026-03-28T22:30:00Z'
  expect(localTime(instant, 'Asia/Vladivostok', 'ru')).toEqual({ day: '29 марта 2026', clock: '08:30' })
  expect(localTime(instant, 'America/New_York', 'en')).toEqual({ day: '28 March 2026', clock: '18:30' })
  expect(localTime(instant, 'No/Where', 'en')).toEqual({ day: '28 March 2026', clock: '22:30' })
  expect(localTime('yesterday', 'UTC', 'en').clock).toBe('—')
})
