import { BlockList, isIP } from 'node:net'

/**
 * Addresses that are not on the public internet.
 * Source: RFC 6890 and the IANA special-purpose registries (read 2026-11): loopback, private, link-local, CGNAT,
 * documentation, benchmarking, multicast, reserved; IPv6 the same with unique local and the IPv4 tunnels.
 */
const PRIVATE_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

const PRIVATE_V6 = [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const

const blocked = new BlockList()
for (const [network, prefix] of PRIVATE_V4) blocked.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of PRIVATE_V6) blocked.addSubnet(network, prefix, 'ipv6')

/** Whether an IP address must not be reached unless the administrator allows it. False for what is no IP address. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  const family = isIP(bare)
  if (family === 0) return false
  if (family === 4) return blocked.check(bare, 'ipv4')
  const mapped = mappedV4(bare)
  return mapped === undefined ? blocked.check(bare, 'ipv6') : blocked.check(mapped, 'ipv4')
}

/** The IPv4 address inside `::ffff:a.b.c.d`, in either spelling. */
function mappedV4(address: string): string | undefined {
  // The URL parser gives IPv6 its one short spelling.
  const short = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const match = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short)
  if (match === null) return undefined
  const high = Number.parseInt(match[1]!, 16)
  const low = Number.parseInt(match[2]!, 16)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
