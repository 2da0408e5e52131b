/**
 * Simulated execution time of a method, seconds: what `operating` counts and what `realLatency` waits.
 * The figures are of the order real portals show (a creation with automation 0.1-0.5 s, a small read 0.01-0.05 s);
 * reference/b24-client.md reckons with 0.05-0.5 s. Override them in the portal's settings.
 */
const COSTS: readonly (readonly [pattern: RegExp, seconds: number])[] = [
  [/^crm\.(item|lead|deal|contact|company)\.add$/, 0.1],
  [/^crm\.(item|lead|deal|contact|company)\.(update|delete)$/, 0.08],
  [/^crm\.duplicate\.findbycomm$/, 0.03],
  [/^crm\.(.+)\.list$/, 0.05],
  [/^crm\.(.+)\.(add|update\w*|delete|set)$/, 0.05],
  [/\.(add|bind|unbind|set|delete)$/, 0.03],
]

const SMALL_READ_SECONDS = 0.01

export function runCostSeconds(method: string, overrides: Readonly<Record<string, number>>): number {
  return overrides[method] ?? COSTS.find(([pattern]) => pattern.test(method))?.[1] ?? SMALL_READ_SECONDS
}

/** True for methods that may change the portal. */
export function isWrite(method: string): boolean {
  return /\.(add|update\w*|delete|set|bind|unbind)$/.test(method)
}
