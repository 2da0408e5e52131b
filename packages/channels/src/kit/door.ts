import type { RawHook } from './channel-adapter.ts'
import { isSameSecret } from './signature.ts'

/**
 * Header by which our own HTTP door vouches for a hook that it made from an authenticated call.
 * The door sets it to the channel's hook secret and never passes on one that came from outside.
 */
export const DOOR_HEADER = 'x-trunkline-door'

/** Verdict on a hook that only our own door may make. */
export function verifyDoor(hook: RawHook, hookSecret: string): 'genuine' | 'forged' {
  return isSameSecret(hook.headers[DOOR_HEADER], hookSecret) ? 'genuine' : 'forged'
}
