import type { ContactId, ConversationId, UserId } from '@trunkline/contracts/ids'
import { expect, test } from 'vitest'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { changeRequest } from '../inbox/change-request.ts'
import { correctContact } from '../inbox/correct-contact.ts'

const FIELDS = [
  { name: 'name', value: 'Анна Петрова' },
  { name: 'phone', value: '8 (912) 345-67-89' },
  { name: 'message', value: 'Нужен букет к пятнице' },
  { name: 'size', label: 'Размер', value: '51 роза' },
]
const outcomes = (world: FlowWorld) =>
  world.query('select kind, outcome, reason from inbound_events order by seq')
const deals = (world: FlowWorld) => world.portal.crm.deals
const commentsOfLast = (world: FlowWorld) =>
  world.portal.crm.commentsOf('deal', deals(world).at(-1)!.id).map((one) => JSON.stringify(one))

test('a request becomes one deal that holds every field, both consents, the page and the labels', async () => {
  await using world = await flowWorld()
  await world.saveRequests({})
  const before = deals(world).length
  await world.leave({ fields: FIELDS, mailing: true })
  await world.process()
  expect(deals(world).length).toBe(before + 1)
  const comments = commentsOfLast(world)
  expect(comments).toHaveLength(1)
  for (const words of [
    'Заявка № 1',
    'Офлайн-заявка: Букет на заказ',
    'Имя: Анна Петрова',
    'Телефон: 8 (912) 345-67-89',
    'Нужен букет к пятнице',
    'Размер: 51 роза',
    'Согласие на обработку данных: да',
    'Согласие на рассылку: да',
    'http://localhost/catalogue?utm_source=test',
    'utm_source: test',
  ])
    expect(comments[0]).toContain(words)
  const contacts = world.portal.crm.contacts.filter((one) => JSON.stringify(one).includes('+79123456789'))
  expect(contacts).toHaveLength(1)
  expect(await outcomes(world)).toEqual([{ kind: 'request-received', outcome: 'passed', reason: null }])
})

test('without contact data it is held, and passed when an employee fills in the phone', async () => {
  await using world = await flowWorld()
  await world.saveRequests({})
  const before = deals(world).length
  await world.leave({ fields: [{ name: 'message', value: 'Перезвоните по домофону' }] })
  await world.process()
  expect(deals(world).length).toBe(before)
  expect(await outcomes(world)).toEqual([
    { kind: 'request-received', outcome: 'held', reason: 'no-contact-data' },
  ])
  const [contact] = await world.query<{ id: ContactId }>('select contact_id as id from conversations')
  await world.database.inWorkspace(world.workspaceId, (tx) =>
    correctContact(tx, contact!.id, { phone: '+79123456789' }),
  )
  await world.process()
  expect(deals(world).length).toBe(before + 1)
  expect(commentsOfLast(world)[0]).toContain('Перезвоните по домофону')
  expect(await outcomes(world)).toEqual([{ kind: 'request-received', outcome: 'passed', reason: null }])
})

test('posted twice it is one request, one event and one deal', async () => {
  await using world = await flowWorld()
  await world.saveRequests({})
  const before = deals(world).length
  await Promise.all([world.leave({ id: 'r1', fields: FIELDS }), world.leave({ id: 'r1', fields: FIELDS })])
  await world.process()
  await world.leave({ id: 'r1', fields: FIELDS })
  await world.process()
  expect(deals(world).length).toBe(before + 1)
  expect(await outcomes(world)).toHaveLength(1)
  expect(await world.query('select status from offline_requests')).toEqual([{ status: 'not_processed' }])
})

test('chats denied and requests allowed from the same site: the one passes, the other does not (UIS-29)', async () => {
  await using world = await flowWorld()
  const site = { combinator: 'and', rules: [{ field: 'site', operator: '=', value: 'localhost' }] } as const
  const rule = (action: 'allow' | 'deny') => ({
    id: 'r1',
    title: 'Наш сайт',
    active: true,
    when: { ...site, rules: [...site.rules] },
    action,
  })
  await world.saveChats({ transferRules: [rule('deny')] })
  await world.saveRequests({ transferRules: [rule('allow')] })
  await world.share('v1', { phone: '+79120000001' })
  await world.write('v1', 'Здравствуйте')
  const [hits, before] = [world.portal.counts.hits, deals(world).length]
  await world.process()
  expect(world.portal.counts.hits).toBe(hits)
  const [denied] = await world.query<{ trace: readonly unknown[] }>('select trace from decisions')
  expect(denied!.trace).toContainEqual(
    expect.objectContaining({
      code: 'gate-filter',
      verdict: 'stop',
      values: expect.objectContaining({ rule: 'Наш сайт' }),
    }),
  )
  await world.leave({ visitor: 'v1', fields: [{ name: 'phone', value: '+79120000001' }] })
  await world.process()
  expect(deals(world).length).toBe(before + 1)
  expect(await outcomes(world)).toEqual([
    { kind: 'contact-shared', outcome: 'not_passed', reason: 'service-event' },
    { kind: 'message-received', outcome: 'not_passed', reason: 'denied-by-filter' },
    { kind: 'request-received', outcome: 'passed', reason: null },
  ])
  const inbox = `select m.text from messages m join conversations c on c.id = m.conversation_id where c.kind = 'chat'`
  expect(await world.query(inbox)).toEqual([{ text: 'Здравствуйте' }])
})

