import { randomBytes } from 'node:crypto'
import { HubError } from '@trunkline/contracts/errors'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Auth } from '../../auth/create-auth.ts'
import { openSiteDoor } from '../../flows/own-doors/site-door.ts'
import { authRequest } from '../cabinet/door.ts'
import type { HttpContext } from '../context.ts'
import { trySitePage } from './try-site-page.ts'
import { KeyParams } from './widget-schemas.ts'

const Query = Type.Object({ sent: Type.Optional(Type.String({ maxLength: 1 })) })

/**
 * `GET /try/<public key>`: the test site of a site chat, for its own company alone. Whoever is not signed in goes to the
 * cabinet: a page of ours that anybody could open would carry the chat past the list of sites.
 */
export async function trySiteRoutes(app: FastifyInstance, context: HttpContext, auth: Auth): Promise<void> {
  app.get<{ Params: { key: string }; Querystring: { sent?: string } }>(
    '/try/:key',
    { schema: { hide: true, params: KeyParams, querystring: Query }, config: { rateLimit: { max: 120 } } },
    async (request, reply) => {
      const who = await auth.signedIn(authRequest(request)).catch((error: unknown) => {
        if (!(error instanceof HubError) || error.code !== 'auth/signed-out') throw error
      })
      if (who === undefined) return reply.redirect('/cabinet/')
      const { door, settings } = await openSiteDoor(context.acceptHook, request.params.key, undefined)
      if (door.workspaceId !== who.workspaceId) throw new HubError('request/not-found')
      const nonce = randomBytes(16).toString('base64')
      return (
        reply
          .header(
            'content-security-policy',
            // The widget draws pictures on a canvas and styles its shadow from memory: it needs no source for either.
            `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
          )
          .header('cache-control', 'no-store')
          // Without it the browser would hide from our own door which page the form was on.
          .header('referrer-policy', 'same-origin')
          .type('text/html; charset=utf-8')
          .send(
            trySitePage({
              locale: who.locale,
              nonce,
              channelId: door.channelId,
              publicKey: request.params.key,
              settings,
              isSent: request.query.sent === '1',
            }),
          )
      )
    },
  )
}
