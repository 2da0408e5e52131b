import { ChatsSettings, SECTIONS } from '@trunkline/contracts/settings/index'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { mountPage } from './mount.fixture.ts'
import { RULE_CONTROLS } from './rules/controls.ts'
import SchemaForm from './SchemaForm.vue'
import { defaultValue } from './schema-fields.ts'

let cleanup: (() => void) | undefined
afterEach(() => cleanup?.())

async function form(props: Record<string, unknown>, start: Record<string, unknown>) {
  const value = ref(start)
  const Page = defineComponent({
    render: () =>
      h(SchemaForm, {
        ...(props as { schema: unknown }),
        modelValue: value.value,
        'onUpdate:modelValue': (next: Record<string, unknown>) => {
          value.value = next
        },
      }),
  })
  const { wrapper } = await mountPage(Page)
  cleanup = () => wrapper.unmount()
  const row = (name: string) => wrapper.get(`[data-field="${name}"]`)
  return { wrapper, value, row }
}
const chats = (props: Record<string, unknown> = {}, start: Record<string, unknown> = {}) =>
  form(
    { schema: ChatsSettings, groups: SECTIONS.chats.groups, controls: RULE_CONTROLS, ...props },
    { ...defaultValue(ChatsSettings, 'en'), ...start },
  )

describe('schema form', () => {
  it('draws a card for each group and a help button with a name for every setting', async () => {
    const { wrapper } = await chats()
    const titles = wrapper.findAll('h2').map((title) => title.text())
    expect(titles).toEqual(Object.values(SECTIONS.chats.groups).map((text) => text.en))
    const rows = wrapper.findAll('[data-field]')
    expect(rows).toHaveLength(Object.keys(ChatsSettings.properties).length)
    for (const row of rows) expect(row.find('button[aria-label^="Help: "]').exists(), row.text()).toBe(true)
  })

  it('an empty choice says what it means where it means something', async () => {
    const { row } = await chats()
    expect(row('activityResponsibleId').text()).toContain('The responsible of the card')
    expect(row('defaultResponsibleId').text()).not.toContain('The responsible of the card')
  })

  it('a form whose page gave no editors of rules leaves such fields out', async () => {
    const { wrapper } = await chats({ controls: {} })
    expect(wrapper.find('[data-field="transferRules"]').exists()).toBe(false)
    expect(wrapper.find('[data-field="utmLabels"]').exists()).toBe(true)
  })

  it('several of a few are checkboxes, kept in the order of the choices', async () => {
    const { row, value } = await chats({}, { utmLabels: ['term'] })
    const boxes = row('utmLabels').findAll<HTMLInputElement>('input[type="checkbox"]')
    expect(boxes.map((box) => box.element.checked)).toEqual([false, false, false, false, true])
    await boxes[0]!.setValue(true)
    expect(value.value.utmLabels).toEqual(['source', 'term'])
  })

  it('the star of a required setting comes with the switch that makes it required', async () => {
    const { row } = await chats({}, { enabled: false })
    expect(row('channelIds').text()).not.toContain('(required)')
    await row('enabled').get('button[role="switch"]').trigger('click')
    expect(row('channelIds').text()).toContain('(required)')
    expect(row('defaultResponsibleId').text()).toContain('(required)')
  })

  it('a locked setting is disabled and says why; unlocking makes it editable', async () => {
    const { row, value } = await chats({}, { passWithoutContactData: true })
    const control = () => row('messengerIdIsContactData').get('button[role="switch"]')
    expect(control().attributes('disabled')).toBeDefined()
    expect(row('messengerIdIsContactData').text()).toContain('All chats are passed now')
    await row('passWithoutContactData').get('button[role="switch"]').trigger('click')
    expect(control().attributes('disabled')).toBeUndefined()
    await control().trigger('click')
    expect(value.value.messengerIdIsContactData).toBe(true)
  })

  it('a choice is a group of real radio buttons and changes only its own field', async () => {
    const { row, value } = await chats()
    const radios = row('timing').findAll<HTMLInputElement>('input[type="radio"]')
    expect(radios.map((radio) => radio.element.checked)).toEqual([true, false, false])
    const before = { ...value.value }
    await radios[1]!.setValue()
    expect(value.value).toEqual({ ...before, timing: 'operator' })
  })

  it('an error stands at its field by pointer, also one inside a list, and is bound to the control', async () => {
    const { row } = await chats({
      errors: { '/defaultResponsibleId': 'Choose somebody', '/channelIds/0': 'No such channel' },
    })
    expect(row('channelIds').text()).toContain('No such channel')
    const control = row('defaultResponsibleId').get('[aria-invalid="true"]')
    const described = control.attributes('aria-describedby')!.split(' ')
    expect(described.map((id) => document.getElementById(id)?.textContent).join(' ')).toContain(
      'Choose somebody',
    )
    expect(row('timing').find('[data-error]').exists()).toBe(false)
  })

  it('what was chosen and no longer exists is shown as such and can be taken away', async () => {
    const { row, value } = await chats(
      { options: { channels: [{ value: 'a', label: 'Site chat' }] } },
      { channelIds: ['a', 'gone'] },
    )
    expect(row('channelIds').text()).toContain('gone: no longer exists')
    await row('channelIds').get('button[aria-label="Remove: gone: no longer exists"]').trigger('click')
    expect(value.value.channelIds).toEqual(['a'])
  })

  it('a kept secret is never shown, only said to be there', async () => {
    const schema = {
      properties: { token: { type: 'string', secret: true, label: { ru: 'Токен', en: 'Token' } } },
    }
    const { row, value } = await form({ schema, secretsSet: { token: true } }, { token: '' })
    const input = row('token').get<HTMLInputElement>('input')
    expect(input.element.type).toBe('password')
    expect(input.element.value).toBe('')
    expect(input.element.placeholder).toContain('Saved')
    await input.setValue('new-one')
    expect(value.value.token).toBe('new-one')
  })

  it('lines of a list become entries while the line being typed keeps its form', async () => {
    const schema = {
      properties: { sites: { type: 'array', label: { ru: 'Сайты', en: 'Sites' } } },
    }
    const { row, value } = await form({ schema }, { sites: ['https://a.example'] })
    const area = row('sites').get<HTMLTextAreaElement>('textarea')
    expect(area.element.value).toBe('https://a.example')
    await area.setValue('https://a.example\n  https://b.example \n')
    expect(value.value.sites).toEqual(['https://a.example', 'https://b.example'])
    expect(area.element.value).toBe('https://a.example\n  https://b.example \n')
  })

  it('an emptied number is absent, not zero', async () => {
    const schema = {
      properties: { wait: { type: 'integer', unit: 's', label: { ru: 'Ждать', en: 'Wait' } } },
    }
    const { row, value } = await form({ schema }, { wait: 30 })
    await row('wait').get('input').setValue('')
    expect(value.value.wait).toBeUndefined()
    await row('wait').get('input').setValue('45')
    expect(value.value.wait).toBe(45)
  })
})
