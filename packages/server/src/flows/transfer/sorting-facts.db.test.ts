import type { RuleGroup } from '@trunkline/contracts/rules/condition'
import type { MainSettings } from '@trunkline/contracts/settings/main'
import { expect, test } from 'vitest'
import { saveSettings, settingsInForce } from '../../store/settings.ts'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { tagConversation } from '../inbox/tag-conversation.ts'

const when = (field: string, operator: '=' | 'contains', value: string | boolean): RuleGroup => ({
  combinator: 'and',
  rules: [{ field, operator, value }],
})
const allow = (conditions: RuleGroup) => ({
  id: '1',
  title: 'Только такие',
  active: true,
  action: 'allow' as const,
  when: conditions,
})

/** Main with other values, the next version of it. */
async function saveMain(world: FlowWorld, change: Partial<MainSettings>): Promise<void> {
  const { integrationId } = world
  await world.database.inWorkspace(world.workspaceId, async (tx) => {
    const { main, versions } = await settingsInForce(tx, integrationId)
    const value = { ...main, ...change }
    await saveSettings(tx, {
      integrationId,
      section: 'main',
      version: versions.main,
      value,
      authorUserId: null,
      reason: null,
    })
  })
}

interface Decided {
  readonly outcome: string
  readonly facts: { readonly conversation: { readonly tags?: string[]; readonly workingTime?: boolean } }
  readonly plan: { readonly steps: readonly { readonly fields?: { readonly title?: string } }[] }
  readonly trace: readonly { readonly code: string; readonly verdict: string }[]
}
const decisions = (world: FlowWorld) =>
  world.query<Decided>('select outcome, facts, plan, trace from decisions order by at, id')

test('a tag that an operator adds passes what the rules held back; the trace and the facts know it (CHAT-58)', async () => {
  await using world = await flowWorld()
  await world.saveChats({ transferRules: [allow(when('tags', 'contains', 'опт'))] })
  await world.share('v1', { phone: '+79123456789' })
  await world.write('v1', 'Здравствуйте')
  await world.process()
  const before = world.portal.crm.deals.length
  const id = await world.conversationOf('v1')
  await world.database.inWorkspace(world.workspaceId, (tx) =>
    tagConversation(tx, id, { add: [' Оптовик ', 'vip'] }),
  )
  await world.process()
  expect(world.portal.crm.deals.length).toBe(before + 1)
  const [first, second] = await decisions(world)
  expect(first).toMatchObject({ outcome: 'not_passed' })
  expect(second).toMatchObject({ outcome: 'passed', facts: { conversation: { tags: ['vip', 'Оптовик'] } } })
  expect(second!.trace).toContainEqual(expect.objectContaining({ code: 'filter-rule', verdict: 'chose' }))

  // In a card it stays there, whatever is said of it afterwards.
  await world.database.inWorkspace(world.workspaceId, (tx) =>
    tagConversation(tx, id, { remove: ['оптовик'] }),
  )
  await world.processLater()
  expect(world.portal.crm.deals.length).toBe(before + 1)
  expect((await decisions(world)).at(-1)).toMatchObject({ outcome: 'passed' })
})

test('working time is that of the first message, whatever the hours become before it is decided (CHAT-58)', async () => {
  await using world = await flowWorld()
  await world.saveChats({ timing: 'operator', transferRules: [allow(when('workingTime', '=', true))] })
  await saveMain(world, { hasWorkHours: true, timeZone: 'Asia/Vladivostok' })
  // Monday, 9:30 and 8:30 in Vladivostok.
  for (const [visitor, at] of [
    ['day', '2026-03-01T23:30:00Z'],
    ['night', '2026-03-01T22:30:00Z'],
  ] as const) {
    await world.share(visitor, { phone: `+7912000000${visitor.length}` })
    await world.write(visitor, 'Здравствуйте', { at: new Date(at) })
  }
  await world.process()
  await saveMain(world, { workFrom: '00:00', workTill: '00:01', timeZone: 'UTC' })
  for (const visitor of ['day', 'night'])
    await world.answer(await world.conversationOf(visitor), 'Добрый день')
  await world.process()
  const last = new Map(
    (await decisions(world)).map((one) => [one.facts.conversation.workingTime, one.outcome]),
  )
  expect([...last].sort()).toEqual([
    [false, 'not_passed'],
    [true, 'passed'],
  ])
})

test('the day in the name of a card is that of the chosen time zone', async () => {
  await using world = await flowWorld()
  await world.saveChats({ titleTemplate: 'Чат от {{ date }}' })
  const title = async (visitor: string) => {
    await world.share(visitor, { phone: `+791200000${visitor}` })
    await world.write(visitor, 'Здравствуйте', { at: new Date('2026-03-01T20:30:00Z') })
    await world.process()
    return world.portal.crm.deals.at(-1)!.title
  }
  // The company's own is Moscow until somebody chooses another.
  expect(await title('01')).toBe('Чат от 2026-03-01')
  await saveMain(world, { timeZone: 'Asia/Vladivostok' })
  expect(await title('02')).toBe('Чат от 2026-03-02')
})
