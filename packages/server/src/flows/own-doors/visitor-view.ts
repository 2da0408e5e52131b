import type { Readable } from 'node:stream'
import { HubError } from '@trunkline/contracts/errors'
import type { AttachmentId } from '@trunkline/contracts/ids'
import type { WidgetChatMessage, WidgetWelcome } from '@trunkline/contracts/widget/protocol'
import { channelIdentity } from '@trunkline/domain/identity/match'
import type { FileStore } from '../../files/file-store.ts'
import { isSafeImage } from '../../files/true-type.ts'
import { type AttachmentRow, loadAttachment } from '../../store/attachments.ts'
import type { Database } from '../../store/database.ts'
import { latestCursor } from '../../store/realtime.ts'
import { anybodyOnline, talkHasContactData, talkHoldsFile } from '../../store/talks.ts'
import { uploader } from '../ingest-talk.ts'
import { type TalkMessage, viewTalk } from '../talk-view.ts'
import { contactForm, requestForm, type SiteDoor } from './site-door.ts'
import { maxUploadBytes } from './take-upload.ts'
import type { Visitor } from './visitor.ts'

/** How many of the newest messages a widget gets when it opens, and after a gap that cannot be filled. */
export const NEWEST = 100
/** An operator who did something within this time is at work. */
const ONLINE_MS = 5 * 60_000

/** Makes the address of a visitor's file. */
export type FileLink = (id: string) => string

/** What the widget needs to open. Stores nothing: somebody who only looks leaves no trace. */
export async function welcome(
  deps: { readonly database: Database },
  site: SiteDoor,
  visitor: Visitor | undefined,
  link: FileLink,
): Promise<WidgetWelcome> {
  const { door, settings } = site
  return deps.database.inWorkspace(door.workspaceId, async (tx) => {
    // Before the messages: what comes after this place is told by the stream, whatever of it is in the list already.
    const cursor = await latestCursor(tx)
    const messages = visitor === undefined ? [] : await viewTalk(tx, visitor, { newest: NEWEST })
    const form = contactForm(settings)
    const operatorsOnline = await anybodyOnline(tx, ONLINE_MS)
    const offline = requestForm(settings, operatorsOnline)
    return {
      title: settings.title,
      greeting: settings.greeting,
      colour: settings.colour,
      position: settings.position,
      ...(settings.locale === 'auto' ? {} : { locale: settings.locale }),
      ...(form === undefined ? {} : { contactForm: form }),
      ...(offline === undefined ? {} : { requestForm: offline }),
      maxTextChars: door.adapter.can.text.maxChars,
      maxFileBytes: maxUploadBytes(door),
      knownVisitor:
        visitor !== undefined &&
        (messages.length > 0 ||
          (await talkHasContactData(tx, channelIdentity(door.channelId, visitor.talk)))),
      operatorsOnline,
      messages: messages.map((message) => chatMessage(message, link)),
      cursor: cursor ?? '',
    }
  })
}

/** Messages of the visitor's talk after a place, oldest first. */
export async function messagesAfter(
  deps: { readonly database: Database },
  site: SiteDoor,
  visitor: Visitor,
  after: number,
  link: FileLink,
): Promise<WidgetChatMessage[]> {
  const messages = await deps.database.inWorkspace(site.door.workspaceId, (tx) =>
    viewTalk(tx, visitor, { after, limit: NEWEST }),
  )
  return messages.map((message) => chatMessage(message, link))
}

/** One message as the widget shows it. */
export function chatMessage(message: TalkMessage, link: FileLink): WidgetChatMessage {
  const from = message.from === 'contact' ? 'visitor' : message.from
  return {
    id: message.id,
    ...(from === 'visitor' && message.externalId !== null ? { clientId: message.externalId } : {}),
    sequence: message.sequence,
    from,
    ...(from === 'operator' && message.authorName !== null ? { authorName: message.authorName } : {}),
    text: message.text,
    edited: message.edited,
    removed: message.removed,
    files: message.files
      .filter((file) => file.state === 'ready')
      .map(({ id, name, mime, sizeBytes }) => ({
        id,
        name,
        mime,
        sizeBytes,
        image: isSafeImage(mime),
        url: link(id),
      })),
    at: message.at.toISOString(),
    ...(from === 'visitor' ? { status: message.seen ? ('read' as const) : ('delivered' as const) } : {}),
  }
}

/** Opens a file of the visitor's own talk. @throws HubError `request/not-found` for any other. */
export async function openVisitorFile(
  deps: { readonly database: Database; readonly files: FileStore },
  site: SiteDoor,
  visitor: Visitor,
  id: AttachmentId,
): Promise<{ row: AttachmentRow; stream: Readable; sizeBytes: number }> {
  const { workspaceId, channelId } = site.door
  const row = await deps.database.inWorkspace(workspaceId, async (tx) => {
    const mine = await talkHoldsFile(tx, channelId, visitor.talk, id, uploader(channelId, visitor.talk))
    return mine ? loadAttachment(tx, id) : undefined
  })
  if (row === undefined || row.state !== 'ready') throw new HubError('request/not-found')
  return { row, ...(await deps.files.open(workspaceId, id)) }
}
