/** One choice of a picker, as the server gives it. */
export interface PickerOption {
  readonly value: string
  readonly label: string
  readonly hint?: string
  readonly disabled?: boolean
  /** CSS colour of a dot before it: stages. */
  readonly colour?: string
  /** Heading it stands under; options of one group stand together. */
  readonly group?: string
}
