import {
  IntegrationApplied,
  IntegrationPlan,
  type SettingsVersionsPage,
} from '@trunkline/contracts/http/settings'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SettingsTestWorld, settingsTestWorld } from '../../testing/settings-world.ts'

let world: SettingsTestWorld
beforeAll(async () => {
  world = await settingsTestWorld()
  await world.save('main', { active: true })
  await world.save('chats', {
    active: true,
    enabled: true,
    channelIds: [world.channelId],
    defaultResponsibleId: '7',
    firstPlace: { leadStageId: '', pipelineId: '3', dealStageId: 'C3:CALL' },
    titleTemplate: 'Чат "№{{ communication_id }}": {{ name }} # не комментарий',
    responsibleRules: [
      {
        id: 'site',
        title: 'С сайта: да',
        active: true,
        when: {
          combinator: 'or',
          rules: [
            { field: 'channelId', operator: 'in', value: [world.channelId] },
            { combinator: 'and', not: true, rules: [{ field: 'site', operator: '=', value: 'yes' }] },
          ],
        },
        userId: '1',
      },
    ],
  })
})
afterAll(() => world[Symbol.asyncDispose]())

const file = () => world.owner.call<string>('GET', '/api/integration/file')

async function post<S extends TSchema>(schema: S, path: string, body: unknown): Promise<Static<S>> {
  const answer = await world.owner.call<Static<S>>('POST', path, body)
  expect([...Value.Errors(schema, answer)], path).toEqual([])
  return answer
}
const plan = (yaml: string) => post(IntegrationPlan, '/api/integration/file/plan', { yaml })

describe('the integration as one file', () => {
  it('comes as YAML with names, and planned as it is changes nothing', async () => {
    const answer = await world.owner.ask('GET', '/api/integration/file')
    expect(answer.headers.get('content-type')).toContain('application/yaml')
    expect(answer.headers.get('content-disposition')).toContain('.yaml')
    const yaml = String(answer.body)
    for (const name of ['Борис Котов', 'Чат на сайте', 'Опт', 'Созвон']) expect(yaml).toContain(name)
    expect(await plan(yaml)).toMatchObject({
      changes: [],
      problems: [],
      applicable: false,
      versions: { main: 1, chats: 1, requests: 0 },
    })
  })

  it('planned says in words what it would change; applied it is saved with its reason; exported again it is the same', async () => {
    const before = await file()
    const changed = before
      .replace(/addToClosed: false/, 'addToClosed: true')
      .replace(/(requests:\n(?:.*\n)*? {4}copyToPerson: )false/, '$1true')
    const planned = await plan(changed)
    expect(planned.problems).toEqual([])
    expect(planned.changes.map(({ section, pointer }) => `${section}${pointer}`)).toEqual([
      'chats/addToClosed',
      'requests/copyToPerson',
    ])
    expect(planned.changes[0]!.text.ru).toMatch(/[а-я]/i)
    expect(await file()).toBe(before)

    const applied = await post(IntegrationApplied, '/api/integration/file/apply', {
      yaml: changed,
      versions: planned.versions,
      reason: 'из файла',
    })
    expect(applied.saved).toEqual({ chats: 2, requests: 1 })
    expect(await world.document('chats')).toMatchObject({ version: 2, value: { addToClosed: true } })
    const versions = await world.owner.call<SettingsVersionsPage>('GET', '/api/settings/requests/versions')
    expect(versions.data[0]).toMatchObject({ version: 1, reason: 'из файла' })
    expect(await plan(changed)).toMatchObject({ changes: [], applicable: false })
    const audit = await world.query<{ details: unknown }>(
      `select details from audit_log where action = 'settings-imported' order by details ->> 'section'`,
    )
    expect(audit.map((row) => row.details)).toEqual([
      { section: 'chats', version: 2 },
      { section: 'requests', version: 1 },
    ])
  })

  it('planned against settings that were saved since is refused whole', async () => {
    const yaml = (await file()).replace(/addToClosed: true/, 'addToClosed: false')
    const { versions } = await plan(yaml)
    await world.save('chats', { notifyResponsible: true })
    const late = await world.owner.ask('POST', '/api/integration/file/apply', { body: { yaml, versions } })
    expect(late.status).toBe(409)
    expect(await world.document('chats')).toMatchObject({
      version: 3,
      value: { addToClosed: true, notifyResponsible: true },
    })
  })

  it('with something that cannot be saved names the place and the line, and saves nothing of the rest', async () => {
    const good = await file()
    const cases: [yaml: string, pointer: string][] = [
      [
        good.replaceAll(/name: Борис Котов\n( +)id: "7"/g, 'name: Никто\n$1id: "77"'),
        '/sections/chats/defaultResponsible',
      ],
      [good.replace(/timing: start/, 'timing: never'), '/sections/chats/timing'],
      [
        good.replace(/operator: in$/m, 'operator: like'),
        '/sections/chats/responsibleRules/0/when/rules/0/operator',
      ],
      [
        good.replace(/titleTemplate: '?Чат.*/, "titleTemplate: '{{ nonsense }}'"),
        '/sections/chats/titleTemplate',
      ],
    ]
    for (const [yaml, pointer] of cases) {
      expect(yaml, pointer).not.toBe(good)
      const withMore = yaml.replace(/active: true/, 'active: false')
      const planned = await plan(withMore)
      expect(planned.applicable, pointer).toBe(false)
      expect(planned.problems.map((problem) => problem.pointer)).toContain(pointer)
      for (const problem of planned.problems) {
        expect(problem).toMatchObject({ section: 'chats', line: expect.any(Number) })
        expect(problem.message.ru).toMatch(/[а-я]/i)
      }
      const refused = await world.owner.ask('POST', '/api/integration/file/apply', {
        body: { yaml: withMore, versions: planned.versions },
      })
      expect(refused.status, pointer).toBe(422)
    }
    expect(await file()).toBe(good)
  })

  it('is for owners and administrators', async () => {
    const operator = await world.colleague('operator')
    expect((await operator.ask('GET', '/api/integration/file')).status).toBe(403)
    const body = { yaml: await file(), versions: {} }
    expect((await operator.ask('POST', '/api/integration/file/plan', { body })).status).toBe(403)
    expect((await operator.ask('POST', '/api/integration/file/apply', { body })).status).toBe(403)
  })
})
