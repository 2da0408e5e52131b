import type { WidgetEvent } from '@trunkline/contracts/widget/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SiteDoor } from '../../flows/own-doors/site-door.ts'
import { takeTicket, type Visitor } from '../../flows/own-doors/visitor.ts'
import { chatMessage, type FileLink, NEWEST } from '../../flows/own-doors/visitor-view.ts'
import { type TalkNews, watchTalk } from '../../flows/own-doors/watch-talk.ts'
import type { HttpContext } from '../context.ts'

/** Proxies cut what is silent for half a minute or more; the widget takes a longer silence for a break. */
const PING_MS = 15_000
/** A reader that does not read: what waits for it beyond this is not worth the memory, it will come back. */
const MAX_UNREAD_BYTES = 1024 * 1024
/** One browser holds one stream; more are tabs that cannot talk to each other. */
const STREAMS_PER_VISITOR = 6

const open = new Map<string, Set<() => void>>()

interface Stream {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly site: SiteDoor
  readonly ticket: string
  readonly after: string | undefined
  readonly linkFor: (request: FastifyRequest, visitor: Visitor) => FileLink
}

/**
 * Server-Sent Events of one talk. `id:` is the place to go on from; `event: ping` every 15 seconds, so that the widget
 * can tell silence from a break.
 * @throws HubError `auth/signed-out` when the ticket is no good; after that the answer is the stream.
 */
export async function widgetStream(context: HttpContext, stream: Stream): Promise<void> {
  const { request, reply, site } = stream
  const visitor = await takeTicket(context, site.door.channelId, stream.ticket, context.now())
  const link = stream.linkFor(request, visitor)
  const lastId = request.headers['last-event-id']
  const after = typeof lastId === 'string' && lastId !== '' ? lastId : stream.after || undefined

  const headers = reply.getHeaders()
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...(headers as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  })
  raw.write('retry: 3000\n\n')

  const write = (frame: string) => {
    if (raw.writableLength > MAX_UNREAD_BYTES) raw.destroy()
    else raw.write(frame)
  }
  const ping = setInterval(() => write('event: ping\ndata: {}\n\n'), PING_MS)
  let end: (() => void) | undefined
  const close = () => raw.end()
  const forget = register(`${visitor.channelId}:${visitor.talk}`, close)
  raw.on('close', () => {
    clearInterval(ping)
    forget()
    end?.()
    end = undefined
  })
  const watching = await watchTalk(context, site.door.workspaceId, visitor, after, NEWEST, {
    news: (news, cursor) => write(frameOf(eventOf(news, link), cursor)),
    failed: (error) => {
      context.logger.error('widget-stream', { channelId: visitor.channelId }, error)
      raw.end()
    },
  }).catch((error: unknown) => {
    context.logger.error('widget-stream', { channelId: visitor.channelId }, error)
    raw.end()
  })
  if (raw.destroyed || raw.writableEnded) watching?.()
  else end = watching ?? undefined
}

/** Keeps a visitor to a few streams: a new one ends the oldest. */
function register(key: string, close: () => void): () => void {
  const mine = open.get(key) ?? new Set()
  open.set(key, mine.add(close))
  const [oldest] = mine
  if (mine.size > STREAMS_PER_VISITOR && oldest !== undefined) {
    mine.delete(oldest)
    oldest()
  }
  return () => {
    mine.delete(close)
    if (mine.size === 0) open.delete(key)
  }
}

function eventOf(news: TalkNews, link: FileLink): WidgetEvent {
  return news.kind === 'message' ? { kind: 'message', message: chatMessage(news.message, link) } : news
}

function frameOf(event: WidgetEvent, cursor: string): string {
  return `${cursor === '' ? '' : `id: ${cursor}\n`}data: ${JSON.stringify(event)}\n\n`
}
