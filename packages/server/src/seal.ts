import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { SecretKey } from './config.ts'

const VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16

/** Seals and opens secrets at rest, and signs short-lived tokens. */
export interface Sealer {
  /** AES-256-GCM under the newest key; `purpose` is bound to the box, so that one column's box does not open as another's. */
  seal(purpose: string, value: unknown): Buffer
  /** @throws Error when the box was made under an unknown key, for another purpose, or was changed. */
  open<T>(purpose: string, box: Uint8Array): T
  /** `payload.signature`, both base64url. */
  sign(purpose: string, payload: unknown): string
  /** The payload, or undefined when the signature does not fit. */
  unsign<T>(purpose: string, token: string): T | undefined
}

/**
 * Layout of a box: version (1), length of key id (1), key id, iv (12), tag (16), ciphertext.
 * The key id travels with the box, so keys rotate: the first key seals, all of them open.
 */
export function createSealer(keys: readonly SecretKey[]): Sealer {
  const newest = keys[0]
  if (newest === undefined) throw new Error('no secret key')
  return {
    seal(purpose, value) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', newest.bytes, iv).setAAD(Buffer.from(purpose))
      const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
      const id = Buffer.from(newest.id)
      return Buffer.concat([Buffer.from([VERSION, id.length]), id, iv, cipher.getAuthTag(), body])
    },
    open(purpose, box) {
      const bytes = Buffer.from(box)
      const idLength = bytes[1] ?? 0
      const id = bytes.subarray(2, 2 + idLength).toString()
      const key = keys.find((candidate) => candidate.id === id)
      if (bytes[0] !== VERSION || key === undefined) throw new Error(`sealed under an unknown key: ${id}`)
      const iv = bytes.subarray(2 + idLength, 2 + idLength + IV_BYTES)
      const tag = bytes.subarray(2 + idLength + IV_BYTES, 2 + idLength + IV_BYTES + TAG_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, iv)
        .setAAD(Buffer.from(purpose))
        .setAuthTag(tag)
      const body = bytes.subarray(2 + idLength + IV_BYTES + TAG_BYTES)
      return JSON.parse(Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8'))
    },
    sign(purpose, payload) {
      const body = Buffer.from(JSON.stringify(payload)).toString('base64url')
      return `${body}.${signature(newest, purpose, body)}`
    },
    unsign(purpose, token) {
      const [body, given] = token.split('.', 2)
      if (!body || !given) return undefined
      for (const key of keys) {
        const expected = Buffer.from(signature(key, purpose, body))
        const actual = Buffer.from(given)
        if (expected.length === actual.length && timingSafeEqual(expected, actual))
          return JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
      }
      return undefined
    },
  }
}

function signature(key: SecretKey, purpose: string, body: string): string {
  return createHmac('sha256', key.bytes).update(`${purpose}\n${body}`).digest('base64url')
}
