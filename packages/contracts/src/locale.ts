/** A language the product speaks. Every text a person sees exists in each of them. */
export const LOCALES = ['ru', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/** One text in every language of the product, kept side by side so that neither is forgotten. */
export interface Text {
  readonly ru: string
  readonly en: string
}

/** Pairs the Russian and the English wording of one text. */
export function text(ru: string, en: string): Text {
  return { ru, en }
}
