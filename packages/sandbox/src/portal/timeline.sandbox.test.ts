import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PhpMap } from './php-values.ts'
import { startTestPortal, type TestPortal } from './test-portal.ts'

let stage: TestPortal
let dealId: number
beforeEach(async () => {
  stage = await startTestPortal({ portal: { kind: 'box' } })
  dealId = stage.portal.edit.create('deal', { title: 'D' }).id
})
afterEach(() => stage.sandbox.stop())

describe('comments', () => {
  const add = (fields: PhpMap) =>
    stage.call('crm.timeline.comment.add', { fields: { ENTITY_ID: dealId, ENTITY_TYPE: 'deal', ...fields } })

  test("added, listed, changed and removed, with the token's user as the author", async () => {
    const id = (await add({ COMMENT: '[b]Чат[/b]\nстрока', FILES: [['a.txt', 'aGVsbG8=']] })).body['result']
    await add({ COMMENT: 'second' })
    const list = await stage.call('crm.timeline.comment.list', {
      filter: { ENTITY_ID: dealId, ENTITY_TYPE: 'deal' },
      order: { ID: 'DESC' },
    })
    expect(list.body).toMatchObject({
      total: 2,
      result: [
        { COMMENT: 'second', FILES: [] },
        { ID: String(id), COMMENT: '[b]Чат[/b]\nстрока', AUTHOR_ID: '1', ENTITY_TYPE: 'deal' },
      ],
    })
    expect(stage.portal.crm.comments[0]?.files).toMatchObject([{ name: 'a.txt', sizeBytes: 5 }])
    expect(await stage.ok('crm.timeline.comment.update', { id, fields: { COMMENT: 'changed' } })).toBe(id)
    expect(await stage.ok('crm.timeline.comment.get', { id })).toMatchObject({ COMMENT: 'changed' })
    expect(await stage.ok('crm.timeline.comment.delete', { id })).toBeNull()
    expect(await stage.call('crm.timeline.comment.get', { id })).toMatchObject({
      status: 400,
      body: { error: 'NOT_FOUND' },
    })
  })

  test('an unknown owner, an upper-case type, an empty text and another spelling of fields are refused', async () => {
    expect((await add({ ENTITY_ID: 1, COMMENT: 'x' })).body['error']).toBe('OWNER_NOT_FOUND')
    expect((await add({ ENTITY_TYPE: 'DEAL', COMMENT: 'x' })).body['error']).toBe('OWNER_NOT_FOUND')
    expect((await add({ COMMENT: ' ' })).body['error']).toBe('INVALID_ARG_VALUE')
    expect((await stage.call('crm.timeline.comment.add', { FIELDS: { COMMENT: 'x' } })).status).toBe(400)
    expect(stage.portal.crm.comments).toEqual([])
  })

  test('a log message is kept apart and needs all its fields', async () => {
    const fields = {
      entityTypeId: 2,
      entityId: dealId,
      title: 'Delivered',
      text: 'to the client',
      iconCode: 'info',
    }
    expect(await stage.ok('crm.timeline.logmessage.add', { fields })).toMatchObject({
      logMessage: { title: 'Delivered', authorId: 1 },
    })
    expect(
      await stage.call('crm.timeline.logmessage.add', { fields: { ...fields, iconCode: '' } }),
    ).toMatchObject({ status: 400, body: { error: '100' } })
    expect(stage.portal.crm.logMessages).toHaveLength(1)
  })
})

