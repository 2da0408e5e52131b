import type { Locale } from '@trunkline/contracts/locale'
import { canonicalOrigin, type FramePost, parseFramePost, type Transport } from '@trunkline/portal'

/** What a portal posted to open a page of ours in its frame. Nothing of it is proved yet. */
export interface Frame extends FramePost {
  /** Canonical origin of the portal it names. */
  readonly origin: string
  /** Language of whoever sits before it; undefined when the portal does not tell. */
  readonly locale: Locale | undefined
}

/** Reads it. Pure; `undefined` when it names no portal at an address we may speak to, or brings no token. */
export function readFrame(
  http: Pick<Transport, 'allowPrivate'>,
  query: string,
  body: string,
): Frame | undefined {
  const post = parseFramePost(query, body)
  return post === undefined ? undefined : frameOf(http, post)
}

/** The same of what was read before. */
export function frameOf(http: Pick<Transport, 'allowPrivate'>, post: FramePost): Frame | undefined {
  const spelt = canonicalOrigin(`${post.isHttps ? 'https' : 'http'}://${post.domain}`, {
    allowHttp: http.allowPrivate,
  })
  if ('error' in spelt) return undefined
  // Whoever reads another language in Bitrix24 reads English here.
  const locale = post.language === '' ? undefined : post.language.startsWith('ru') ? 'ru' : 'en'
  return { ...post, origin: spelt.origin, locale }
}
