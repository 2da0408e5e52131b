import { describe, expect, it } from 'vitest'
import { connectForTest, onPortalOf, PORTAL_KINDS } from '../testing/sandbox-connection.ts'
import { fetchDirectory, missing } from './fetch-directory.ts'

describe.each(PORTAL_KINDS)('the directory of a portal (%s)', (kind) => {
  onPortalOf(kind)

  it('comes in one hit: people, departments, pipelines with the meaning of stages, sources, mode, and who we are', async () => {
    const { pump, portal } = await connectForTest()
    const dismissed = portal.edit.dismiss(9)
    portal.edit.employee(7, { lastName: '' })
    const directory = await fetchDirectory(pump)
    expect(portal.counts.hits).toBe(1)
    const users = Object.fromEntries(directory.users.map((user) => [user.id, user]))
    expect(users['1']).toMatchObject({ active: true, hasSurname: true })
    expect(users['7']).toMatchObject({ hasSurname: false })
    expect(users[String(dismissed.id)]).toMatchObject({ active: false })
    expect(directory.departments.length).toBeGreaterThan(0)
    expect(directory.departments.some(({ parentId }) => parentId === undefined)).toBe(true)
    const general = directory.pipelines.find(({ entity, id }) => entity === 'deal' && id === '0')
    expect(general?.isDefault).toBe(true)
    expect(general?.stages.find(({ id }) => id === 'WON')).toMatchObject({ semantics: 'won' })
    expect(general?.stages.find(({ id }) => id === 'APOLOGY')).toMatchObject({ semantics: 'lost' })
    expect(general?.stages[0]).toMatchObject({ semantics: 'open' })
    expect(directory.pipelines.filter(({ entity }) => entity === 'deal').length).toBeGreaterThan(1)
    for (const pipeline of directory.pipelines) expect(pipeline.stages.length).toBeGreaterThan(2)
    expect(directory.pipelines.some(({ entity }) => entity === 'lead')).toBe(true)
    expect(directory.sources.map(({ id }) => id)).toContain('WEB')
    expect(directory).toMatchObject({
      crmMode: 'classic',
      missingScopes: [],
      actingUser: { isAdmin: true },
      licence: kind === 'box' ? 'ru_selfhosted' : 'ru_basic',
    })
  })

  it('tells the fields of every kind of card: user fields by their own names, lists with their values', async () => {
    const { pump, portal } = await connectForTest()
    portal.schema.addUserField('deal', {
      fieldName: 'UF_CRM_DELIVERY',
      userTypeId: 'enumeration',
      label: 'Доставка',
      mandatory: true,
      list: ['Курьер', 'Самовывоз'],
    })
    portal.schema.addUserField('contact', {
      fieldName: 'UF_CRM_PETS',
      userTypeId: 'string',
      label: 'Питомцы',
      multiple: true,
    })
    const { fields } = await fetchDirectory(pump)
    const field = (entity: string, code: string) =>
      fields.find((one) => one.entity === entity && one.code === code)
    expect(field('deal', 'UF_CRM_DELIVERY')).toEqual({
      entity: 'deal',
      code: 'UF_CRM_DELIVERY',
      label: 'Доставка',
      type: 'list',
      multiple: false,
      readOnly: false,
      mandatory: true,
      items: [
        { id: expect.stringMatching(/^\d+$/), label: 'Курьер' },
        { id: expect.stringMatching(/^\d+$/), label: 'Самовывоз' },
      ],
    })
    expect(field('contact', 'UF_CRM_PETS')).toMatchObject({ type: 'text', multiple: true, mandatory: false })
    expect(field('lead', 'comments')).toMatchObject({ type: 'text', readOnly: false })
    expect(field('lead', 'createdTime')).toMatchObject({ type: 'datetime', readOnly: true })
    expect(field('deal', 'sourceId')?.items).toContainEqual({ id: 'WEB', label: expect.any(String) })
    expect(field('deal', 'stageId')?.type).toBe('other')
    expect(field('company', 'revenue')).toMatchObject({ type: 'number' })
    portal.schema.removeUserField('contact', 'UF_CRM_PETS')
    const later = await fetchDirectory(pump)
    expect(later.fields.some(({ code }) => code === 'UF_CRM_PETS')).toBe(false)
  })

  it('reads every page of a large company in two hits', async () => {
    const { pump, portal } = await connectForTest()
    const [sample] = portal.state.employees
    for (let id = 1_000; id < 1_130; id++)
      portal.state.employees.push({ ...sample!, id, email: `e${id}@firm.ru` })
    const directory = await fetchDirectory(pump)
    expect(portal.counts.hits).toBe(2)
    expect(directory.users.length).toBe(portal.state.employees.length)
    expect(new Set(directory.users.map(({ id }) => id)).size).toBe(directory.users.length)
  })

  it('knows the simple mode, and names the scopes that are missing', async () => {
    const { pump } = await connectForTest({
      sandbox: { portal: { crmMode: 'simple' } },
      scope: ['crm', 'user'],
    })
    const directory = await fetchDirectory(pump)
    expect(directory.crmMode).toBe('simple')
    expect(directory.missingScopes).toEqual(['im', 'department'])
    expect(directory.departments).toEqual([])
    expect(directory.users.length).toBeGreaterThan(0)
  })

  it('the full user scope covers the basic one', () => {
    expect(missing(['crm', 'im', 'department', 'user'])).toEqual([])
    expect(missing(['crm', 'im', 'department'])).toEqual(['user_basic'])
  })
})
