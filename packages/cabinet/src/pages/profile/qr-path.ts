import { create } from 'qrcode'

/** Modules of white around the picture, so that readers find its edge. */
const QUIET = 2

/** A QR code as one SVG path of unit squares in a box of `size` × `size`; drawn by Vue, no markup from strings. */
export function qrPath(text: string): { readonly path: string; readonly size: number } {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  let path = ''
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (modules.get(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`
    }
  }
  return { path, size: modules.size + QUIET * 2 }
}
