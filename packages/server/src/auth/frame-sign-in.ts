import { createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'

/** What a session of a frame is told by; kept where the library keeps the browser's name. */
const MARK = 'bitrix24-frame'

/** Names the sessions of one employee of one portal. */
export function frameMark(portalId: string, portalUserId: string): string {
  return `${MARK} ${portalId} ${portalUserId}`
}

/**
 * Signs a person in whom Bitrix24 vouches for, for a day at most. Only our own code can call it: it has no address.
 * The caller has made sure that the employee of the portal is linked to the person.
 */
export function frameSignIn() {
  return {
    id: 'frame-sign-in',
    endpoints: {
      signInFrame: createAuthEndpoint(
        { method: 'POST', metadata: { $Infer: { body: {} as { userId: string; mark: string } } } },
        async (ctx) => {
          const { internalAdapter } = ctx.context
          const { userId, mark } = ctx.body
          const user = await internalAdapter.findUserById(userId)
          if (user === null) return { signedIn: false }
          const session = await internalAdapter.createSession(userId, true, { userAgent: mark })
          await setSessionCookie(ctx, { session, user }, true)
          return { signedIn: true }
        },
      ),
    },
  } as const
}

/**
 * A session cookie that lives in the frame of a foreign site: browsers keep it apart for each site around it. Plain http
 * knows no such cookies; there the portal is on our own host (the sandbox), where the ordinary one works.
 * Source: developer.mozilla.org/docs/Web/Privacy/Guides/Privacy_sandbox/Partitioned_cookies (read 2026-11).
 */
export function forFrame(cookie: string, isHttps: boolean): string {
  if (!isHttps) return cookie
  const kept = cookie.split(/;\s*/).filter((part) => !/^(samesite=|secure$|partitioned$)/i.test(part))
  return [...kept, 'SameSite=None', 'Secure', 'Partitioned'].join('; ')
}
