import { isIP } from 'node:net'

/** What of a request tells where it came from; header names are lower case. */
export interface Provenance {
  readonly host: string | undefined
  readonly protocol: string
}

/**
 * Origins that are ours for this request. With a configured public address only that one. Without it also the address
 * the browser used, when it is a number or localhost: a name that somebody points at this machine proves nothing.
 */
export function ownOrigins(publicUrl: string, configured: boolean, from: Provenance): string[] {
  const origins = publicUrl === '' ? [] : [new URL(publicUrl).origin]
  if (configured || from.host === undefined) return origins
  try {
    const url = new URL(`${from.protocol}://${from.host}`)
    const name = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) origins.push(url.origin)
  } catch {
    // A Host header that is no host is nobody's origin.
    return origins
  }
  return origins
}