describe('activities', () => {
  const call = (fields: PhpMap) =>
    stage.call('crm.activity.add', {
      fields: {
        OWNER_TYPE_ID: 2,
        OWNER_ID: dealId,
        TYPE_ID: 2,
        SUBJECT: 'Call',
        RESPONSIBLE_ID: 7,
        COMMUNICATIONS: [{ VALUE: '+79000004001', TYPE: 'PHONE' }],
        ...fields,
      },
    })

  test('classic: added, found by owner and by origin, completed, removed', async () => {
    const { body } = await call({ DIRECTION: 1, ORIGIN_ID: 'a-1', ORIGINATOR_ID: 'hub' })
    const id = body['result']
    expect(
      await stage.ok('crm.activity.list', {
        filter: { OWNER_ID: dealId, OWNER_TYPE_ID: 2, ORIGIN_ID: 'a-1' },
      }),
    ).toMatchObject([{ ID: String(id), TYPE_ID: '2', COMPLETED: 'N', RESPONSIBLE_ID: '7' }])
    expect(
      await stage.ok('crm.activity.list', { filter: { BINDINGS: [{ OWNER_TYPE_ID: 2, OWNER_ID: 1 }] } }),
    ).toEqual([])
    await stage.ok('crm.activity.update', { id, fields: { COMPLETED: 'Y' } })
    expect(await stage.ok('crm.activity.get', { id })).toMatchObject({ COMPLETED: 'Y' })
    await stage.ok('crm.activity.delete', { id })
    expect(await stage.call('crm.activity.get', { id })).toMatchObject({
      status: 400,
      body: { error: '', error_description: 'Activity is not found' },
    })
  })

  test('classic: each documented refusal has its text', async () => {
    const texts = await Promise.all(
      [
        { SUBJECT: '' },
        { RESPONSIBLE_ID: 4040 },
        { TYPE_ID: 0 },
        { COMMUNICATIONS: [] },
        { COMMUNICATIONS: [{ VALUE: '1' }, { VALUE: '2' }] },
        { OWNER_ID: 1 },
        { TYPE_ID: 6 },
      ].map(async (fields) => (await call(fields)).body['error_description']),
    )
    expect(texts).toEqual([
      'The field SUBJECT is not defined or empty',
      'The field RESPONSIBLE_ID is not defined or invalid',
      'The field TYPE_ID is not defined or invalid',
      'The field COMMUNICATIONS is not defined or invalid',
      'The only one communication is allowed for activity of specified type',
      'Could not build binding. Please ensure that owner info and communications are defined correctly',
      'The custom activity without provider is not supported in current context',
    ])
  })

  test('to-do: deadline and responsible change until it is completed', async () => {
    const owner = { ownerTypeId: 2, ownerId: dealId }
    const { id } = (await stage.ok('crm.activity.todo.add', {
      ...owner,
      deadline: '2026-11-21T10:00:00+03:00',
      title: 'Ring',
      responsibleId: 7,
    })) as { id: number }
    await stage.ok('crm.activity.todo.updateDeadline', { id, ...owner, value: '2026-11-22T10:00:00+03:00' })
    await stage.ok('crm.activity.todo.updateResponsibleUser', { id, ...owner, responsibleId: 18 })
    expect(await stage.ok('crm.activity.todo.get', { id })).toMatchObject({
      activity: { title: 'Ring', deadline: '2026-11-22T10:00:00+03:00', responsibleId: 18, completed: false },
    })
    expect(
      await stage.call('crm.activity.todo.updateDeadline', { id, ...owner, value: 'later' }),
    ).toMatchObject({ body: { error: 'WRONG_DATETIME_FORMAT' } })
    expect(
      await stage.call('crm.activity.todo.add', { ...owner, ownerId: 1, deadline: '2026-11-21' }),
    ).toMatchObject({ body: { error: 'OWNER_NOT_FOUND' } })
    await stage.ok('crm.activity.update', { id, fields: { COMPLETED: 'Y' } })
    expect(
      await stage.call('crm.activity.todo.updateDescription', { id, ...owner, value: 'x' }),
    ).toMatchObject({ body: { error: 'CAN_NOT_UPDATE_COMPLETED_TODO' } })
  })

  const layout = {
    icon: { code: 'comment' },
    header: { title: 'Chat', tags: { state: { title: 'new', type: 'success' } } },
    body: { blocks: { text: { type: 'text', properties: { value: 'hello' } } } },
    footer: { buttons: { open: { title: 'Open', type: 'primary', action: { type: 'openRestApp' } } } },
  }

  test('configurable: made, changed and read by its own application only', async () => {
    const { activity } = (await stage.ok('crm.activity.configurable.add', {
      ownerTypeId: 2,
      ownerId: dealId,
      fields: { originId: 'conv-1', isIncomingChannel: 'Y' },
      layout,
    })) as { activity: PhpMap }
    await stage.ok('crm.activity.configurable.update', {
      id: activity['id'],
      fields: { completed: true },
      layout,
    })
    expect(await stage.ok('crm.activity.configurable.get', { id: activity['id'] })).toMatchObject({
      activity: { fields: { completed: true, originId: 'conv-1' }, layout: { header: { title: 'Chat' } } },
    })
    const other = stage.sandbox.registerApp({
      clientId: 'other',
      clientSecret: 's',
      redirectUri: '',
      scope: ['crm'],
      title: 'O',
    })
    const { access_token: token } = other.grant(stage.portal)
    expect(
      await stage.call(
        'crm.activity.configurable.update',
        { id: activity['id'], fields: {}, layout },
        { token },
      ),
    ).toMatchObject({ status: 400, body: { error: 'ERROR_WRONG_APPLICATION' } })
  })

  test('configurable: a faulty layout is refused with its own code', async () => {
    const codes = async (
      change: (copy: typeof layout & PhpMap) => void,
      fields: PhpMap = {},
    ): Promise<unknown> => {
      const copy = structuredClone(layout) as typeof layout & PhpMap
      change(copy)
      return (
        await stage.call('crm.activity.configurable.add', {
          ownerTypeId: 2,
          ownerId: dealId,
          fields,
          layout: copy,
        })
      ).body['error']
    }
    expect(await codes((copy) => Object.assign(copy, { extra: 1 }))).toBe('FIELD_IS_REDUNDANT')
    expect(await codes((copy) => Object.assign(copy.header, { title: '' }))).toBe('FIELD_IS_REQUIRED')
    expect(await codes((copy) => Object.assign(copy.header.tags.state, { type: 'lavender' }))).toBe(
      'ENUM_FIELD',
    )
    expect(
      await codes((copy) =>
        Object.assign(copy.header.tags, { 'wrong-key': { title: 'x', type: 'primary' } }),
      ),
    ).toBe('KEY_CONTAIN_WRONG_SYMBOLS')
    expect(
      await codes((copy) =>
        Object.assign(copy.header.tags, {
          two: { title: 'x', type: 'primary' },
          three: { title: 'x', type: 'primary' },
        }),
      ),
    ).toBe('TOO_MANY_ITEMS')
    expect(await codes((copy) => Object.assign(copy.header, { title: { xx: 'x' } }))).toBe('WRONG_LANG')
    expect(
      await codes(() => undefined, { isIncomingChannel: 'Y', deadline: '2026-11-21T10:00:00+03:00' }),
    ).toBe('INCOMING_ACTIVITY_CAN_NOT_BE_WITH_DEADLINE')
    expect(
      (
        await stage.call('crm.activity.configurable.add', {
          ownerTypeId: 2,
          ownerId: dealId,
          fields: {},
          layout: {},
        })
      ).body['error'],
    ).toBe('ERROR_EMPTY_LAYOUT')
  })
})

