import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { freshRule } from './rules/rule-list.ts'
import { mountField } from './rules/rules.fixture.ts'

let cleanup: (() => void) | undefined
afterEach(() => cleanup?.())

async function field(...given: Parameters<typeof mountField>) {
  const mounted = await mountField(...given)
  cleanup = () => mounted.wrapper.unmount()
  return mounted
}

describe('the focus when the pressed button goes away', () => {
  it('moves to the next row of a mapping, and at last to the button that adds one', async () => {
    const rows = ['m1', 'm2'].map((id) => ({
      id,
      active: true,
      entity: 'deal',
      source: 'site',
      target: 'UF_CRM_1',
      policy: 'overwrite',
    }))
    const { row } = await field({ type: 'array', control: 'field-mappings' }, rows)
    await row().findAll('[data-do="remove"]')[0]!.trigger('click')
    await nextTick()
    expect(document.activeElement).toBe(row().get('[data-mapping="m2"] [data-do="remove"]').element)
    await row().get('[data-do="remove"]').trigger('click')
    await nextTick()
    expect(document.activeElement).toBe(row().get('[data-test="add-mapping"]').element)
  })

  it('moves from a chosen one that is taken out to its neighbour, and at last to the list', async () => {
    const choice = { field: 'channelId', operator: 'in', value: ['c1', 'c2'] }
    const rule = { ...freshRule('transfer', 'A'), when: { combinator: 'and', rules: [choice] } }
    const { row } = await field({ type: 'array', control: 'transfer-rules' }, [rule])
    await row().get('[data-do="toggle"]').trigger('click')
    await row().get('button[aria-label="Remove: Site chat"]').trigger('click')
    await nextTick()
    const left = row().get('button[aria-label="Remove: Telegram"]')
    expect(document.activeElement).toBe(left.element)
    await left.trigger('click')
    await nextTick()
    expect(document.activeElement).not.toBe(document.body)
    expect(row().get('[data-test="condition"]').element.contains(document.activeElement)).toBe(true)
  })

  it('moves from an entry that is taken out to the field one types into', async () => {
    const { row, form } = await tags()
    await row().get('button[aria-label="Remove: a.example"]').trigger('click')
    expect(document.activeElement).toBe(row().get('[data-test="condition"] input').element)
    expect(JSON.stringify(form.value.it)).toContain('"value":["b.example"]')
  })
})

const tags = async () => {
  const site = { field: 'site', operator: 'in', value: ['a.example', 'b.example'] }
  const rule = { ...freshRule('transfer', 'A'), when: { combinator: 'and', rules: [site] } }
  const mounted = await field({ type: 'array', control: 'transfer-rules' }, [rule])
  await mounted.row().get('[data-do="toggle"]').trigger('click')
  return mounted
}

it('saving by the keyboard takes along the entry that is still being typed', async () => {
  const { row, form } = await tags()
  const input = row().get('[data-test="condition"] input')
  await input.setValue('c.example')
  const saved = vi.fn(() => JSON.stringify(form.value.it))
  window.addEventListener('keydown', saved, { once: true })
  await input.trigger('keydown', { ctrlKey: true, code: 'KeyS', key: 'ы' })
  expect(saved.mock.results[0]?.value).toContain('"value":["a.example","b.example","c.example"]')
})

it('what is said about a row of a mapping belongs to its controls', async () => {
  const mapping = { id: 'm1', active: true, entity: 'deal', source: 'site', target: '', policy: 'overwrite' }
  const { row } = await field({ type: 'array', control: 'field-mappings' }, [mapping], {
    errors: { '/it/0/target': 'Choose a field.' },
  })
  const invalid = row().get('[data-mapping="m1"] [aria-invalid="true"]')
  expect(document.getElementById(invalid.attributes('aria-describedby')!)?.textContent).toContain(
    'Choose a field.',
  )
})
