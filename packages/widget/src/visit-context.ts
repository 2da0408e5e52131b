import type { WidgetContext } from '@trunkline/contracts/widget/protocol'
import type { Drawer } from './drawer.ts'

type Labels = NonNullable<WidgetContext['utm']>

/** How the visitor first came: kept, because the page they write from is rarely the one they came to. */
interface FirstTouch {
  readonly at: number
  readonly entrancePageUrl: string
  readonly referrer?: string
  readonly utm?: Labels
}

const NAMES = ['source', 'medium', 'campaign', 'content', 'term'] as const
const KEPT_MS = 180 * 24 * 3_600_000
const MAX_URL_CHARS = 2000

/** Remembers how the visitor came, unless it is known. Advertising labels are taken from the first page that has any. */
export function rememberFirstTouch(
  drawer: Drawer,
  page: { url: string; referrer: string; now: number },
): void {
  const known = drawer.get<FirstTouch>('visit')
  const utm = labelsOf(page.url)
  if (known && page.now - known.at < KEPT_MS) {
    if (!known.utm && utm) drawer.set('visit', { ...known, utm })
    return
  }
  // Coming from another page of the same site says nothing of how the visitor came to it.
  const referrer = originOf(page.referrer) === originOf(page.url) ? '' : page.referrer
  const touch: FirstTouch = {
    at: page.now,
    entrancePageUrl: page.url.slice(0, MAX_URL_CHARS),
    ...(referrer ? { referrer: referrer.slice(0, MAX_URL_CHARS) } : {}),
    ...(utm ? { utm } : {}),
  }
  drawer.set('visit', touch)
}

/** What goes with each message: the page of now, and how the visitor came. */
export function visitContext(
  drawer: Drawer,
  page: { url: string; title: string; timeZone?: string },
  now = Date.now(),
): WidgetContext {
  const touch = drawer.get<FirstTouch>('visit')
  return {
    pageUrl: page.url.slice(0, MAX_URL_CHARS),
    ...(page.title ? { pageTitle: page.title.slice(0, 300) } : {}),
    ...(touch?.referrer ? { referrer: touch.referrer } : {}),
    ...(touch && {
      entrancePageUrl: touch.entrancePageUrl,
      sinceEntranceS: Math.max(0, Math.round((now - touch.at) / 1000)),
    }),
    ...(touch?.utm ? { utm: touch.utm } : {}),
    ...(page.timeZone ? { timeZone: page.timeZone } : {}),
  }
}

function labelsOf(url: string): Labels | undefined {
  const query = new URL(url).searchParams
  const labels: Labels = {}
  for (const name of NAMES) {
    const value = query.get(`utm_${name}`)
    if (value) labels[name] = value.slice(0, 300)
  }
  return Object.keys(labels).length > 0 ? labels : undefined
}

function originOf(url: string): string {
  try {
    return new URL(url).origin
  } catch {
    return ''
  }
}
