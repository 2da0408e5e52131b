import { HubError } from '@trunkline/contracts/errors'

/** A place in a list as text for the address: opaque to everybody else. */
export function toCursor(parts: readonly (string | null)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** The parts of a cursor of ours. @throws HubError `request/malformed` for any other text. */
export function fromCursor(cursor: string, count: number): (string | null)[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (
      Array.isArray(parts) &&
      parts.length === count &&
      parts.every((part) => part === null || typeof part === 'string')
    )
      return parts
  } catch (error) {
    throw new HubError('request/malformed', { cause: error })
  }
  throw new HubError('request/malformed')
}

/** An instant of the database with all its digits, so that a page goes on exactly where the last one ended. */
export const EXACT = `YYYY-MM-DD"T"HH24:MI:SS.US"Z"`
