import { setTimeout as sleep } from 'node:timers/promises'
import type { ContactId, DecisionId, IntegrationId, StepId } from '@trunkline/contracts/ids'
import { expect, test, vi } from 'vitest'
import { newId } from '../../ids.ts'
import { insertIntegration, presentValue, saveSettings } from '../../store/settings.ts'
import { insertSteps } from '../../store/step-ledger.ts'
import { lockTransfer } from '../../store/transfers.ts'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { scheduleTransfer } from '../schedule-transfer.ts'

/** A second integration, with a portal of its own, takes the channel of the first. */
async function takesTheChannel(world: FlowWorld): Promise<IntegrationId> {
  const handle = world.sandbox.addPortal({ seed: 'demo', crmMode: 'simple' })
  const portalId = await world.connectPortal(handle)
  const id = newId<IntegrationId>()
  const chats = presentValue('chats', {
    active: true,
    enabled: true,
    channelIds: [world.channelId],
    defaultResponsibleId: '1',
  })
  await world.database.inWorkspace(world.workspaceId, async (tx) => {
    await insertIntegration(tx, id, 'Вторая')
    await tx.query({ text: 'update integrations set portal_id = $2 where id = $1', values: [id, portalId] })
    const saved = { integrationId: id, version: 0, authorUserId: null, reason: null }
    await saveSettings(tx, { ...saved, section: 'main', value: { active: true } })
    await saveSettings(tx, { ...saved, section: 'chats', value: chats })
  })
  return id
}

const cards = (world: FlowWorld) => world.sandbox.portals.map(({ crm }) => crm.deals.length)

/** Something new comes: the conversation goes to whoever passes its channel. */
async function wakes(world: FlowWorld): Promise<void> {
  const conversationId = await world.conversationOf('v1')
  const [row] = await world.query<{ id: ContactId }>('select contact_id as id from conversations')
  await world.database.inWorkspace(world.workspaceId, (tx) =>
    scheduleTransfer(tx, { conversationId, contactId: row!.id }),
  )
}

test('a conversation that is taken over while its first integration asks the portal is written into one portal alone', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  const heir = await takesTheChannel(world)
  const before = cards(world)
  await world.share('v1', { name: 'Анна', phone: '+79120000001' })
  await world.write('v1', 'Здравствуйте')
  const slow = world.portal.faults.add({ kind: 'slow', ms: 1_500, count: 1 })
  const passing = world.process()
  await vi.waitFor(() => expect(slow.strikes).toBe(1), { timeout: 30_000, interval: 5 })
  await world.saveChats({ channelIds: [] })
  await wakes(world)
  await passing
  await world.processLater()
  expect(cards(world)).toEqual([before[0], before[1]! + 1])
  expect(await world.query('select integration_id as id, state from transfers')).toEqual([
    { id: heir, state: 'passed' },
  ])
})

test('a conversation whose steps are planned stays with its integration', async () => {
  await using world = await flowWorld()
  await world.saveChats({})
  await takesTheChannel(world)
  const before = cards(world)
  world.portal.faults.add({ kind: 'cut-before', method: 'crm.item.add', count: 1 })
  await world.share('v1', { name: 'Анна', phone: '+79120000001' })
  await world.write('v1', 'Здравствуйте')
  await world.process()
  await world.saveChats({ channelIds: [] })
  await wakes(world)
  await world.processLater()
  expect(cards(world)).toEqual([before[0]! + 1, before[1]])
})

test('a conversation whose steps are planned at the very moment of the taking over stays too', async () => {
  await using world = await flowWorld()
  await world.saveChats({ passWithoutContactData: false })
  await takesTheChannel(world)
  await world.write('v1', 'Здравствуйте')
  await world.process()
  await world.saveChats({ channelIds: [] })
  const { integrationId, portalId } = world
  const of = { integrationId, portalId, decisionId: newId<DecisionId>() }
  const conversationId = await world.conversationOf('v1')
  const step = { kind: 'create-contact', key: 'create-contact', fields: { responsibleId: '1' } } as const
  let waking: Promise<void> | undefined
  await world.database.inWorkspace(world.workspaceId, async (tx) => {
    await lockTransfer(tx, integrationId, conversationId)
    waking = wakes(world)
    await sleep(300)
    await insertSteps(tx, [{ id: newId<StepId>(), key: step.key, step }], { ...of, conversationId })
  })
  await waking
  expect(await world.query('select integration_id as id from transfers')).toEqual([{ id: integrationId }])
})
