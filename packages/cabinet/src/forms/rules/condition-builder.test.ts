import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import { afterEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { mountField } from './rules.fixture.ts'

let cleanup: (() => void) | undefined
afterEach(() => cleanup?.())

/** A transfer rule, unfolded, with these conditions. */
async function builder(when: RuleGroup, more: Parameters<typeof mountField>[2] = {}) {
  const rule = { id: 'r1', title: 'One', active: true, action: 'deny', when }
  const mounted = await mountField({ type: 'array', control: 'transfer-rules' }, [rule], more)
  cleanup = () => mounted.wrapper.unmount()
  await mounted.row().get('[data-do="toggle"]').trigger('click')
  const held = () => (mounted.value() as { when: RuleGroup }[])[0]!.when
  return { ...mounted, held }
}
const site = (value: string) => ({ field: 'site', operator: 'contains' as const, value })
type Row = ReturnType<Awaited<ReturnType<typeof mountField>>['row']>
const groupsOf = (row: Row) => row.findAll('[data-test="condition-group"]')
const sentence = (row: Row) => row.get('[data-test="sentence"]').text()

describe('condition builder', () => {
  it('builds a tree three groups deep and reads it back as it is written', async () => {
    const { row, held } = await builder({ combinator: 'and', rules: [site('a.example')] })
    await groupsOf(row())[0]!.get('[data-test="add-group"]').trigger('click')
    await groupsOf(row())[1]!.get('[data-test="add-group"]').trigger('click')
    await groupsOf(row())[2]!.get('[data-test="add-condition"]').trigger('click')
    expect(held()).toEqual({
      combinator: 'and',
      rules: [
        site('a.example'),
        {
          combinator: 'or',
          rules: [
            { field: 'site', operator: '=', value: '' },
            {
              combinator: 'and',
              rules: [
                { field: 'site', operator: '=', value: '' },
                { field: 'site', operator: '=', value: '' },
              ],
            },
          ],
        },
      ],
    })
    const inputs = row().findAll<HTMLInputElement>('[data-test="condition"] input')
    for (const [at, words] of [
      [1, 'b.example'],
      [2, 'c.example'],
      [3, 'd.example'],
    ] as const) {
      await inputs[at]!.setValue(words)
    }
    expect(sentence(row())).toBe(
      'Fits if Site contains “a.example” and (Site is “b.example” or (Site is “c.example” and Site is “d.example”)).',
    )
  })

  it('joins by «or» and turns a group round with NOT, and back', async () => {
    const { row, held } = await builder({ combinator: 'and', rules: [site('a'), site('b')] })
    await row().get<HTMLInputElement>('input[type="radio"][value="or"]').setValue()
    await row().get('button[aria-pressed]').trigger('click')
    expect(held()).toMatchObject({ combinator: 'or', not: true })
    expect(sentence(row())).toBe('Fits if it is not so that (Site contains “a” or Site contains “b”).')
    await row().get('button[aria-pressed]').trigger('click')
    expect('not' in held()).toBe(false)
  })

  it('enters each type in its own way', async () => {
    const { row, held } = await builder({
      combinator: 'and',
      rules: [
        { field: 'workingTime', operator: '=', value: true },
        { field: 'ordinal', operator: '>', value: null },
        { field: 'site', operator: 'in', value: ['a.example'] },
        { field: 'phone', operator: 'empty', value: null },
      ],
    })
    const [working, ordinal, sites, phone] = row().findAll('[data-test="condition"]')
    await working!.findAll('select')[1]!.setValue('no')
    await ordinal!.get('input').setValue('5')
    const tag = sites!.get('input')
    await tag.setValue('b.example')
    await tag.trigger('keydown', { key: 'Enter' })
    expect(held().rules).toEqual([
      { field: 'workingTime', operator: '=', value: false },
      { field: 'ordinal', operator: '>', value: 5 },
      { field: 'site', operator: 'in', value: ['a.example', 'b.example'] },
      { field: 'phone', operator: 'empty', value: null },
    ])
    expect(phone!.findAll('input')).toHaveLength(0)
    await tag.trigger('keydown', { key: 'Backspace' })
    expect(held().rules[2]).toMatchObject({ value: ['a.example'] })
  })

  it('offers the operators of the type only, and changes the shape of the value with them', async () => {
    const { row, held } = await builder({ combinator: 'and', rules: [site('a.example')] })
    const operators = row().get('[data-test="condition"] select')
    expect(operators.findAll('option').map((option) => option.text())).not.toContain('is more than')
    await operators.setValue('notIn')
    expect(held().rules).toEqual([{ field: 'site', operator: 'notIn', value: ['a.example'] }])
  })

  it('a field of a site’s own form is named by hand', async () => {
    const { row, held } = await builder({
      combinator: 'and',
      rules: [{ field: 'form.city', operator: '=', value: 'Omsk' }],
    })
    const [name] = row().findAll<HTMLInputElement>('[data-test="condition"] input')
    expect(name!.element.value).toBe('city')
    await name!.setValue('town')
    expect(held().rules).toEqual([{ field: 'form.town', operator: '=', value: 'Omsk' }])
  })

  it('says at the condition what is not filled in, once it was left or a save was refused', async () => {
    const { row, strict } = await builder({ combinator: 'and', rules: [site('')] })
    const problem = () => row().find('[data-condition-problem]')
    expect(problem().exists()).toBe(false)
    strict.value = true
    await nextTick()
    expect(problem().text()).toBe('Give a value for the parameter: Site.')
    const input = row().get('[data-test="condition"] input')
    expect(input.attributes('aria-invalid')).toBe('true')
    expect(document.getElementById(input.attributes('aria-describedby')!)?.textContent).toContain(
      'Give a value',
    )
    await input.setValue('a.example')
    expect(problem().exists()).toBe(false)
  })

  it('a parameter that no longer exists is named and refused at once', async () => {
    const { row } = await builder({
      combinator: 'and',
      rules: [{ field: 'gone', operator: '=', value: 'x' }],
    })
    expect(row().get('[data-condition-problem]').text()).toContain('There is no such parameter')
  })

  it('an «or» of nothing is refused where it stands; a group is taken away with all in it', async () => {
    const { row, held } = await builder({
      combinator: 'and',
      rules: [site('a'), { combinator: 'or', rules: [] }],
    })
    expect(row().get('[data-test="empty-or"]').text()).toContain('group is empty')
    await row().get('button[aria-label="Delete the group of conditions"]').trigger('click')
    expect(held()).toEqual({ combinator: 'and', rules: [site('a')] })
  })

  it('the focus goes to a condition that was added, and stays near one that was taken away', async () => {
    const { row } = await builder({ combinator: 'and', rules: [site('a')] })
    await row().get('[data-test="add-condition"]').trigger('click')
    await nextTick()
    const second = row().findAll('[data-test="condition"]')[1]!
    expect(second.element.contains(document.activeElement)).toBe(true)
    await second.get('button[aria-label^="Take the condition away"]').trigger('click')
    await nextTick()
    expect(row().get('[data-test="condition"]').element.contains(document.activeElement)).toBe(true)
  })

  it('after the last condition of a group inside the focus is on the button that adds one, not on one that deletes', async () => {
    const { row } = await builder({
      combinator: 'and',
      rules: [site('a'), { combinator: 'or', rules: [site('b')] }],
    })
    const inner = groupsOf(row())[1]!
    await inner.get('button[aria-label^="Take the condition away"]').trigger('click')
    await nextTick()
    expect(document.activeElement).toBe(inner.get('[data-test="add-condition"]').element)
  })
})
