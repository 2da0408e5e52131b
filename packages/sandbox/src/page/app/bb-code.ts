/**
 * BB codes of timelines and notices as a tree. The tree knows a handful of marks and safe addresses and nothing else,
 * so whatever a customer writes can only ever be text. Pure and total.
 */
export type BbNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: BbMark; readonly children: readonly BbNode[] }
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly BbNode[] }

export const BB_MARKS = ['b', 'i', 'u', 's', 'quote'] as const
export type BbMark = (typeof BB_MARKS)[number]

/** A mark deeper than this is shown as it is written: nobody means it, and a page must not run out of stack. */
const MAX_DEPTH = 20
const TOKEN = /\[(\/?)(b|i|u|s|quote|url|br)(?:=([^\]\r\n]*))?\]|\r\n|\n|\r/gi

// The last character is none that ends a sentence around an address.
const BARE_ADDRESS = /https?:\/\/[^\s<>"'«»]*[^\s<>"'«».,;:!?)\]]/gi

interface Open {
  readonly mark: BbMark | 'url' | 'root'
  /** As it was written, for the case that nothing closes it. */
  readonly source: string
  readonly address: string | undefined
  readonly children: BbNode[]
}

/** Reads a text. An unknown code, one that is never closed and one that closes nothing stay text. */
export function parseBbCode(text: string): BbNode[] {
  const root: Open = { mark: 'root', source: '', address: undefined, children: [] }
  const stack: Open[] = [root]
  const top = (): Open => stack.at(-1) ?? root
  let from = 0
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > from) top().children.push({ kind: 'text', text: text.slice(from, match.index) })
    from = match.index + match[0].length
    const [source, slash, code, address] = match
    const mark = code?.toLowerCase()
    if (mark === undefined || mark === 'br') top().children.push({ kind: 'break' })
    else if (slash === '') {
      if (stack.length > MAX_DEPTH) top().children.push({ kind: 'text', text: source })
      else stack.push({ mark: mark as BbMark | 'url', source, address, children: [] })
    } else close(stack, mark as BbMark | 'url', source)
  }
  if (from < text.length) top().children.push({ kind: 'text', text: text.slice(from) })
  while (stack.length > 1) giveUp(stack)
  return withBareLinks(root.children)
}

/** Bare addresses become links too, as on a real portal, except inside of links. */
function withBareLinks(nodes: readonly BbNode[]): BbNode[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'text') return splitAddresses(node.text)
    if (node.kind === 'break') return [node]
    if (node.kind === 'link') return [{ ...node, children: withoutLinks(node.children) }]
    return [{ ...node, children: withBareLinks(node.children) }]
  })
}

/** A link inside a link is no HTML: its words remain. */
function withoutLinks(nodes: readonly BbNode[]): BbNode[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'link') return withoutLinks(node.children)
    return 'children' in node ? [{ ...node, children: withoutLinks(node.children) }] : [node]
  })
}

function splitAddresses(text: string): BbNode[] {
  const nodes: BbNode[] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(BARE_ADDRESS)) {
    const href = safeAddress(found)
    if (href === undefined) continue
    if (index > from) nodes.push({ kind: 'text', text: text.slice(from, index) })
    nodes.push({ kind: 'link', href, children: [{ kind: 'text', text: found }] })
    from = index + found.length
  }
  if (from < text.length) nodes.push({ kind: 'text', text: text.slice(from) })
  return nodes
}

function close(stack: Open[], mark: BbMark | 'url', source: string): void {
  if (!stack.some((open) => open.mark === mark)) {
    stack.at(-1)?.children.push({ kind: 'text', text: source })
    return
  }
  while (stack.at(-1)?.mark !== mark) giveUp(stack)
  const open = stack.pop()
  if (open === undefined) return
  stack.at(-1)?.children.push(...closed(open))
}

function closed({ mark, address, source, children }: Open): BbNode[] {
  if (mark === 'root') return children
  if (mark !== 'url') return [{ kind: mark, children }]
  const href = safeAddress(address ?? plainText(children))
  if (href !== undefined) return [{ kind: 'link', href, children }]
  return [{ kind: 'text', text: source }, ...children, { kind: 'text', text: '[/url]' }]
}

/** The innermost open code was never closed: its words belong to the one around it. */
function giveUp(stack: Open[]): void {
  const open = stack.pop()
  if (open !== undefined) stack.at(-1)?.children.push({ kind: 'text', text: open.source }, ...open.children)
}

/** An address that a click may follow; `undefined` for scripts, data and whatever else a stranger may write. */
export function safeAddress(written: string): string | undefined {
  const address = written.trim().replace(/^(["'])(.*)\1$/, '$2')
  if (/^\/(?![/\\])/.test(address)) return address
  const url = URL.parse(address)
  return url !== null && ['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol) ? url.href : undefined
}

/** The words of a tree without its marks. */
export function plainText(nodes: readonly BbNode[]): string {
  return nodes
    .map((node) =>
      node.kind === 'text' ? node.text : node.kind === 'break' ? '\n' : plainText(node.children),
    )
    .join('')
}
