import {
  DryRun,
  SettingsVersionDocument,
  SettingsVersionsPage,
  TitlePreview,
} from '@trunkline/contracts/http/settings'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DIRECTORY, type SettingsTestWorld, settingsTestWorld } from '../../testing/settings-world.ts'

let world: SettingsTestWorld
beforeAll(async () => {
  world = await settingsTestWorld()
  await world.save('chats', { defaultResponsibleId: '1', channelIds: [world.channelId] }, 'начинаем')
  await world.save('chats', { defaultResponsibleId: '7' }, '  Борис вернулся ')
  await world.save('chats', { addToClosed: true, titleTemplate: 'Чат {{ name }}' })
})
afterAll(() => world[Symbol.asyncDispose]())

async function get<S extends TSchema>(schema: S, path: string): Promise<Static<S>> {
  const body = await world.owner.call<Static<S>>('GET', path)
  expect([...Value.Errors(schema, body)], path).toEqual([])
  return body
}

describe('the versions of a section', () => {
  it('say who saved what when and why, in words, page by page', async () => {
    const first = await get(SettingsVersionsPage, '/api/settings/chats/versions?limit=2')
    expect(first.data.map((row) => [row.version, row.current, row.reason, row.author?.name])).toEqual([
      [3, true, null, 'Ольга Хозяйкина'],
      [2, false, 'Борис вернулся', 'Ольга Хозяйкина'],
    ])
    expect(first.data[0]!.changes.map((change) => change.pointer).sort()).toEqual([
      '/addToClosed',
      '/titleTemplate',
    ])
    const [change] = first.data[1]!.changes
    expect(change).toMatchObject({ section: 'chats', pointer: '/defaultResponsibleId', kind: 'changed' })
    expect(change!.text.ru).toMatch(/Анна Смирнова.*Борис Котов/)
    const rest = await get(
      SettingsVersionsPage,
      `/api/settings/chats/versions?limit=2&cursor=${encodeURIComponent(first.nextCursor!)}`,
    )
    expect(rest).toMatchObject({ data: [{ version: 1, reason: 'начинаем' }], nextCursor: null })
    expect(rest.data[0]!.changes.map((one) => one.text.ru).join()).toContain('Чат на сайте')
    expect(await get(SettingsVersionsPage, '/api/settings/requests/versions')).toEqual({
      data: [],
      nextCursor: null,
    })
  })

  it('can be looked at one by one, with what would change if it came back', async () => {
    const old = await get(SettingsVersionDocument, '/api/settings/chats/versions/1')
    expect(old.value).toMatchObject({ defaultResponsibleId: '1', addToClosed: false })
    expect(old.ifRestored.map((change) => change.pointer).sort()).toEqual([
      '/addToClosed',
      '/defaultResponsibleId',
      '/titleTemplate',
    ])
    for (const none of ['99', '0', 'first', '2147483648'])
      expect((await world.owner.ask('GET', `/api/settings/chats/versions/${none}`)).status, none).toBe(404)
    expect((await world.owner.ask('GET', '/api/settings/nothing/versions')).status).toBe(404)
    expect((await world.owner.ask('GET', '/api/settings/chats/versions?cursor=zzz')).status).toBe(400)
  })

  it('come back as a new version with a reason, and the audit says so', async () => {
    const stale = await world.owner.ask('POST', '/api/settings/chats/versions/1/restore', {
      body: { version: 2 },
    })
    expect(stale.status).toBe(409)
    const restored = await world.owner.call('POST', '/api/settings/chats/versions/1/restore', {
      version: 3,
      reason: 'было лучше',
    })
    expect(restored).toMatchObject({ version: 4, value: { defaultResponsibleId: '1', addToClosed: false } })
    const { data } = await get(SettingsVersionsPage, '/api/settings/chats/versions?limit=1')
    expect(data[0]).toMatchObject({ version: 4, current: true, reason: 'было лучше' })
    const audit = await world.query<{ details: unknown }>(
      `select details from audit_log where action = 'settings-restored'`,
    )
    expect(audit).toEqual([{ details: { section: 'chats', version: 4, restored: 1 } }])
    // There and back again is no difference.
    await world.owner.call('POST', '/api/settings/chats/versions/3/restore', { version: 4 })
    expect((await get(SettingsVersionDocument, '/api/settings/chats/versions/3')).ifRestored).toEqual([])
  })

  it('are held to the rules of today: one that names a dismissed user does not come back', async () => {
    await world.read({
      ...DIRECTORY,
      users: DIRECTORY.users.map((user) => (user.id === '1' ? { ...user, active: false } : user)),
    })
    const refused = await world.owner.ask('POST', '/api/settings/chats/versions/1/restore', {
      body: { version: 5 },
    })
    expect(refused.status).toBe(422)
    expect(refused.body).toMatchObject({ errors: [{ pointer: '/value/defaultResponsibleId' }] })
    await world.read(DIRECTORY)
  })

  it('of another company are not there', async () => {
    const foreigner = await world.foreigner()
    expect(await foreigner.call('GET', '/api/settings/chats/versions')).toEqual({
      data: [],
      nextCursor: null,
    })
    expect((await foreigner.ask('GET', '/api/settings/chats/versions/1')).status).toBe(404)
  })
})

describe('without a single conversation', () => {
  it('a dry-run and a preview answer with nothing to show', async () => {
    const { value } = await world.document('chats')
    const found = await world.owner.call('POST', '/api/settings/chats/dry-run', { value, count: 1000 })
    expect([...Value.Errors(DryRun, found)]).toEqual([])
    expect(found).toMatchObject({ compared: 0, rows: [] })
    const bad = await world.owner.ask('POST', '/api/settings/chats/dry-run', { body: { value, count: 5 } })
    expect(bad.status).toBe(422)
    const preview = await world.owner.call('POST', '/api/settings/chats/preview-title', {
      template: 'Чат {{ name',
    })
    expect([...Value.Errors(TitlePreview, preview)]).toEqual([])
    expect(preview).toMatchObject({ title: null, conversation: null, problems: [{ code: 'syntax' }] })
    const none = await world.owner.ask('POST', '/api/settings/main/preview-title', { body: { template: '' } })
    expect(none.status).toBe(404)
  })
})
