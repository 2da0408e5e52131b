/** Drawn flowers of the test shop: plain SVG made from numbers, so that the pages need no pictures of anybody. */

/** One thing the pretend shop sells. */
export interface Bouquet {
  readonly code: string
  readonly ru: string
  readonly en: string
  readonly priceRub: number
  readonly svg: string
}

const LEAF = '#5b8c5a'

export const BOUQUETS: readonly Bouquet[] = [
  {
    code: 'field',
    ru: 'Полевой',
    en: 'From the field',
    priceRub: 2900,
    svg: bouquet('#f7d6e0', '#e05780', '#fff4e6', 5),
  },
  {
    code: 'sunny',
    ru: 'Солнечный',
    en: 'Sunny',
    priceRub: 3400,
    svg: bouquet('#fdeebd', '#f0a202', '#fffbe8', 8),
  },
  {
    code: 'evening',
    ru: 'Вечерний',
    en: 'Evening',
    priceRub: 4800,
    svg: bouquet('#dcd6f7', '#6a4c93', '#f3efff', 6),
  },
  {
    code: 'forest',
    ru: 'Лесной',
    en: 'Forest',
    priceRub: 3900,
    svg: bouquet('#d3e9d7', '#2f855a', '#f2fbf4', 7),
  },
]

/** Three flowers on stems, in the shop's colours. */
function bouquet(petal: string, heart: string, ground: string, petals: number): string {
  const stems = [
    [100, 92],
    [62, 112],
    [138, 112],
  ]
    .map(
      ([x = 0, y = 0]) =>
        `<path d="M${x} ${y} Q${(x + 100) / 2} 150 100 196" fill="none" stroke="${LEAF}" stroke-width="4" stroke-linecap="round"/>`,
    )
    .join('')
  const leaves =
    `<path d="M92 150q-26-6-34 14q22 8 34-14z" fill="${LEAF}"/>` +
    `<path d="M110 158q26-8 36 10q-22 12-36-10z" fill="${LEAF}"/>`
  return (
    `<svg viewBox="0 0 200 220" role="presentation" aria-hidden="true"><rect class="ground" width="200" height="220" fill="${ground}"/>` +
    `${stems}${leaves}${flower(100, 74, 34, petal, heart, petals)}${flower(58, 104, 24, heart, petal, petals)}` +
    `${flower(142, 104, 24, petal, heart, petals + 1)}<path d="M78 186h44l-6 24h-32z" fill="#c9ada7"/></svg>`
  )
}

function flower(x: number, y: number, radius: number, petal: string, heart: string, petals: number): string {
  const ring = Array.from({ length: petals }, (_, index) => {
    const turn = ((360 / petals) * index).toFixed(1)
    return `<ellipse cx="${x}" cy="${y - radius * 0.62}" rx="${radius * 0.34}" ry="${radius * 0.52}" fill="${petal}" stroke="${heart}" stroke-opacity=".25" transform="rotate(${turn} ${x} ${y})"/>`
  }).join('')
  return `${ring}<circle cx="${x}" cy="${y}" r="${radius * 0.3}" fill="${heart}"/>`
}
