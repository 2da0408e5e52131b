/** Whether two plain values say the same, whatever the order of their keys; an absent key is an undefined one. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => same(item, other[index]))
    )
  }
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const [a, b] = [one, other] as Readonly<Record<string, unknown>>[]
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => same(a?.[key], b?.[key]))
}
