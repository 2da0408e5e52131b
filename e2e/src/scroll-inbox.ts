import type { Page } from 'playwright-core'

/** The little of a browser that is used here: the bench is checked without the DOM's types. */
interface Element {
  scrollTop: number
  readonly scrollHeight: number
  querySelector(selector: string): Element | null
  getAttribute(name: string): string | null
}
interface InPage {
  readonly document: Element
  requestAnimationFrame(callback: (atMs: number) => void): number
}

/**
 * Goes to the end of the inbox again and again until every page of the list is there.
 * @param rows how many conversations there must be then
 * @returns how long the server took for each page, in milliseconds. @throws when rows are missing.
 */
export async function loadWholeInbox(page: Page, rows: number): Promise<number[]> {
  const times = await page.evaluate(async (wanted) => {
    const { document, requestAnimationFrame } = globalThis as unknown as InPage
    performance.setResourceTimingBufferSize(5_000)
    const box = document.querySelector('[data-test=conversations]')
    const list = () => box?.querySelector('ul')
    const limit = performance.now() + 120_000
    while ((list()?.querySelector('[aria-setsize]')?.getAttribute('aria-setsize') ?? '-1') === '-1') {
      if (!box || performance.now() > limit) throw new Error('the list did not come to its end')
      box.scrollTop = box.scrollHeight
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
    const shown = Number(list()?.querySelector('[aria-setsize]')?.getAttribute('aria-setsize'))
    if (shown !== wanted) throw new Error(`${shown} rows are in the list, not ${wanted}`)
    return performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.includes('/api/conversations?'))
      .map((entry) => entry.duration)
  }, rows)
  if (times.length < rows / 100) throw new Error(`only ${times.length} pages were asked for`)
  return times
}

/** Scrolls up with a steady and fast hand. @returns milliseconds between frames. @throws when the rows did not move. */
export async function scrollFrames(page: Page): Promise<number[]> {
  const { frames, first, last } = await page.evaluate(async () => {
    const { document, requestAnimationFrame } = globalThis as unknown as InPage
    const box = document.querySelector('[data-test=conversations]')!
    const top = () => box.querySelector('[data-row]')?.getAttribute('data-row')
    const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
    const first = top()
    const frames: number[] = []
    let before = await nextFrame()
    for (let i = 0; i < 300; i++) {
      box.scrollTop -= 300
      const now = await nextFrame()
      frames.push(now - before)
      before = now
    }
    return { frames, first, last: top() }
  })
  if (first === last) throw new Error('the list was not scrolled')
  return frames
}
