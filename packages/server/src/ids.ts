import { webcrypto } from 'node:crypto'
import { newId as idFrom } from '@trunkline/contracts/ids'

/** A new time-ordered id of the wanted brand, from the machine's clock and randomness. */
export function newId<T extends string>(): T {
  return idFrom<T>(Date.now(), (bytes) => webcrypto.getRandomValues(bytes))
}
