/**
 * The name under which calls from one address are counted; undefined for this machine itself, where everybody behind a
 * reverse proxy that does not say whom it speaks for would be one and the same.
 *
 * An IPv6 address counts by its /64: that is what one subscriber gets.
 */
export function remotePlace(address: string): string | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase()
  if (plain === '::1' || plain.startsWith('127.')) return undefined
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('%', 1)[0]!.split('::', 2)
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  return `${groups.slice(0, 4).join(':')}::/64`
}
