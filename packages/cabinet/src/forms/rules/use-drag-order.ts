import { onBeforeUnmount, type Ref, ref } from 'vue'

/**
 * Reordering a list by dragging a handle, with a mouse, a pen or a finger. Rows are the children of `list` that carry
 * `data-row`. `move` is called each time the dragged row passes the middle of a neighbour; Escape calls `cancel`.
 *
 * Listeners hang on the window: a row that moves in the document loses the capture of its pointer.
 */
export function useDragOrder(
  list: Readonly<Ref<HTMLElement | null>>,
  on: { start: () => void; move: (from: number, to: number) => void; cancel: () => void },
) {
  /** Index of the row that is being dragged, or null. */
  const dragged = ref<number | null>(null)

  function track(event: PointerEvent) {
    const from = dragged.value
    const rows = list.value?.querySelectorAll<HTMLElement>(':scope > [data-row]') ?? []
    if (from === null) return
    const middle = (row: HTMLElement | undefined) => {
      const box = row?.getBoundingClientRect()
      return box ? box.top + box.height / 2 : Number.NaN
    }
    const to =
      event.clientY > middle(rows[from + 1])
        ? from + 1
        : event.clientY < middle(rows[from - 1])
          ? from - 1
          : from
    if (to === from) return
    dragged.value = to
    on.move(from, to)
  }
  function press(event: KeyboardEvent) {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    stop()
    on.cancel()
  }
  function stop() {
    dragged.value = null
    window.removeEventListener('pointermove', track)
    window.removeEventListener('pointerup', stop)
    window.removeEventListener('pointercancel', stop)
    window.removeEventListener('keydown', press, true)
  }
  /** For `pointerdown` of the handle of row `index`. */
  function grab(event: PointerEvent, index: number) {
    if (event.button !== 0 || dragged.value !== null) return
    event.preventDefault()
    dragged.value = index
    on.start()
    window.addEventListener('pointermove', track)
    window.addEventListener('pointerup', stop)
    window.addEventListener('pointercancel', stop)
    window.addEventListener('keydown', press, true)
  }
  onBeforeUnmount(stop)
  return { dragged, grab }
}
