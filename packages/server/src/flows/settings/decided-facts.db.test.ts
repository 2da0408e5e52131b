import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { UserId } from '@trunkline/contracts/ids'
import type { FieldMapping } from '@trunkline/contracts/settings/rules'
import { expect, test } from 'vitest'
import { decidedConversations } from '../../store/decided.ts'
import { decisionsOf } from '../../store/decisions.ts'
import { saveSettings, settingsInForce } from '../../store/settings.ts'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { closeConversation } from '../inbox/change-conversation.ts'
import { syncDirectory } from '../portals/sync-directory.ts'
import { decideAnew } from './decided-facts.ts'
import { dryRun } from './dry-run.ts'
import { loadGround } from './settings-ground.ts'

const mapping = (id: string, source: string, target: string): FieldMapping => ({
  id,
  active: true,
  entity: 'deal',
  source,
  target,
  policy: 'only-if-empty',
})
const FIELDS = [
  mapping('a', 'contactName', 'UF_CRM_WORDS'),
  mapping('b', 'phone', 'UF_CRM_LIST'),
  mapping('c', 'phone', 'UF_CRM_NONE'),
]

async function prepare(world: FlowWorld): Promise<void> {
  const { schema } = world.portal
  schema.addUserField('deal', { fieldName: 'UF_CRM_WORDS', userTypeId: 'string', label: 'Слова' })
  schema.addUserField('deal', { fieldName: 'UF_CRM_LIST', userTypeId: 'enumeration', label: 'Список' })
  schema.addUserField('deal', { fieldName: 'UF_CRM_SPARE', userTypeId: 'string', label: 'Запас' })
  await read(world)
}

const read = (world: FlowWorld) =>
  syncDirectory(world.database, world.pump(), world.workspaceId, world.portalId)

async function chooseTimeZone(world: FlowWorld, timeZone: string): Promise<void> {
  await world.database.inWorkspace(world.workspaceId, async (tx) => {
    const { main, versions } = await settingsInForce(tx, world.integrationId)
    await saveSettings(tx, {
      integrationId: world.integrationId,
      section: 'main',
      version: versions.main,
      value: { ...main, timeZone },
      authorUserId: null,
      reason: null,
    })
  })
}

async function close(world: FlowWorld, visitor: string): Promise<void> {
  const conversationId = await world.conversationOf(visitor)
  await world.database.inWorkspace(world.workspaceId, (tx) =>
    closeConversation(tx, conversationId, {
      by: 'operator-1' as UserId,
      byName: 'Мария',
      reason: 'resolved',
      note: undefined,
      now: new Date(),
    }),
  )
  await world.process()
}

/** The newest conversation: as it was decided, and as it is decided anew under the saved settings. */
async function liveAndAnew(world: FlowWorld) {
  return world.database.inWorkspace(world.workspaceId, async (tx) => {
    const [row] = await decidedConversations(tx, {
      integrationId: world.integrationId,
      events: ['chat', 'request'],
      limit: 1,
    })
    const live = (await decisionsOf(tx, row!.conversationId, 50)).find(({ id }) => id === row!.decisionId)!
    return { live, anew: decideAnew(await loadGround(tx, world.integrationId))!(row!) }
  })
}

/** The facts of both are equal, and so is what follows from them. @returns those facts. */
async function expectSame(world: FlowWorld): Promise<TransferFacts> {
  const { live, anew } = await liveAndAnew(world)
  expect(anew.facts).toStrictEqual(live.facts)
  expect(anew.decision).toMatchObject({ outcome: 'passed', plan: live.plan, trace: live.trace })
  return anew.facts
}

test('a replay has the facts of the live decision, for chats and requests, whenever they are decided', async () => {
  await using world = await flowWorld()
  await prepare(world)
  const mapped = { mapFields: true, fieldMappings: FIELDS }

  await world.saveChats({ ...mapped, timing: 'start' })
  await chooseTimeZone(world, 'Asia/Omsk')
  await world.share('v1', { name: 'Анна', phone: '+79120000001' })
  await world.write('v1', 'Сколько стоит доставка?')
  await world.process()
  const atStart = await expectSame(world)
  expect(atStart).toMatchObject({ timeZone: 'Asia/Omsk', portal: { state: 'connected' } })
  expect(Object.keys(atStart.portal.fields!.deal!).sort()).toEqual(['UF_CRM_LIST', 'UF_CRM_WORDS'])

  await world.saveChats({ ...mapped, timing: 'operator' })
  await world.share('v2', { name: 'Олег', phone: '+79120000002' })
  await world.write('v2', 'Здравствуйте')
  await world.process()
  await world.answer(await world.conversationOf('v2'), 'Добрый день')
  await world.process()
  expect((await expectSame(world)).conversation.operatorJoinedAt).toBeDefined()

  await world.saveChats({ timing: 'end' })
  await world.share('v3', { name: 'Вера', phone: '+79120000003' })
  await world.write('v3', 'Спасибо, всё')
  await world.process()
  await close(world, 'v3')
  const atEnd = await expectSame(world)
  expect(atEnd.conversation.closedAt).toBeDefined()
  expect(atEnd.portal.fields).toBeUndefined()

  await world.saveRequests(mapped)
  await world.leave({ fields: [{ name: 'phone', value: '+79120000004' }] })
  await world.process()
  expect((await expectSame(world)).event).toBe('request')
})

test('what happened since is in the facts of a replay: an answer, the end, a dismissal, another time zone', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  await world.share('v1', { name: 'Анна', phone: '+79120000001' })
  await world.write('v1', 'Здравствуйте')
  await world.process()
  const { facts: before } = (await liveAndAnew(world)).anew
  await world.answer(await world.conversationOf('v1'), 'Добрый день')
  await world.process()
  await close(world, 'v1')
  world.portal.edit.dismiss(7)
  await read(world)
  await chooseTimeZone(world, 'Asia/Omsk')
  const { live, anew } = await liveAndAnew(world)
  expect(live.facts).toEqual(before)
  expect(before.portal.activeUserIds).toContain('7')
  expect(anew.facts.portal.activeUserIds).not.toContain('7')
  expect(anew.facts.conversation).toMatchObject({
    operatorJoinedAt: expect.stringMatching(/Z$/),
    closedAt: expect.stringMatching(/Z$/),
  })
  expect([before.timeZone, anew.facts.timeZone]).toEqual(['Europe/Moscow', 'Asia/Omsk'])
})

test('a dry-run of another time zone shows the days that cards would be named by', async () => {
  await using world = await flowWorld()
  await world.saveChats({ titleTemplate: 'Чат от {{ date }}' })
  await chooseTimeZone(world, 'Pacific/Niue')
  await world.share('v1', { phone: '+79120000001' })
  await world.write('v1', 'Здравствуйте')
  await world.process()
  const run = (timeZone: string) =>
    world.database.inWorkspace(world.workspaceId, async (tx) => {
      const { main } = await settingsInForce(tx, world.integrationId)
      return dryRun(tx, 'main', { value: { ...main, timeZone }, count: 10 })
    })
  expect(await run('Pacific/Niue')).toMatchObject({ compared: 1, differ: 0 })
  // 25 hours ahead: never the same day.
  expect(await run('Pacific/Kiritimati')).toMatchObject({ differ: 1, byDifference: { title: 1 } })
})
