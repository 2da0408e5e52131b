import type { Locale } from '@trunkline/contracts/locale'
import { bbLine, bbLink, bbText, cutAt } from './bb-text.ts'
import { type LocalTime, localTime } from './local-time.ts'
import { marker } from './marker.ts'
import { type TalkKind, talkTitle } from './talk-words.ts'

export interface TranscriptAttachment {
  readonly name: string
  readonly url: string
}

export interface TranscriptMessage {
  readonly authorName: string
  readonly text: string
  /** ISO 8601. */
  readonly occurredAt: string
  readonly editedAt?: string | null
  readonly removedAt?: string | null
  readonly attachments: readonly TranscriptAttachment[]
}

export interface TranscriptInput {
  /** Address of the conversation in our cabinet; the marker is made of it. */
  readonly conversationUrl: string
  readonly number: number
  /** Absent: a chat. */
  readonly kind?: TalkKind
  readonly channelTitle: string
  readonly contactName: string
  /** In the order they are read. */
  readonly messages: readonly TranscriptMessage[]
  /** IANA name; UTC when absent or unknown. */
  readonly timeZone?: string
  readonly locale: Locale
  /** Longest part in UTF-16 units; at least 1500 more than the conversation's address. */
  readonly maxChars: number
}

const MAX_NAME_CHARS = 80
const MAX_LINK_CHARS = 600
const MAX_DAY_LINE_CHARS = 40
/** A message is not torn for the sake of less than this. */
const MIN_PIECE_CHARS = 200
/** Room that a part must have beside the conversation's address: header, author, one link. */
const MIN_ROOM_CHARS = 1500
const WORDS = {
  ru: {
    part: 'часть',
    edited: 'изменено',
    removed: 'удалено',
    goesOn: 'продолжение',
  },
  en: {
    part: 'part',
    edited: 'edited',
    removed: 'removed',
    goesOn: 'continued',
  },
} as const

/**
 * The conversation as BB-code comments of a CRM card, split into parts that fit.
 *
 * Each part opens with the marker line. Adding messages at the end changes only the last part or adds parts.
 * Every line of ours begins with `[`; no line of other people's text holds one. No text is lost: what does not
 * fit goes on in the next part. Depends on its arguments only.
 * @throws RangeError when `maxChars` leaves no room beside the marker.
 */
export function renderTranscript(input: TranscriptInput): string[] {
  if (input.maxChars < input.conversationUrl.length + MIN_ROOM_CHARS) {
    throw new RangeError(`A part of ${input.maxChars} characters has no room beside the marker`)
  }
  const words = WORDS[input.locale]
  const parts: string[] = []
  let part = ''
  let dayInPart = ''

  function open(): void {
    if (part !== '') parts.push(part)
    part = headerLine(input, parts.length + 1)
    dayInPart = ''
  }

  /** Lines that introduce a message here: a day separator where the part lacks it, and the author's line. */
  function heading(message: TranscriptMessage, time: LocalTime, continued: boolean): string {
    const day = dayInPart === time.day ? '' : `\n[i]${time.day}[/i]`
    const marks = [
      ...(continued ? [words.goesOn] : []),
      ...(message.removedAt ? [words.removed] : message.editedAt ? [words.edited] : []),
    ]
    const note = marks.length === 0 ? '' : ` [i]${marks.join(', ')}[/i]`
    return `${day}\n[b]${bbLine(message.authorName, MAX_NAME_CHARS) || '—'}[/b] ${time.clock}${note}`
  }

  function write(message: TranscriptMessage): void {
    const time = localTime(message.occurredAt, input.timeZone ?? 'UTC', input.locale)
    let text = bbText(message.text)
    const links = message.attachments.map(attachmentLine)
    let continued = false
    for (;;) {
      const head = heading(message, time, continued)
      const whole = [head, ...(text.trim() === '' ? [] : [text]), ...links].join('\n')
      if (part.length + whole.length <= input.maxChars) {
        part += whole
        dayInPart = time.day
        return
      }
      const nextRoom = input.maxChars - headerLine(input, parts.length + 2).length - MAX_DAY_LINE_CHARS
      const isFresh = dayInPart === ''
      if (
        !isFresh &&
        (whole.length <= nextRoom || input.maxChars - part.length - head.length < MIN_PIECE_CHARS)
      ) {
        open()
        continue
      }
      part += head
      if (text.trim() !== '') {
        const piece = firstPiece(text, input.maxChars - part.length - 1)
        part += `\n${piece}`
        text = text.slice(piece.length)
      }
      while (
        text.trim() === '' &&
        links[0] !== undefined &&
        part.length + 1 + links[0].length <= input.maxChars
      ) {
        part += `\n${links.shift()}`
      }
      dayInPart = time.day
      if (text.trim() === '' && links.length === 0) return
      continued = true
      open()
    }
  }

  open()
  for (const message of input.messages) write(message)
  return [...parts, part]
}

function headerLine(input: TranscriptInput, part: number): string {
  const words = WORDS[input.locale]
  const title = talkTitle(input.kind ?? 'chat', input.number, input.locale)
  const names = [input.channelTitle, input.contactName].map((name) => bbLine(name, MAX_NAME_CHARS))
  const ordinal = part === 1 ? [] : [`${words.part} ${part}`]
  const rest = [...names.filter((name) => name !== ''), ...ordinal].map((item) => ` · ${item}`).join('')
  return `${bbLink(marker(input.conversationUrl, part), title)}${rest}`
}

function attachmentLine(file: TranscriptAttachment): string {
  const name = bbLine(file.name, MAX_NAME_CHARS) || '—'
  const link = bbLink(file.url, name)
  return `[i]📎[/i] ${link.length <= MAX_LINK_CHARS ? link : name}`
}

/** A piece of at most `room` characters, cut after a line or a word where one ends in its second half. */
function firstPiece(text: string, room: number): string {
  if (text.length <= room) return text
  const piece = cutAt(text, room)
  for (const boundary of ['\n', ' ']) {
    const at = piece.lastIndexOf(boundary)
    if (at > room / 2) return piece.slice(0, at + 1)
  }
  return piece
}
