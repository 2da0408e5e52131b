import { Type } from 'typebox'

/** A text in both languages of the product. */
export const Bilingual = Type.Object({ ru: Type.String(), en: Type.String() })
