import { isIP } from 'node:net'
import type { ErrorCode } from '@trunkline/contracts/errors'
import { isPrivateAddress } from './private-address.ts'

/** A portal's address in its one spelling, or why it is none. */
export type CanonicalOrigin = { readonly origin: string } | { readonly error: ErrorCode }

/** First labels that stand in instructions as an example, under a Bitrix24 zone. */
const PLACEHOLDERS =
  /^(?:test|example|sample|demo-?portal|portal|company|my-?company|your-?company|my-?portal|your-?(?:portal|domain)(?:[-_]?name)?|domain|xxx+|callgeartest)$/

/** What pasting from a page or a messenger brings along: zero-width characters and the soft hyphen. */
const INVISIBLE = /\u200b|\u200c|\u200d|\u2060|\ufeff|\u00ad/g

/**
 * Brings what a person typed or pasted to one origin: `https://company.bitrix24.ru`.
 *
 * Takes a bare host, any scheme spelling, path, query, upper case, spaces around, a trailing dot, IDN, the port of a
 * box. `www.` is kept: it is another host. `allowHttp` keeps `http://` as typed; without it plain http becomes https
 * on the standard port and is refused on another one.
 */
export function canonicalOrigin(input: string, options: { readonly allowHttp: boolean }): CanonicalOrigin {
  const trimmed = input.replace(INVISIBLE, '').replace(/^[\s<«"'(]+|[\s>»"'),;]+$/g, '')
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return { error: 'portal/bad-domain' }
  // `https:/x`, `https//x`, `//x` and `https:x` are all slips of the same hand.
  const rest = trimmed.replace(/^(?:https?(?::\/*|\/+)|\/+)/i, '')
  const typedHttp = /^http(?!s)[:/]/i.test(trimmed)
  if (rest === '' || /[\s\\]/.test(rest.split(/[/?#]/, 1)[0]!)) return { error: 'portal/bad-domain' }
  if (!URL.canParse(`http://${rest}`)) return { error: 'portal/bad-domain' }
  const url = new URL(`http://${rest}`)
  if (url.username !== '' || url.password !== '') return { error: 'portal/bad-domain' }
  const host = url.hostname.replace(/\.$/, '')
  if (!isHost(host, options.allowHttp)) return { error: 'portal/bad-domain' }
  if (isPlaceholder(host)) return { error: 'portal/placeholder-domain' }

  const port = portOf(rest)
  if (port === 'bad') return { error: 'portal/bad-domain' }
  const bareLocal = scheme === undefined && options.allowHttp && isLocal(host)
  const isHttp = options.allowHttp && (typedHttp || bareLocal)
  if (typedHttp && !options.allowHttp && port !== undefined && port !== 80)
    return { error: 'portal/needs-https' }
  const standardPort = isHttp ? 80 : 443
  // `http://company.bitrix24.ru:80` without leave for http means the same portal by https.
  const keepPort = port !== undefined && port !== standardPort && !(typedHttp && !isHttp && port === 80)
  return { origin: `${isHttp ? 'http' : 'https'}://${host}${keepPort ? `:${port}` : ''}` }
}

function isHost(host: string, allowLocal: boolean): boolean {
  if (host.startsWith('[') || isIP(host) !== 0) return true
  if (host.length > 253 || host.includes('..')) return false
  const labels = host.split('.')
  if (!labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))) return false
  if (labels.length === 1) return allowLocal
  return !/^\d+$/.test(labels.at(-1)!)
}

function isPlaceholder(host: string): boolean {
  const match = /^(.+?)\.bitrix24\.[a-z.]+$/.exec(host)
  if (match !== null) return PLACEHOLDERS.test(match[1]!.replace(/^www\./, ''))
  return /(?:^|\.)example\.(?:com|org|net|ru)$/.test(host) || /^your-?(?:portal|domain)\./.test(host)
}

function isLocal(host: string): boolean {
  return host === 'localhost' || isPrivateAddress(host)
}

/** The typed port; `URL` would drop `:80` before we know whether http was meant. */
function portOf(rest: string): number | 'bad' | undefined {
  const digits = /^(?:\[[^\]]*\]|[^/?#:]*):(\d*)(?=[/?#]|$)/.exec(rest)?.[1]
  if (digits === undefined || digits === '') return undefined
  const port = Number(digits)
  return port >= 1 && port <= 65_535 ? port : 'bad'
}
