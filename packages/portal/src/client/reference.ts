/** The only things that may look like a batch reference on the wire are values made here. */
export interface Ref {
  readonly kind: 'ref'
  /** Name of the command inside its group, or the key inside the batch once the pump has packed it. */
  readonly command: string
  readonly path: readonly string[]
  /** Emitted with a leading zero, see {@link idRef}. */
  readonly guarded: boolean
}

/** A text with one reference inside it; the encoder puts white space after the reference. */
export interface TextWithRef {
  readonly kind: 'text-with-ref'
  readonly before: string
  readonly ref: Ref
  readonly after: string
}

/** A value of a request parameter. A plain string can never become a reference: the encoder neutralises it. */
export type Param =
  | string
  | number
  | boolean
  | null
  | undefined
  | Ref
  | TextWithRef
  | readonly Param[]
  | { readonly [key: string]: Param }

export type Params = { readonly [key: string]: Param }

/** The raw value at `path` of the result of an earlier command of the same group. */
export function ref(command: string, path: readonly string[]): Ref {
  return { kind: 'ref', command, path, guarded: false }
}

/**
 * A numeric id out of an earlier command, safe when that command failed.
 *
 * A reference whose path is missing gives "the deepest value reached": an array, which PHP reads as the number 1,
 * so that a comment meant for a deal that was never made would land in somebody's deal 1. Inside a longer text only
 * scalars are put in, so we emit `0$result[…]`: `0123` reads as 123, and a broken reference is no number at all.
 * Source: reference/bitrix24.md §2.4, semantics 2-4.
 */
export function idRef(command: string, path: readonly string[]): Ref {
  return { kind: 'ref', command, path, guarded: true }
}

/** `before`, the value, white space, `after`. */
export function textWithRef(before: string, value: Ref, after: string): TextWithRef {
  return { kind: 'text-with-ref', before, ref: value, after }
}

/** Whether a parameter is a reference. */
export function isRef(value: Param): value is Ref {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'ref' && 'path' in value
  )
}

/** Whether a parameter is a text with a reference in it. */
export function isTextWithRef(value: Param): value is TextWithRef {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'text-with-ref' &&
    'ref' in value
  )
}
