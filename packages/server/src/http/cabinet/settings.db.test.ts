import { Home } from '@trunkline/contracts/http/journal'
import { LintFindings, SettingsDocument, SettingsSentences } from '@trunkline/contracts/http/settings'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noticeBrokenSettings } from '../../flows/settings/notice-broken-settings.ts'
import { DIRECTORY, type SettingsTestWorld, settingsTestWorld } from '../../testing/settings-world.ts'

let world: SettingsTestWorld
beforeAll(async () => {
  world = await settingsTestWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

/** An answer that has exactly the shape the cabinet is built against. */
function shaped<S extends TSchema>(schema: S, body: unknown): Static<S> {
  expect([...Value.Errors(schema, body)]).toEqual([])
  return body as Static<S>
}

const RULE = { id: 'r1', title: 'Опт', active: true, when: { combinator: 'and', rules: [] as unknown[] } }
const PLACE = { leadStageId: '', pipelineId: '3', dealStageId: 'C3:CALL' }

describe('the document of a section', () => {
  it('has everything its form chooses from, by name', async () => {
    for (const section of ['main', 'chats', 'requests'] as const)
      shaped(SettingsDocument, await world.document(section))
    const chats = await world.document('chats')
    expect(chats.options['channels']).toEqual([
      { value: world.channelId, label: 'Чат на сайте', hint: expect.any(String) },
    ])
    expect(chats.options['portal-user']!.map((one) => one.label)).toEqual(['Анна Смирнова', 'Борис Котов'])
    expect(chats.pipelines.map(({ entity, label }) => [entity, label])).toEqual([
      ['lead', 'Лиды'],
      ['deal', 'Общая'],
      ['deal', 'Опт'],
    ])
    expect(chats.pipelines[2]!.stages).toEqual([
      { value: 'C3:NEW', label: 'Заявка', closed: false },
      { value: 'C3:CALL', label: 'Созвон', closed: false },
    ])
    expect(chats.portalFields['deal']!.map((field) => field.value)).toEqual(['UF_CRM_SITE', 'UF_CRM_PAGE'])
    expect(chats.crmMode).toBe('simple')
    expect(chats.syncedAt).not.toBeNull()
    const channel = chats.fields.find((field) => field.name === 'channelId')!
    expect(channel).toMatchObject({ type: 'choice', choices: 'channels', label: { ru: 'Канал' } })
    for (const field of chats.fields) {
      expect(field.operators.length, field.name).toBeGreaterThan(1)
      for (const operator of field.operators) expect(chats.operators[operator]?.label.ru).toBeTruthy()
      if (field.choices !== null) expect(Object.keys(chats.options), field.name).toContain(field.choices)
    }
    expect(chats.templateVariables.map(({ name }) => name)).toContain('communication_id')
    expect(chats.defaultTemplate).toContain('{{ channel_type }}')
  })

  it('still names a chosen user, stage and field that are gone', async () => {
    await world.read({ ...DIRECTORY, users: DIRECTORY.users.map((user) => ({ ...user, active: true })) })
    await world.save('chats', {
      defaultResponsibleId: '9',
      firstPlace: PLACE,
      fieldMappings: [
        { id: 'm', active: true, entity: 'deal', source: 'site', target: 'UF_CRM_SITE', policy: 'overwrite' },
      ],
    })
    await world.read({
      users: DIRECTORY.users,
      pipelines: DIRECTORY.pipelines.map((pipeline) => ({
        ...pipeline,
        stages: pipeline.stages.filter(({ id }) => id !== 'C3:CALL'),
      })),
      fields: DIRECTORY.fields.filter(({ code }) => code !== 'UF_CRM_SITE'),
    })
    const chats = shaped(SettingsDocument, await world.document('chats'))
    expect(chats.options['portal-user']).toContainEqual({ value: '9', label: 'Вера Лис', disabled: true })
    expect(chats.pipelines[2]!.stages).toContainEqual(
      expect.objectContaining({ value: 'C3:CALL', disabled: true }),
    )
    expect(chats.portalFields['deal']).toContainEqual(
      expect.objectContaining({ value: 'UF_CRM_SITE', disabled: true }),
    )
    await world.read(DIRECTORY)
    await world.save('chats', {
      defaultResponsibleId: '',
      firstPlace: { ...PLACE, pipelineId: '', dealStageId: '' },
      fieldMappings: [],
    })
  })
})

describe('a save', () => {
  it.each([
    [{ combinator: 'and', rules: [{ field: 'site', operator: '=', value: { a: 1 } }] }, '/rules/0/value'],
    [
      {
        combinator: 'and',
        rules: [{ combinator: 'or', rules: [{ field: 'site', operator: 'like', value: 'x' }] }],
      },
      '/rules/0/rules/0/operator',
    ],
    [{ combinator: 'xor', rules: [] }, '/combinator'],
    [{ combinator: 'and', rules: [{ combinator: 'nor', rules: [] }] }, '/rules/0/combinator'],
    [{ combinator: 'and', rules: [{ operator: '=', value: 'x' }] }, '/rules/0/field'],
    [{ combinator: 'and', rules: [7] }, '/rules/0'],
    [
      { combinator: 'and', rules: [{ field: 'site', operator: '=', value: 'x', extra: 1 }] },
      '/rules/0/extra',
    ],
    ['always', ''],
  ])('of a condition that is none is refused once, at its very place: %j', async (when, place) => {
    const { value, version } = await world.document('chats')
    const refused = await world.owner.ask('PUT', '/api/settings/chats', {
      body: { value: { ...value, transferRules: [{ ...RULE, when, action: 'deny' }] }, version },
    })
    expect(refused.status).toBe(422)
    const { errors } = refused.body as { errors: { pointer: string; message: { ru: string } }[] }
    expect(errors.map((error) => error.pointer)).toEqual([`/value/transferRules/0/when${place}`])
    expect(errors[0]!.message.ru).toMatch(/[а-я]/i)
  })

  it('of conditions nested a thousand deep is refused, not a fault', async () => {
    const { value, version } = await world.document('chats')
    let when: unknown = { combinator: 'and', rules: [] }
    for (let depth = 0; depth < 1_000; depth++) when = { combinator: 'and', rules: [when] }
    const refused = await world.owner.ask('PUT', '/api/settings/chats', {
      body: { value: { ...value, transferRules: [{ ...RULE, when, action: 'deny' }] }, version },
    })
    expect(refused.status).toBe(422)
  })

  it('is for owners and administrators', async () => {
    const paths = [
      ['GET', '/api/integration'],
      ['GET', '/api/settings/chats'],
      ['PUT', '/api/settings/chats', { value: {}, version: 0 }],
      ['GET', '/api/settings/lint'],
      ['POST', '/api/settings/chats/lint', { value: {} }],
      ['GET', '/api/settings/chats/sentences'],
      ['POST', '/api/settings/chats/sentences', { value: {} }],
      ['GET', '/api/settings/chats/versions'],
      ['GET', '/api/settings/chats/versions/1'],
      ['POST', '/api/settings/chats/versions/1/restore', { version: 1 }],
      ['POST', '/api/settings/chats/dry-run', { value: {}, count: 100 }],
      ['POST', '/api/settings/chats/dry-run/traces', { value: {}, decisionId: world.channelId }],
    ] as const
    const operator = await world.colleague('operator')
    const stranger = world.stranger()
    for (const [method, path, body] of paths) {
      const options = body === undefined ? {} : { body }
      expect((await operator.ask(method, path, options)).status, `${method} ${path}`).toBe(403)
      expect((await stranger.ask(method, path, options)).status, `${method} ${path}`).toBe(401)
    }
    const administrator = await world.colleague('administrator')
    expect((await administrator.ask('GET', '/api/settings/lint')).status).toBe(200)
  })
})

describe('words and advice', () => {
  it('every setting and rule reads back as a sentence with names, saved or not', async () => {
    const rule = {
      ...RULE,
      title: 'С главного сайта',
      when: { combinator: 'and', rules: [{ field: 'channelId', operator: '=', value: world.channelId }] },
      userId: '7',
    }
    const { value } = await world.document('chats')
    const { data } = shaped(
      SettingsSentences,
      await world.owner.call('POST', '/api/settings/chats/sentences', {
        value: { ...value, defaultResponsibleId: '1', responsibleRules: [rule] },
      }),
    )
    const said = data.map((row) => row.text.ru).join('\n')
    expect(said).toContain('Анна Смирнова')
    expect(said).toContain('Борис Котов')
    expect(said).toContain('Чат на сайте')
    expect(said).not.toContain(world.channelId)
    expect(data.find((row) => row.pointer === '/defaultResponsibleId')?.group).toBe('who')
    const saved = await world.owner.call<SettingsSentences>('GET', '/api/settings/chats/sentences')
    expect(saved.data.map((row) => row.text.ru).join('\n')).not.toContain('Борис Котов')
  })

  it('the linter sees what is about to be saved', async () => {
    const { value } = await world.document('chats')
    const dead = {
      ...RULE,
      action: 'deny',
      when: {
        combinator: 'and',
        rules: [
          { field: 'site', operator: '=', value: 'a.example' },
          { field: 'site', operator: '=', value: 'b.example' },
        ],
      },
    }
    const { data } = shaped(
      LintFindings,
      await world.owner.call('POST', '/api/settings/chats/lint', {
        value: { ...value, transferRules: [dead] },
      }),
    )
    expect(data).toContainEqual(
      expect.objectContaining({
        code: 'rule-dead',
        pointer: '/transferRules/0',
        link: { page: 'settings', params: { section: 'chats', pointer: '/transferRules/0' } },
      }),
    )
    shaped(LintFindings, await world.owner.call('GET', '/api/settings/lint'))
  })
})

describe('a notice', () => {
  it('comes with the directory that no longer has what the settings name, once, and goes when it is mended', async () => {
    await world.save('chats', {
      enabled: true,
      active: true,
      channelIds: [world.channelId],
      defaultResponsibleId: '7',
      firstPlace: PLACE,
    })
    const notices = async () => shaped(Home, await world.owner.call('GET', '/api/home')).notices
    expect(await notices()).toEqual([])
    await world.read({
      ...DIRECTORY,
      users: DIRECTORY.users.map((user) => (user.id === '7' ? { ...user, active: false } : user)),
      pipelines: DIRECTORY.pipelines.filter(({ id }) => id !== '3'),
    })
    await world.inWorkspace(noticeBrokenSettings)
    const found = await notices()
    expect(found.map(({ section, pointer, code }) => [section, pointer, code])).toEqual([
      ['chats', '/defaultResponsibleId', 'user-dismissed'],
      ['chats', '/firstPlace/pipelineId', 'pipeline-gone'],
    ])
    expect(found[0]!.message.ru).toContain('Борис Котов')
    await world.inWorkspace(noticeBrokenSettings)
    expect((await notices()).map((one) => one.since)).toEqual(found.map((one) => one.since))
    const audit = await world.query(`select 1 from audit_log where action = 'settings-broken'`)
    expect(audit).toHaveLength(2)

    const operator = await world.colleague('operator')
    expect(await operator.call('GET', '/api/home')).toMatchObject({ notices: [] })

    await world.save('chats', {
      defaultResponsibleId: '1',
      firstPlace: { ...PLACE, pipelineId: '', dealStageId: '' },
    })
    expect(await notices()).toEqual([])
    await world.read(DIRECTORY)
  })
})