describe('notifications', () => {
  const notify = (params: PhpMap) =>
    stage.call('im.notify.personal.add', { USER_ID: 7, MESSAGE: 'hello', ...params })

  test('a new notice takes the place of an older one with its tag', async () => {
    await notify({ TAG: 'HUB|CHAT|1' })
    await notify({ TAG: 'HUB|CHAT|1', MESSAGE: 'again' })
    await notify({ TAG: 'HUB|CHAT|2', SUB_TAG: 'HUB' })
    expect(stage.portal.crm.notifications.map(({ text, tag }) => [text, tag])).toEqual([
      ['again', 'HUB|CHAT|1'],
      ['hello', 'HUB|CHAT|2'],
    ])
    expect(await stage.ok('im.notify.delete', { SUB_TAG: 'HUB' })).toBe(true)
    expect(stage.portal.crm.notifications).toHaveLength(1)
  })

  test('empty user and message, silence of those who refuse notices or left', async () => {
    expect((await notify({ USER_ID: 0 })).body['error']).toBe('USER_ID_EMPTY')
    expect((await notify({ MESSAGE: '' })).body['error']).toBe('MESSAGE_EMPTY')
    stage.portal.edit.employee(7, { refusesNotices: true })
    expect((await notify({})).body['result']).toBe(false)
    expect((await notify({ USER_ID: 21 })).body['result']).toBe(false)
    expect((await stage.call('im.notify.delete', {})).body['error']).toBe('PARAMS_ERROR')
  })
})

describe('users and options', () => {
  test('a dismissed employee is listed as inactive, one without a surname has an empty one', async () => {
    const rows = (await stage.ok('user.get', { FILTER: { ACTIVE: false } })) as PhpMap[]
    expect(rows).toMatchObject([{ ID: '21', ACTIVE: false }])
    expect(await stage.ok('user.get', { FILTER: { ID: 12 } })).toMatchObject([
      { NAME: 'Тимур', LAST_NAME: '', UF_DEPARTMENT: [3], ACTIVE: true },
    ])
    expect(await stage.ok('user.get', { FILTER: { '@ID': [7, 9] } })).toHaveLength(2)
    expect(await stage.ok('user.search', { FILTER: { FIND: 'куз' } })).toMatchObject([{ ID: '9' }])
    expect(await stage.ok('department.get', { PARENT: 1 })).toMatchObject([
      { ID: '3', PARENT: '1' },
      { ID: '5' },
    ])
    expect(await stage.ok('user.admin')).toBe(true)
  })

  test('options are kept by application and by user', async () => {
    expect(await stage.ok('app.option.get')).toEqual([])
    await stage.ok('app.option.set', { options: { hub: 'x' } })
    await stage.ok('user.option.set', { options: { tab: '2' } })
    expect(await stage.ok('app.option.get', { option: 'hub' })).toBe('x')
    expect(await stage.ok('user.option.get')).toEqual({ tab: '2' })
    const { access_token: token } = stage.app.grant(stage.portal, 7)
    expect(await stage.call('app.option.set', { options: { hub: 'y' } }, { token })).toMatchObject({
      status: 403,
    })
  })

  test('scope, method.get and app.info', async () => {
    expect(await stage.ok('scope')).toEqual(['crm', 'department', 'im', 'placement', 'user'])
    expect(await stage.ok('method.get', { name: 'CRM.item.add' })).toEqual({
      isExisting: true,
      isAvailable: true,
    })
    expect(await stage.ok('method.get', { name: 'no.such' })).toEqual({
      isExisting: false,
      isAvailable: false,
    })
    expect(await stage.ok('app.info')).toMatchObject({
      CODE: 'local.test',
      INSTALLED: true,
      STATUS: 'L',
      PAYMENT_EXPIRED: 'N',
    })
  })
})
