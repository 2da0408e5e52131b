/** The window of a portal's consent page. */
export interface AuthoriseWindow {
  /** Shows the page, or takes the whole cabinet there when pop-ups are blocked (then nothing returns here). */
  go(authorizeUrl: string): void
  /** The portal was refused before its window was needed. */
  cancel(): void
}

const FEATURES = 'popup,width=720,height=760'

/**
 * A window for the portal's consent page. It must be opened inside the click itself, before the address is known, or
 * browsers block it: so it opens empty and is sent on its way later.
 */
export function openAuthoriseWindow(): AuthoriseWindow {
  const popup = window.open('about:blank', 'trunkline-authorise', FEATURES)
  return {
    go(authorizeUrl) {
      if (popup === null || popup.closed) {
        window.location.assign(authorizeUrl)
        return
      }
      popup.location.href = authorizeUrl
      popup.focus()
    },
    cancel() {
      popup?.close()
    },
  }
}

/**
 * Hears the message of our success page (CHAT-12): `{ source: 'trunkline', portalId }` from our own origin.
 * @returns the way to stop.
 */
export function onAuthorised(heard: (portalId: string) => void): () => void {
  const listen = (event: MessageEvent<unknown>) => {
    if (event.origin === window.location.origin && isSuccess(event.data)) heard(event.data.portalId)
  }
  window.addEventListener('message', listen)
  return () => window.removeEventListener('message', listen)
}

function isSuccess(data: unknown): data is { source: 'trunkline'; portalId: string } {
  if (typeof data !== 'object' || data === null) return false
  const { source, portalId } = data as Record<string, unknown>
  return source === 'trunkline' && typeof portalId === 'string'
}
