import { afterEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import OptionPicker from '../OptionPicker.vue'
import { duplicated, freshRule, moved } from './rule-list.ts'
import { mountField } from './rules.fixture.ts'

let cleanup: (() => void) | undefined
afterEach(() => cleanup?.())

const rule = (id: string, title: string, more: Record<string, unknown> = {}) => ({
  id,
  title,
  active: true,
  when: { combinator: 'and', rules: [{ field: 'site', operator: 'contains', value: `${id}.example` }] },
  userId: '1',
  ...more,
})
async function list(
  rules: unknown[],
  more: Parameters<typeof mountField>[2] = {},
  control = 'responsible-rules',
) {
  const mounted = await mountField({ type: 'array', control }, rules, more)
  cleanup = () => mounted.wrapper.unmount()
  const held = () => mounted.value() as ReturnType<typeof rule>[]
  const rows = () => mounted.row().findAll('[data-test="rule"]')
  const act = (at: number, name: string) => rows()[at]!.get(`[data-do="${name}"]`)
  return { ...mounted, held, rows, act }
}
const ids = (rules: readonly { id: string }[]) => rules.map((one) => one.id)

describe('list of rules', () => {
  it('a folded rule is its place, its name, what follows, and a sentence', async () => {
    const { rows } = await list([rule('a', 'Wholesale'), rule('b', 'Rest', { userId: '2' })])
    expect(rows()[1]!.text()).toContain('2')
    expect(rows()[1]!.text()).toContain('Boris Gray')
    expect(rows()[1]!.get('[data-test="rule-sentence"]').text()).toBe('If Site contains “b.example”.')
  })

  it('says that the first match wins, and who gets what no rule fits', async () => {
    const { row } = await list([rule('a', 'A'), rule('b', 'B')], { form: { defaultResponsibleId: '2' } })
    expect(row().text()).toContain('the first that fits applies')
    expect(row().get('[data-test="otherwise"]').text()).toContain('Boris Gray')
  })

  it('with an Allowed rule the rest is not passed; a rule that is off does not count', async () => {
    const allow = { ...rule('a', 'A'), action: 'allow' }
    const { row, act } = await list([allow], {}, 'transfer-rules')
    const rest = () => row().get('[data-test="otherwise"]').text()
    expect(rest()).toContain('is not passed')
    await act(0, 'active').trigger('click')
    expect(rest()).toContain('is passed')
  })

  it('moves by its arrows, says where to, and keeps the focus on the rule', async () => {
    const { held, act, rows, row } = await list([rule('a', 'A'), rule('b', 'B'), rule('c', 'C')])
    await act(2, 'up').trigger('click')
    expect(ids(held())).toEqual(['a', 'c', 'b'])
    expect(row().get('[role="status"]').text()).toContain('“C” is now 2 of 3')
    await nextTick()
    expect(rows()[1]!.element.contains(document.activeElement)).toBe(true)
    expect(act(0, 'up').attributes('disabled')).toBeDefined()
    expect(act(2, 'down').attributes('disabled')).toBeDefined()
  })

  it('is reordered by dragging, row by row, and Escape puts everything back', async () => {
    const { held, act, rows } = await list([rule('a', 'A'), rule('b', 'B'), rule('c', 'C')])
    rows().forEach((one, at) => {
      one.element.getBoundingClientRect = () => ({ top: at * 50, height: 50 }) as DOMRect
    })
    const pointer = (type: string, clientY: number) =>
      window.dispatchEvent(Object.assign(new Event(type), { clientY }))
    await act(0, 'drag').trigger('pointerdown', { button: 0 })
    pointer('pointermove', 80)
    await nextTick()
    expect(ids(held())).toEqual(['b', 'a', 'c'])
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
    await nextTick()
    expect(ids(held())).toEqual(['a', 'b', 'c'])
    pointer('pointermove', 140)
    expect(ids(held())).toEqual(['a', 'b', 'c'])
  })

  it('a copy stands right under its source with an id of its own', async () => {
    const { held, act } = await list([rule('a', 'A'), rule('b', 'B')])
    await act(0, 'duplicate').trigger('click')
    expect(held().map((one) => one.title)).toEqual(['A', 'A (copy)', 'B'])
    expect(new Set(ids(held())).size).toBe(3)
    expect(held()[1]!.when).toEqual(held()[0]!.when)
  })

  it('a deleted rule comes back where it was', async () => {
    const { held, act, row } = await list([rule('a', 'A'), rule('b', 'B')])
    await act(0, 'remove').trigger('click')
    expect(ids(held())).toEqual(['b'])
    await nextTick()
    expect(document.activeElement?.textContent).toContain('Undo')
    await row().get('[data-do="undo"]').trigger('click')
    expect(ids(held())).toEqual(['a', 'b'])
    expect(row().find('[data-test="removed"]').exists()).toBe(false)
  })

  it('a deleted rule that came back with the last saved version cannot be brought back once more', async () => {
    const { form, act, row, held } = await list([rule('a', 'A'), rule('b', 'B')])
    const saved = form.value.it
    await act(0, 'remove').trigger('click')
    expect(row().find('[data-test="removed"]').exists()).toBe(true)
    form.value = { it: saved }
    await nextTick()
    expect(row().find('[data-test="removed"]').exists()).toBe(false)
    expect(ids(held())).toEqual(['a', 'b'])
  })

  it('is switched off alone, and says so', async () => {
    const { held, act, rows } = await list([rule('a', 'A'), rule('b', 'B')])
    await act(1, 'active').trigger('click')
    expect(held().map((one) => one.active)).toEqual([true, false])
    expect(rows()[1]!.text()).toContain('switched off')
  })

  it('a problem lands on its rule and unfolds it', async () => {
    const { rows, errors } = await list([rule('a', 'A'), rule('b', 'B', { userId: '' })])
    expect(rows()[1]!.find('[data-do="title"]').exists()).toBe(false)
    errors.value = { '/it/1/userId': 'Choose somebody' }
    await nextTick()
    await nextTick()
    expect(rows()[0]!.text()).not.toContain('Choose somebody')
    expect(rows()[1]!.get('[data-rule-message]').text()).toBe('Choose somebody')
    const picker = rows()[1]!.get('[aria-invalid="true"]')
    expect(document.getElementById(picker.attributes('aria-describedby')!)?.textContent).toContain(
      'Choose somebody',
    )
  })

  it('a new rule is unfolded with its name under the cursor, so that typing replaces it', async () => {
    const { row, held, rows } = await list([])
    await row().get('[data-test="add-rule"]').trigger('click')
    await nextTick()
    expect(held()).toMatchObject([{ title: 'Rule 1', active: true, userId: '' }])
    const name = rows()[0]!.get('input').element
    expect(name).toBe(document.activeElement)
    expect([name.selectionStart, name.selectionEnd]).toEqual([0, 'Rule 1'.length])
  })

  it('a place rule has an exception of its own, and a stage belongs to its pipeline', async () => {
    const place = { leadStageId: '', pipelineId: '3', dealStageId: 'C3:NEW' }
    const { row, rows, act, held, wrapper } = await list([rule('a', 'A', { place })], {}, 'place-rules')
    expect(rows()[0]!.text()).toContain('deal: Service / Arrived')
    await act(0, 'toggle').trigger('click')
    await row().get('[data-test="add-exception"]').trigger('click')
    expect(held()[0]).toMatchObject({ except: { combinator: 'and', rules: [{ field: 'site' }] } })
    await nextTick()
    const exception = rows()[0]!.findAll('[data-test="condition"]')[1]!
    expect(exception.element.contains(document.activeElement)).toBe(true)
    await row().get('[data-test="remove-exception"]').trigger('click')
    await nextTick()
    expect(document.activeElement).toBe(row().get('[data-test="add-exception"]').element)
    const pipeline = wrapper
      .findAllComponents(OptionPicker)
      .find((one) => one.props('label') === 'Pipeline of the deal')
    pipeline!.vm.$emit('change', '0')
    await nextTick()
    expect(held()[0]).toMatchObject({ place: { pipelineId: '0', dealStageId: '' } })
  })
})

describe('order of rules', () => {
  it('moving keeps every rule and ignores places outside the list', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
    expect(moved(['a', 'b'], 0, 2)).toEqual(['a', 'b'])
    expect(moved(['a', 'b'], -1, 0)).toEqual(['a', 'b'])
  })

  it('a copy shares nothing with its source', () => {
    const source = freshRule('place', 'A')
    const [, copy] = duplicated([source], 0, 'x'.repeat(120))
    copy!.place!.pipelineId = '7'
    expect(source.place?.pipelineId).toBe('')
    expect(copy!.title).toHaveLength(100)
  })
})
