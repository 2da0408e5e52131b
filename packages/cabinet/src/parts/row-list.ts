/** What RowList.vue lets its page do. */
export interface RowListPart {
  toTop(): void
  /** Brings a row into sight. @param index its place in `rows` */
  toRow(index: number): void
  /** The first drawn element that matches a selector. */
  find(selector: string): HTMLElement | null
}
