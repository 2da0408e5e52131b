/** One choice of a picker, as the server gives it. */
export interface PickerOption {
  readonly value: string
  readonly label: string
  readonly hint?: string
  readonly disabled?: boolean
}
