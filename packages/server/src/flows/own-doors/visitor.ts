import { createHash, randomUUID } from 'node:crypto'
import { HubError } from '@trunkline/contracts/errors'
import type { AttachmentId, ChannelId } from '@trunkline/contracts/ids'
import type { Sealer } from '../../seal.ts'
import type { Database } from '../../store/database.ts'
import { firstUse } from './limits.ts'

/** Whoever writes in a site chat: known by a token that we signed and they keep, and by nothing else. */
export interface Visitor {
  readonly channelId: ChannelId
  /** Names the talk; the widget never sees it in clear. */
  readonly talk: string
}

const TOKEN = 'visitor'
const TICKET = 'visitor-stream'
const FILE = 'visitor-file'
const TICKET_MS = 30_000
/** Long enough for a page that stays open; the widget gets a new link whenever it asks for the message again. */
const FILE_LINK_MS = 7 * 24 * 3_600_000

/** The token a visitor keeps. Made with the first message, form or file, never for merely looking. */
export function visitorToken(sealer: Sealer, visitor: Visitor, now: Date): string {
  return sealer.sign(TOKEN, { channelId: visitor.channelId, talk: visitor.talk, at: now.toISOString() })
}

/** @throws HubError `auth/signed-out` when the token is not ours, or not for this channel. */
export function visitorOf(sealer: Sealer, channelId: ChannelId, token: string): Visitor {
  const read = sealer.unsign<{ channelId?: unknown; talk?: unknown }>(TOKEN, token)
  if (read?.channelId !== channelId || typeof read.talk !== 'string') throw new HubError('auth/signed-out')
  return { channelId, talk: read.talk }
}

/**
 * A visitor that begins with this call. The talk follows from the widget's own id of the call, so that the first
 * message repeated (its answer was lost, or two tabs send it) ends in one talk with one token. That id is as random
 * as a token and known to the visitor's browser alone.
 */
export function newVisitor(sealer: Sealer, channelId: ChannelId, clientId: string = randomUUID()): Visitor {
  const bytes = createHash('sha256')
    .update(sealer.sign('visitor-talk', [channelId, clientId]))
    .digest()
  // Version 8 is for ids made in one's own way. Source: RFC 9562 §5.8.
  bytes[6] = 0x80 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = bytes.toString('hex')
  const talk = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
  return { channelId, talk }
}

/** Opens one stream within 30 seconds: an EventSource can carry no header, and a token does not belong in an address. */
export function streamTicket(sealer: Sealer, visitor: Visitor, now: Date): string {
  return sealer.sign(TICKET, { ...visitor, until: now.getTime() + TICKET_MS, once: randomUUID() })
}

/** @throws HubError `auth/signed-out` when the ticket is not ours, is over, or was used before. */
export async function takeTicket(
  deps: { readonly sealer: Sealer; readonly database: Database },
  channelId: ChannelId,
  ticket: string,
  now: Date,
): Promise<Visitor> {
  const read = deps.sealer.unsign<Visitor & { until: number; once: string }>(TICKET, ticket)
  if (read === undefined || read.channelId !== channelId || read.until < now.getTime())
    throw new HubError('auth/signed-out')
  if (!(await firstUse(deps.database, `ticket:${read.once}`, 2 * TICKET_MS)))
    throw new HubError('auth/signed-out')
  return { channelId, talk: read.talk }
}

/** Opens one file for a week: goes into the address of the file, where the visitor's own token does not belong. */
export function fileToken(sealer: Sealer, visitor: Visitor, id: string, now: Date): string {
  return sealer.sign(FILE, { ...visitor, id, until: now.getTime() + FILE_LINK_MS })
}

/** The visitor that a file's address speaks for. @throws HubError `auth/signed-out`. */
export function visitorOfFile(
  sealer: Sealer,
  channelId: ChannelId,
  id: AttachmentId,
  token: string,
  now: Date,
): Visitor {
  const read = sealer.unsign<Visitor & { id: string; until: number }>(FILE, token)
  if (read === undefined) return visitorOf(sealer, channelId, token)
  if (read.channelId !== channelId || read.id !== id || read.until < now.getTime())
    throw new HubError('auth/signed-out')
  return { channelId, talk: read.talk }
}
