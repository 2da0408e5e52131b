import type { Locale } from '@trunkline/contracts/locale'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** A size as people write it: "25 bytes", "340 kB", "1,2 МБ". */
export function fileSize(sizeBytes: number, locale: Locale): string {
  let value = sizeBytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  const format = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[unit]!,
    // The short form of bytes has no plural in English: "25 byte".
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  })
  return format.format(value)
}
