import { render } from 'preact'
import { STYLES } from './styles.ts'

export const TAG = 'trunkline-chat'

/**
 * Puts an empty widget over the page and gives the place to draw in.
 *
 * A shadow keeps the page's styles out. Being a popover it stands in the top layer, where transforms, `z-index` and
 * clipping of the page's own elements do not reach. The style sheet is constructed, so no `style-src` of the site
 * has to allow it.
 */
export function mountHost(document: Document): { host: HTMLElement; root: ShadowRoot } {
  const host = document.createElement(TAG)
  const root = host.attachShadow({ mode: 'open' })
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(STYLES)
    root.adoptedStyleSheets = [sheet]
  } catch {
    // Safari before 16.4.
    const style = document.createElement('style')
    style.textContent = STYLES
    root.append(style)
  }
  document.documentElement.append(host)
  raise(host)
  return { host, root }
}

/** Into the top layer, where the browser has one. */
function raise(host: HTMLElement): void {
  if (typeof host.showPopover !== 'function') return
  host.popover = 'manual'
  host.showPopover()
}

/** Takes the widget off the page. */
export function unmountHost(host: HTMLElement): void {
  if (host.shadowRoot) render(null, host.shadowRoot)
  host.remove()
}
