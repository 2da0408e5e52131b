import { Type } from 'typebox'
import type { Auth } from '../../auth/create-auth.ts'
import { watchCabinet } from '../../flows/watch-cabinet.ts'
import type { HttpContext } from '../context.ts'
import { authRequest, type CabinetDoor, whoOf } from './door.ts'

/** Proxies cut what is silent for half a minute or more. */
const PING_MS = 15_000
/** A reader that does not read comes back later and is told what it missed. */
const MAX_UNREAD_BYTES = 1024 * 1024

const StreamQuery = Type.Object({ after: Type.Optional(Type.String({ maxLength: 100 })) })

/**
 * GET /api/events: what changes in the workspace, as Server-Sent Events with ids only. `id:` is the place to go on from,
 * given back as `Last-Event-ID` or `?after=`.
 */
export function eventStream(door: CabinetDoor, context: HttpContext, auth: Auth): void {
  door.get(
    '/api/events',
    { config: { allow: 'operator' }, schema: { querystring: StreamQuery } },
    async (request, reply) => {
      const { userId, workspaceId } = whoOf(request)
      const lastId = request.headers['last-event-id']
      const after = typeof lastId === 'string' && lastId !== '' ? lastId : request.query.after
      const headers = reply.getHeaders()
      reply.hijack()
      const { raw } = reply
      raw.writeHead(200, {
        ...(headers as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      })
      const write = (frame: string) => {
        if (raw.writableLength > MAX_UNREAD_BYTES) raw.destroy()
        else raw.write(frame)
      }
      write('retry: 3000\n\n')
      const ping = setInterval(() => write(': ping\n\n'), PING_MS)
      const recheck = setInterval(() => {
        auth.signedIn(authRequest(request)).then(
          (who) => {
            if (who.userId !== userId || who.workspaceId !== workspaceId) raw.end()
          },
          () => raw.end(),
        )
      }, context.recheckMs)
      let end: (() => void) | undefined
      raw.on('close', () => {
        clearInterval(ping)
        clearInterval(recheck)
        end?.()
      })
      const watching = await watchCabinet(context, workspaceId, after, ({ cursor, event }) =>
        write(`id: ${cursor}\ndata: ${JSON.stringify(event)}\n\n`),
      ).catch((error: unknown) => {
        context.logger.error('cabinet-stream', { workspaceId }, error)
        raw.end()
      })
      if (raw.destroyed || raw.writableEnded) watching?.()
      else end = watching ?? undefined
    },
  )
}
