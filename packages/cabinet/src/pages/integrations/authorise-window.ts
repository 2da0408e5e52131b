import type { CabinetEvent } from '@trunkline/contracts/http/realtime'
import { onCabinetEvent } from '../../api/events.ts'

/** How the portal's window ended; `closed` may mean done as well as given up: the portal's state tells which. */
export type AuthoriseEnd = { readonly kind: 'connected' | 'closed'; readonly portalId: string }

const CLOSED_POLL_MS = 400
const FEATURES = 'popup,width=720,height=760'

/**
 * A window for the portal's consent page. It must be opened inside the click itself, before the address is known, or
 * browsers block it: so it opens empty and is sent on its way later.
 */
export function openAuthoriseWindow() {
  const popup = window.open('about:blank', 'trunkline-authorise', FEATURES)
  return {
    /**
     * Shows the consent page and waits. With pop-ups blocked the whole page goes there instead and nothing returns.
     *
     * Done is heard in three ways, because a portal's headers may cut the window from its opener: the message of our
     * success page, the server's event about this portal, or the window being closed.
     */
    async go(authorizeUrl: string, portalId: string): Promise<AuthoriseEnd> {
      if (popup === null || popup.closed) {
        window.location.assign(authorizeUrl)
        return new Promise(() => undefined)
      }
      popup.location.href = authorizeUrl
      popup.focus()
      return new Promise((resolve) => {
        const finish = (end: AuthoriseEnd) => {
          clearInterval(timer)
          window.removeEventListener('message', hear)
          stop()
          resolve(end)
        }
        const hear = (event: MessageEvent<unknown>) => {
          if (event.origin !== window.location.origin || !isSuccess(event.data)) return
          finish({ kind: 'connected', portalId: event.data.portalId })
        }
        const stop = onCabinetEvent((event: CabinetEvent) => {
          if (event.kind === 'portal' && event.portalId === portalId && popup.closed) {
            finish({ kind: 'closed', portalId })
          }
        })
        const timer = setInterval(() => {
          if (popup.closed) finish({ kind: 'closed', portalId })
        }, CLOSED_POLL_MS)
        window.addEventListener('message', hear)
      })
    },
    /** The portal was refused before its window was needed. */
    cancel() {
      popup?.close()
    },
  }
}

/** The message of our success page (CHAT-12). */
export function isSuccess(data: unknown): data is { source: 'trunkline'; portalId: string } {
  if (typeof data !== 'object' || data === null) return false
  const { source, portalId } = data as Record<string, unknown>
  return source === 'trunkline' && typeof portalId === 'string'
}