test('chats off and requests on: the one passes, the other does not (CHAT-23)', async () => {
  await using world = await flowWorld()
  await world.saveChats({ enabled: false })
  await world.saveRequests({})
  const before = deals(world).length
  await world.share('v1', { phone: '+79120000001' })
  await world.write('v1', 'Здравствуйте')
  await world.leave({ visitor: 'v1', fields: [{ name: 'phone', value: '+79120000001' }] })
  await world.process()
  expect(deals(world).length).toBe(before + 1)
  expect(await outcomes(world)).toEqual([
    { kind: 'contact-shared', outcome: 'not_passed', reason: 'service-event' },
    { kind: 'message-received', outcome: 'not_passed', reason: 'chats-off' },
    { kind: 'request-received', outcome: 'passed', reason: null },
  ])
})

test('requests off and chats on: the other way round', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  await world.saveRequests({ enabled: false })
  const before = deals(world).length
  await world.leave({ visitor: 'v1', fields: [{ name: 'phone', value: '+79120000001' }] })
  await world.process()
  expect(deals(world).length).toBe(before)
  expect(await outcomes(world)).toEqual([
    { kind: 'request-received', outcome: 'not_passed', reason: 'requests-off' },
  ])
  await world.write('v1', 'Здравствуйте')
  await world.process()
  expect(deals(world).length).toBe(before + 1)
  const kinds = await world.query('select kind, transfer from conversations order by kind')
  expect(kinds).toEqual([
    { kind: 'chat', transfer: 'passed' },
    { kind: 'request', transfer: 'not_passed' },
  ])
})

test('a technical request never becomes a card, and says why', async () => {
  await using world = await flowWorld()
  await world.saveRequests({ passWithoutContactData: true })
  const hits = world.portal.counts.hits
  await world.leave({ fields: FIELDS, technical: true })
  await world.process()
  expect(world.portal.counts.hits).toBe(hits)
  expect(await outcomes(world)).toEqual([
    { kind: 'request-received', outcome: 'not_passed', reason: 'technical-request' },
  ])
})

test('two requests of one person are two conversations and two outcomes, in one deal when nothing new is wanted', async () => {
  await using world = await flowWorld()
  await world.saveRequests({})
  const before = deals(world).length
  await world.leave({ fields: FIELDS })
  await world.process()
  await world.leave({ fields: [...FIELDS.slice(0, 2), { name: 'message', value: 'И открытку' }] })
  await world.process()
  expect(deals(world).length).toBe(before + 1)
  expect(commentsOfLast(world)).toHaveLength(2)
  expect(await world.query(`select distinct contact_id from conversations`)).toHaveLength(1)
  expect((await outcomes(world)).map((one) => (one as { outcome: string }).outcome)).toEqual([
    'passed',
    'passed',
  ])
})

test('status and comment of an employee are kept and audited, and write nothing into the portal', async () => {
  await using world = await flowWorld()
  await world.saveRequests({})
  await world.leave({ fields: FIELDS })
  await world.process()
  const hits = world.portal.counts.hits
  const [row] = await world.query<{ id: ConversationId }>('select id from conversations')
  const by = { userId: 'operator-1' as UserId, name: 'Мария', now: new Date() }
  const change = (patch: Parameters<typeof changeRequest>[2]) =>
    world.database.inWorkspace(world.workspaceId, (tx) => changeRequest(tx, row!.id, patch, by))
  await change({ status: 'processing', comment: ' Перезвонила, ждёт счёт ' })
  await change({ status: 'processing', comment: 'Перезвонила, ждёт счёт' })
  await change({ status: 'processed' })
  expect(await world.query('select status, status_by, comment, comment_by from offline_requests')).toEqual([
    {
      status: 'processed',
      status_by: 'operator-1',
      comment: 'Перезвонила, ждёт счёт',
      comment_by: 'operator-1',
    },
  ])
  expect(await world.query('select status, close_reason, closed_by from conversations')).toEqual([
    { status: 'closed', close_reason: 'resolved', closed_by: 'operator-1' },
  ])
  expect(
    (await world.query<{ action: string }>('select action from audit_log order by at, id')).map(
      (one) => one.action,
    ),
  ).toEqual(['request-moved', 'request-commented', 'request-moved'])
  await change({ status: 'not_processed' })
  expect(
    await world.query('select status, unanswered_since is not null as waits from conversations'),
  ).toEqual([{ status: 'open', waits: true }])
  await world.process()
  expect(world.portal.counts.hits).toBe(hits)
})

test('a request cannot be answered', async () => {
  await using world = await flowWorld()
  await world.leave({ visitor: 'v1', fields: FIELDS })
  await world.process()
  const [row] = await world.query<{ id: ConversationId }>('select id from conversations')
  await expect(world.answer(row!.id, 'Здравствуйте')).rejects.toMatchObject({ code: 'channel/cannot' })
})
