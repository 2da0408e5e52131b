/** What is known of the visit a conversation began with, in the order it is shown. */
export interface VisitFact {
  /** Key of its label under `inbox.visit`. */
  readonly name:
    | 'page'
    | 'pageTitle'
    | 'entrance'
    | 'referrer'
    | 'source'
    | 'medium'
    | 'campaign'
    | 'content'
    | 'term'
  readonly value: string
  /** Safe to open: http or https. */
  readonly href: string | null
}

const PLAIN = [
  ['page', 'pageUrl'],
  ['pageTitle', 'pageTitle'],
  ['entrance', 'entrancePageUrl'],
  ['referrer', 'referrer'],
] as const
const UTM = ['source', 'medium', 'campaign', 'content', 'term'] as const

/**
 * The facts of `context` that people understand. The page a channel wrote comes from outside, so anything that is not
 * text is left out and only web addresses can be opened.
 */
export function visitFacts(context: Readonly<Record<string, unknown>>): VisitFact[] {
  const facts: VisitFact[] = []
  const add = (name: VisitFact['name'], value: unknown) => {
    if (typeof value !== 'string' || value.trim() === '') return
    facts.push({ name, value, href: /^https?:\/\//i.test(value) && URL.canParse(value) ? value : null })
  }
  for (const [name, key] of PLAIN) add(name, context[key])
  const utm = context['utm']
  if (typeof utm === 'object' && utm !== null) {
    for (const name of UTM) add(name, (utm as Record<string, unknown>)[name])
  }
  return facts
}

/** An address short enough for a card: without its scheme and query. */
export function shortAddress(href: string): string {
  const url = new URL(href)
  return `${url.host}${url.pathname === '/' ? '' : url.pathname}`
}
