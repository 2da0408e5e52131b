import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/**
 * Whether a secret that came with a request is the one we expect, in time that does not depend on either.
 * An absent secret on either side is never right: a channel without a secret accepts nothing.
 */
export function isSameSecret(given: string | undefined, expected: string | undefined): boolean {
  if (!given || !expected) return false
  return timingSafeEqual(digest(given), digest(expected))
}

/** HMAC-SHA256 over raw bytes, as networks sign their requests. */
export function hmacSha256(key: Uint8Array | string, data: Uint8Array | string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

/** SHA-256 in hex: a stable name for bytes that have no name of their own. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex')
}

/** Equal lengths for `timingSafeEqual`, whatever came. */
function digest(value: string): Buffer {
  return hash('sha256', value, 'buffer')
}
