import type { IntegrationId, PortalId } from '@trunkline/contracts/ids'
import type { PortalHandle } from '@trunkline/sandbox'
import { expect, test } from 'vitest'
import { newId } from '../../ids.ts'
import { deletePortal } from '../../store/portals.ts'
import { deleteIntegration, insertIntegration, presentValue, saveSettings } from '../../store/settings.ts'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { takePortal } from '../portals/take-portal.ts'

const ADMIN = 1

/** Comments of all deals of a portal, by the number of the deal. */
function written(portal: PortalHandle): Record<string, string[]> {
  const deals = portal.crm.deals.map(
    ({ id }) => [String(id), portal.crm.commentsOf('deal', id).map(({ text }) => text)] as const,
  )
  return Object.fromEntries(deals.filter(([, texts]) => texts.length > 0))
}

/** A portal beside the world's one, where the numbers of our cards and comments are those of other people. */
function strangers(world: FlowWorld): PortalHandle {
  const portal = world.sandbox.addPortal({ seed: 'demo', crmMode: 'simple' })
  const ours = world.portal.crm.deals.at(-1)!.id
  while (portal.crm.deals.at(-1)!.id < ours) portal.edit.create('deal', { title: 'Чужая' }, ADMIN)
  for (const comment of world.portal.crm.commentsOf('deal', ours))
    portal.state.comments.push({ ...comment, text: 'чужое' })
  return portal
}

const choose = (world: FlowWorld, portalId: PortalId) =>
  world.database.inWorkspace(world.workspaceId, (tx) =>
    takePortal(
      tx,
      { userId: 'admin', name: 'Ира' },
      { id: world.integrationId, name: '', portalId: null },
      { id: portalId, name: null, origin: '' },
    ),
  )

async function says(world: FlowWorld, text: string): Promise<void> {
  await world.write('v1', text)
  world.advance(6_000)
  await world.processLater()
}

test('another portal is chosen in mid-talk: no card or comment of strangers is touched, the talk begins anew there and goes on where it was when it is back', async () => {
  await using world = await flowWorld()
  await world.saveChats({ passWithoutContactData: true })
  await world.share('v1', { name: 'Анна', phone: '+79120000001' })
  await says(world, 'первое')
  const first = written(world.portal)
  const other = strangers(world)
  const before = { texts: written(other), deals: other.crm.deals.length }
  expect(Object.keys(before.texts)).toEqual(Object.keys(first))

  await choose(world, await world.connectPortal(other))
  await says(world, 'второе')
  expect(written(world.portal)).toEqual(first)
  expect(other.crm.deals.length).toBe(before.deals + 1)
  const deal = String(other.crm.deals.at(-1)!.id)
  const { [deal]: own, ...rest } = written(other)
  expect(rest).toEqual(before.texts)
  expect(own).toEqual([expect.stringMatching(/первое[\s\S]*второе/)])

  const deals = world.portal.crm.deals.length
  await choose(world, world.portalId)
  await says(world, 'третье')
  expect(world.portal.crm.deals.length).toBe(deals)
  expect(written(other)).toEqual({ ...rest, [deal]: own })
  const [id] = Object.keys(first)
  expect(written(world.portal)).toEqual({
    [id!]: [expect.stringMatching(/первое[\s\S]*второе[\s\S]*третье/)],
  })
})

test('a portal deleted and connected anew is the same portal: the talk goes on in its card', async () => {
  await using world = await flowWorld()
  await world.saveChats({ passWithoutContactData: true })
  await says(world, 'первое')
  const deals = world.portal.crm.deals.length
  await world.database.inWorkspace(world.workspaceId, (tx) => deletePortal(tx, world.portalId))
  await choose(world, await world.connectPortal(world.portal))
  await says(world, 'второе')
  expect(world.portal.crm.deals.length).toBe(deals)
  expect(Object.values(written(world.portal))).toEqual([[expect.stringMatching(/первое[\s\S]*второе/)]])
})

test('what is said while no portal is chosen is written into the card of the talk once there is one', async () => {
  await using world = await flowWorld()
  await world.saveChats({ passWithoutContactData: true })
  await says(world, 'первое')
  await world.query('update integrations set portal_id = null')
  await says(world, 'второе')
  expect(await world.query('select state from transfers')).toEqual([{ state: 'passed' }])
  expect(
    await world.query(`select outcome from inbound_events where kind = 'message-received' order by seq`),
  ).toEqual([{ outcome: 'passed' }, { outcome: 'not_passed' }])

  await choose(world, world.portalId)
  await world.processLater()
  expect(Object.values(written(world.portal))).toEqual([[expect.stringMatching(/первое[\s\S]*второе/)]])
  expect(
    await world.query(`select distinct outcome from inbound_events where kind = 'message-received'`),
  ).toEqual([{ outcome: 'passed' }])
})

test('a step planned for one portal is never done in another', async () => {
  await using world = await flowWorld()
  await world.saveChats({ passWithoutContactData: true })
  world.portal.faults.add({ kind: 'cut-before', method: 'crm.item.add', count: 1 })
  await world.write('v1', 'первое')
  await world.process()
  const other = strangers(world)
  const deals = other.crm.deals.length
  await choose(world, await world.connectPortal(other))
  await says(world, 'второе')
  expect(other.crm.deals.length).toBe(deals + 1)
  expect(
    await world.query(`select portal_key = $1 as here, status from plan_steps where key = 'create-deal'`, [
      other.memberId,
    ]),
  ).toEqual(
    expect.arrayContaining([
      { here: true, status: 'done' },
      { here: false, status: 'unknown' },
    ]),
  )
})

test('of two integrations of one portal one is deleted: the other goes on in the same card, and knows the client', async () => {
  await using world = await flowWorld()
  await world.saveChats({ passWithoutContactData: true })
  const fields = [{ name: 'text', label: 'Вопрос', value: 'первое' }]
  // Somebody without a phone is known by nothing but the cards of their conversations.
  await says(world, 'первое')
  const counts = () => [world.portal.crm.deals.length, world.portal.crm.contacts.length]
  const before = counts()
  const heir = newId<IntegrationId>()
  await world.database.inWorkspace(world.workspaceId, async (tx) => {
    await insertIntegration(tx, heir, 'Вторая')
    await tx.query({
      text: 'update integrations set portal_id = $2 where id = $1',
      values: [heir, world.portalId],
    })
    for (const [section, value] of [
      ['main', { active: true }],
      ...(['chats', 'requests'] as const).map((passing) => [
        passing,
        presentValue(passing, {
          active: true,
          enabled: true,
          channelIds: [world.channelId],
          defaultResponsibleId: '1',
          passWithoutContactData: true,
        }),
      ]),
    ] as const)
      await saveSettings(tx, {
        integrationId: heir,
        section: section as 'main',
        version: 0,
        value,
        authorUserId: null,
        reason: null,
      })
    await deleteIntegration(tx, world.integrationId)
  })
  await says(world, 'второе')
  expect(counts()).toEqual(before)
  expect(Object.values(written(world.portal))).toEqual([[expect.stringMatching(/первое[\s\S]*второе/)]])

  await world.leave({ visitor: 'v1', fields })
  await world.processLater()
  expect(counts()).toEqual(before)
  expect(Object.values(written(world.portal))).toHaveLength(1)
})
