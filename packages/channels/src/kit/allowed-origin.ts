/**
 * An entry of the list of allowed origins: `https://site.ru`, `https://*.site.ru` (any depth, not the bare domain),
 * with a port if it is not the usual one; `http` only for this machine.
 */
export const ORIGIN_PATTERN =
  '^(https://(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?|http://(localhost|127\\.0\\.0\\.1)(:[0-9]{1,5})?)$'

/**
 * Whether a page of this origin may carry the widget. Pure.
 *
 * `origin` is the value of an `Origin` header; anything that is not exactly an origin is refused, `null` included.
 * A page on this machine needs an entry too; an entry without a port there stands for every port.
 */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  const given = URL.parse(origin)
  if (!given || given.origin !== origin) return false
  return allowed.some((entry) => matches(given, entry))
}

function matches(given: URL, entry: string): boolean {
  const anySubdomain = entry.startsWith('https://*.')
  const wanted = URL.parse(anySubdomain ? entry.replace('*.', '') : entry)
  if (!wanted || wanted.protocol !== given.protocol) return false
  const isHere = wanted.protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(wanted.hostname)
  if (wanted.port !== given.port && !(isHere && wanted.port === '')) return false
  return anySubdomain ? given.hostname.endsWith(`.${wanted.hostname}`) : given.hostname === wanted.hostname
}
