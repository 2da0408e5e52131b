/** Colours of the widget that follow from the channel's one, chosen so that every word can be read. */
export interface Palette {
  readonly accent: string
  /** Words on the accent. */
  readonly onAccent: string
  /** The accent as words and lines on light and on dark surfaces. */
  readonly inkOnLight: string
  readonly inkOnDark: string
}

type Rgb = readonly [number, number, number]

/** Surfaces of styles.ts on which coloured words stand; the one nearest to the words in lightness decides. */
const LIGHT: Rgb = [0xee, 0xf1, 0xf5]
const DARK: Rgb = [0x2a, 0x30, 0x3a]
const WHITE: Rgb = [255, 255, 255]
const BLACK: Rgb = [0, 0, 0]
// Source: WCAG 2.2, 1.4.3 Contrast (Minimum), AA.
const READABLE = 4.5

/** @param colour `#rrggbb`; anything else is taken for the default blue. */
export function paletteOf(colour: string): Palette {
  const accent = parse(colour) ?? [0x1f, 0x6f, 0xeb]
  return {
    accent: format(accent),
    onAccent: contrast(WHITE, accent) >= READABLE ? '#ffffff' : '#000000',
    inkOnLight: format(readable(accent, LIGHT, BLACK)),
    inkOnDark: format(readable(accent, DARK, WHITE)),
  }
}

/** Contrast of two colours, 1 to 21. Source: WCAG 2.2, "contrast ratio" and "relative luminance". */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function readable(colour: Rgb, surface: Rgb, towards: Rgb): Rgb {
  let mixed = colour
  for (let step = 1; step <= 20 && contrast(mixed, surface) < READABLE; step++) {
    mixed = colour.map((value, at) =>
      Math.round(value + (((towards[at] ?? 0) - value) * step) / 20),
    ) as unknown as Rgb
  }
  return mixed
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** @param colour `#rrggbb` in either case; undefined for anything else, the short `#rgb` too. */
export function parse(colour: string): Rgb | undefined {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)
  return match ? [hex(match[1]), hex(match[2]), hex(match[3])] : undefined
}

function hex(text = '0'): number {
  return Number.parseInt(text, 16)
}

function format(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}
