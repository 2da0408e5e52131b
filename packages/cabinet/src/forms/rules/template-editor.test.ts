import type { TitlePreview } from '@trunkline/contracts/http/settings'
import { afterEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { mountField } from './rules.fixture.ts'

let cleanup: (() => void) | undefined
afterEach(() => cleanup?.())

const shown = (title: string | null, problem = ''): TitlePreview => ({
  title,
  conversation:
    title === null ? null : { id: 'x', number: 12, contactName: 'Anna', channelTitle: 'Site chat' },
  problems: problem ? [{ pointer: '/template', code: 'p', message: { ru: problem, en: problem } }] : [],
})
async function editor(start: string, more: Parameters<typeof mountField>[2] = {}) {
  const mounted = await mountField({ type: 'string', maxLength: 1000, control: 'template' }, start, more)
  cleanup = () => mounted.wrapper.unmount()
  const area = () => mounted.row().get<HTMLTextAreaElement>('textarea')
  return { ...mounted, area }
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('name template', () => {
  it('plus inserts a variable at the cursor, over what is selected, and the cursor goes behind it', async () => {
    const { area, row, value } = await editor('Chat , shop')
    area().element.setSelectionRange(5, 5)
    await row().get('[data-test="insert-variable"]').trigger('click')
    await settled()
    const entry = document.querySelector<HTMLElement>('[data-variable="phone"]')
    expect(entry?.textContent).toContain('Phone')
    entry!.click()
    await settled()
    expect(value()).toBe('Chat {{ phone }}, shop')
    expect(area().element.selectionStart).toBe('Chat {{ phone }}'.length)
  })

  it('the arrow returns to what was saved last, not to the factory, and rests when there is nothing to return to', async () => {
    const { area, row, value } = await editor('Saved {{ phone }}', { saved: 'Saved {{ phone }}' })
    const arrow = () => row().get('[data-test="reset-template"]')
    expect(arrow().attributes('disabled')).toBeDefined()
    await area().setValue('Another')
    await arrow().trigger('click')
    expect(value()).toBe('Saved {{ phone }}')
  })

  it('the eye shows the name on a real conversation, and an older answer never replaces a newer one', async () => {
    const answers: ((preview: TitlePreview) => void)[] = []
    const asked: string[] = []
    const previewTitle = (template: string) => {
      asked.push(template)
      return new Promise<TitlePreview>((resolve) => answers.push(resolve))
    }
    const { row } = await editor('{{ phone }}', { surroundings: { previewTitle } })
    const eye = row().get('[data-test="preview-title"]')
    await eye.trigger('click')
    await eye.trigger('click')
    await eye.trigger('click')
    answers[1]!(shown('The newer'))
    answers[0]!(shown('The older'))
    await settled()
    expect(asked).toEqual(['{{ phone }}', '{{ phone }}'])
    const preview = row().get('[data-test="title-preview"]').text()
    expect(preview).toContain('The newer')
    expect(preview).toContain('12')
  })

  it('an unknown variable is said in the preview and stands at the field after a refused save', async () => {
    const { row, errors, area } = await editor('{{ nonsense }}', {
      surroundings: { previewTitle: async () => shown(null, 'There is no variable nonsense.') },
    })
    await row().get('[data-test="preview-title"]').trigger('click')
    await settled()
    expect(row().get('[data-test="title-preview"]').text()).toBe('There is no variable nonsense.')
    errors.value = { '/it': 'There is no variable nonsense.' }
    await nextTick()
    expect(area().attributes('aria-invalid')).toBe('true')
    expect(row().get('[data-error]').text()).toContain('nonsense')
  })

  it('before the first conversation the preview says that there is nothing to show it on', async () => {
    const { row } = await editor('', { surroundings: { previewTitle: async () => shown(null) } })
    await row().get('[data-test="preview-title"]').trigger('click')
    await settled()
    expect(row().get('[data-test="title-preview"]').text()).toContain('no conversations yet')
  })
})

describe('field mapping', () => {
  it('shows the type of the field, marks the row that is broken, and keeps the others calm', async () => {
    const line = (id: string, target: string) => ({
      id,
      active: true,
      entity: 'deal',
      source: 'site',
      target,
      policy: 'only-if-empty',
    })
    const { row, wrapper } = await mountField(
      { type: 'array', control: 'field-mappings' },
      [line('a', 'UF_CRM_1'), line('b', 'UF_GONE')],
      { warnings: { '/it/1/target': 'The field was deleted in the portal.' } },
    )
    cleanup = () => wrapper.unmount()
    const [good, broken] = row().findAll('[data-test="mapping"]')
    expect(good!.text()).toContain('Where from')
    expect(good!.text()).toContain('text')
    expect(good!.text()).not.toContain('deleted')
    expect(broken!.text()).toContain('The field was deleted in the portal.')
    expect(broken!.text()).toContain('UF_GONE: no longer exists')
  })

  it('another kind of card forgets the field of the first, and a policy is only its row’s', async () => {
    const { row, wrapper, value } = await mountField({ type: 'array', control: 'field-mappings' }, [])
    cleanup = () => wrapper.unmount()
    await row().get('[data-test="add-mapping"]').trigger('click')
    expect(value()).toMatchObject([{ entity: 'deal', source: 'site', target: '', policy: 'only-if-empty' }])
    const [card, policy] = row().findAll('[data-test="mapping"] select')
    await card!.setValue('lead')
    await policy!.setValue('overwrite')
    expect(value()).toMatchObject([{ entity: 'lead', target: '', policy: 'overwrite' }])
  })
})
