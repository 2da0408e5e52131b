import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { mountPage } from '../../forms/mount.fixture.ts'
import { mountField } from '../../forms/rules/rules.fixture.ts'
import SectionIndex from './SectionIndex.vue'
import { showField, showFirstRefused } from './show-field.ts'

let cleanups: (() => void)[] = []
beforeEach(() => {
  cleanups = []
})
afterEach(() => {
  for (const cleanup of cleanups) cleanup()
  vi.restoreAllMocks()
})

describe('the way to a field', () => {
  it('ends in its control, not on the button that explains it', async () => {
    const { wrapper, row } = await mountField({ type: 'string' }, 'a')
    cleanups.push(() => wrapper.unmount())
    await showField('/it')
    expect(document.activeElement).toBe(row().get('input').element)
    expect(row().find('button[aria-label^="Help: "]').exists()).toBe(true)
  })

  it('ends in the control of a refused field as well', async () => {
    const { wrapper, row } = await mountField({ type: 'boolean' }, false, { errors: { '/it': 'No' } })
    cleanups.push(() => wrapper.unmount())
    await showFirstRefused()
    expect(document.activeElement).toBe(row().get('[role="switch"]').element)
  })

  it('through the list of groups ends in the first control, without gliding where less motion is asked for', async () => {
    const { wrapper, row } = await mountField({ type: 'string', group: 'main' }, 'a')
    cleanups.push(() => wrapper.unmount())
    const groups = [{ id: 'main', title: 'What passes', isRefused: false }]
    const index = await mountPage({ render: () => h(SectionIndex, { groups }) })
    cleanups.push(() => index.wrapper.unmount())
    const scrolls = vi.spyOn(Element.prototype, 'scrollIntoView')
    for (const [matches, behavior] of [
      [true, 'auto'],
      [false, 'smooth'],
    ] as const) {
      vi.spyOn(window, 'matchMedia').mockReturnValue({ matches } as MediaQueryList)
      await index.wrapper.get('a[href="#group-main"]').trigger('click')
      expect(scrolls).toHaveBeenLastCalledWith({ block: 'start', behavior })
    }
    expect(document.activeElement).toBe(row().get('input').element)
  })
})
