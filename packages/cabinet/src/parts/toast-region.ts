/** Where toasts are drawn: a place of their own in index.html. */
export const TOASTS = '#toasts'

/**
 * Mends what the kit draws around toasts, whenever it draws it. Its guards, an empty element before and after the toasts
 * that takes the focus of Tab into them, are focusable and hidden from assistive technology at once, which WCAG 4.1.2
 * forbids; they hold nothing, so nobody misses the hiding. And its region is named in English only.
 * @param label what the region is called; asked each time, because the reader may change the language.
 * @returns the way to stop.
 */
export function mendToasts(place: Element, label: () => string): () => void {
  const mend = () => {
    const region = place.querySelector('[role="region"]')
    region?.setAttribute('aria-label', label())
    for (const guard of region?.querySelectorAll(':scope > span[tabindex="0"]') ?? [])
      guard.removeAttribute('aria-hidden')
  }
  const observer = new MutationObserver(mend)
  observer.observe(place, { childList: true, subtree: true })
  mend()
  return () => observer.disconnect()
}
