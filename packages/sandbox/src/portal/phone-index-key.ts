/**
 * Keys of the duplicate index. Phones are compared by digits; a Russian number may be typed with 8, +7 or bare.
 * Source: reference/bitrix24.md §2.8 and §4.4.
 */

/** Digits of a phone as the index keeps them; empty when there are none. */
export function phoneIndexKey(phone: string): string {
  const digits = phone.replace(/\D/g, '')
  const isInternational = phone.trim().startsWith('+')
  if (isInternational) return digits
  if (digits.length === 11 && digits.startsWith('8')) return `7${digits.slice(1)}`
  if (digits.length === 10 && digits.startsWith('9')) return `7${digits}`
  return digits
}

export function communicationKey(type: string, value: string): string {
  return type === 'PHONE' ? phoneIndexKey(value) : value.trim().toLowerCase()
}
