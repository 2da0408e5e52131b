import { DryRun, DryRunTraces } from '@trunkline/contracts/http/settings'
import type { ConversationId, DecisionId, IntegrationId } from '@trunkline/contracts/ids'
import type { SectionName } from '@trunkline/contracts/settings/index'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../ids.ts'
import { insertIntegration, latestVersions, settingsInForce } from '../../store/settings.ts'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { dryRun, dryRunTraces } from './dry-run.ts'
import { previewTitle } from './preview-title.ts'

let world: FlowWorld
beforeAll(async () => {
  world = await flowWorld()
  await world.saveChats({})
  // Four clients: one who is new, one who came back, one without contact data, one who was turned away then.
  await world.share('new', { name: 'Анна', phone: '+79120000001' })
  await world.write('new', 'Сколько стоит доставка?')
  await world.process()
  await world.share('again', { name: 'Анна', phone: '+79120000001' })
  await world.write('again', 'Ещё вопрос')
  await world.write('anonymous', 'Кто вы?')
  await world.process()
  await world.saveChats({ transferRules: [denied('отказ')] })
  await world.share('refused', { name: 'Олег', phone: '+79120000002' })
  await world.write('refused', 'отказ')
  await world.process()
  await world.saveChats({ transferRules: [] })
  await world.process()
})
afterAll(() => world[Symbol.asyncDispose]())

function denied(words: string) {
  return {
    id: words,
    title: `Есть слово «${words}»`,
    active: true,
    action: 'deny' as const,
    when: {
      combinator: 'and' as const,
      rules: [{ field: 'openingText', operator: 'contains' as const, value: words }],
    },
  }
}

/** The saved value of a section with a change over it. */
async function changed(section: SectionName, change: Record<string, unknown>) {
  const settings = await world.database.inWorkspace(world.workspaceId, (tx) =>
    settingsInForce(tx, world.integrationId),
  )
  return { ...structuredClone(settings[section]), ...change } as Record<string, unknown>
}

async function run(section: SectionName, change: Record<string, unknown>): Promise<DryRun> {
  const value = await changed(section, change)
  const found = await world.database.inWorkspace(world.workspaceId, (tx) =>
    dryRun(tx, section, { value, count: 100 }),
  )
  expect([...Value.Errors(DryRun, found)]).toEqual([])
  return found
}

const rowOf = (found: DryRun, conversationId: ConversationId) =>
  found.rows.find((row) => row.conversation.id === conversationId)

describe('a dry-run', () => {
  it('of unchanged settings differs nowhere', async () => {
    expect(await run('chats', {})).toMatchObject({ compared: 4, same: 4, differ: 0, wouldAsk: 1, rows: [] })
  })

  it('shows who else would get the card, where it would lie, how it would be called, and nothing else', async () => {
    const id = await world.conversationOf('new')
    const owner = await run('chats', { defaultResponsibleId: '7' })
    expect(owner.byDifference).toEqual({ responsible: 1 })
    const row = rowOf(owner, id)!
    expect(row.before.created).toMatchObject({ entity: 'deal' })
    expect(row.before.responsible).not.toBe(row.after.responsible)
    expect(row.conversation).toMatchObject({ contactName: 'Анна', channelTitle: 'Чат на сайте' })

    const [pipeline] = await world.query<{ id: string; name: string; stage: { id: string; name: string } }>(
      `select data ->> 'id' as id, data ->> 'name' as name, data -> 'stages' -> 1 as stage from portal_directory
        where kind = 'pipeline' and data ->> 'entity' = 'deal' and data ->> 'id' <> '0' limit 1`,
    )
    const place = await run('chats', {
      firstPlace: { leadStageId: '', pipelineId: pipeline!.id, dealStageId: pipeline!.stage.id },
    })
    expect(place.byDifference).toEqual({ stage: 1 })
    expect(rowOf(place, id)!.after.created).toMatchObject({
      pipeline: pipeline!.name,
      stage: pipeline!.stage.name,
    })

    const named = await run('chats', { titleTemplate: 'Обращение {{ communication_id }}' })
    expect(named.byDifference).toEqual({ title: 1 })
    expect(rowOf(named, id)!.after.created!.title).toMatch(/^Обращение \d+$/)
  })

  it('shows activities, a new card for one who came back, and what would no longer pass', async () => {
    const again = await world.conversationOf('again')
    const activity = await run('chats', { repeatedContactCreates: 'activity' })
    expect(activity.byDifference).toEqual({ activity: 1 })
    expect(rowOf(activity, again)!.after.activity).toMatchObject({ subject: expect.stringMatching(/\S/) })

    const card = await run('chats', { repeatedContactCreates: 'card' })
    expect(card.byDifference).toEqual({ created: 1, target: 1 })
    expect(rowOf(card, again)!).toMatchObject({ before: { created: null }, after: { targets: [] } })
    expect(card.after.created).toBe(card.before.created + 1)

    const refused = await run('chats', { transferRules: [denied('вопрос')] })
    expect(rowOf(refused, again)!).toMatchObject({
      before: { outcome: 'passed' },
      after: { outcome: 'not_passed', reason: 'denied-by-filter' },
    })
    expect(refused.after.passed).toBe(refused.before.passed - 1)
    const off = await run('main', { active: false })
    expect(off.after).toEqual({ passed: 0, created: 0 })
  })

  it('tells a conversation apart that the portal would have to be asked about', async () => {
    const anonymous = await run('chats', { passWithoutContactData: true })
    const id = await world.conversationOf('anonymous')
    // Nothing to search by: no question, a card at once.
    expect(rowOf(anonymous, id)!).toMatchObject({ differences: ['outcome', 'created'] })
    const refused = await world.conversationOf('refused')
    const strict = await run('chats', { transferRules: [denied('отказ')] })
    expect(rowOf(strict, refused)!).toMatchObject({
      differences: ['would-ask'],
      before: { state: 'would-ask', outcome: null },
      after: { state: 'decided', outcome: 'not_passed' },
    })
  })

  it('judges a conversation by how it ended, not by how it began', async () => {
    expect((await run('chats', { timing: 'end' })).byDifference).toEqual({
      outcome: 2,
      created: 1,
      target: 1,
      'would-ask': 1,
    })
    await world.query(`update conversations set status = 'closed', closed_at = now() where talk = 'new'`)
    const found = await run('chats', { timing: 'end' })
    expect(rowOf(found, await world.conversationOf('new'))).toBeUndefined()
    expect(rowOf(found, await world.conversationOf('again'))).toMatchObject({
      after: { outcome: 'held', reason: 'waiting-for-end' },
    })
  })

  it('gives both traces of a row in sentences', async () => {
    const value = await changed('chats', { transferRules: [denied('доставка')] })
    const whole = await world.database.inWorkspace(world.workspaceId, (tx) =>
      dryRun(tx, 'chats', { value, count: 1000 }),
    )
    const row = rowOf(whole, await world.conversationOf('new'))!
    const traces = await world.database.inWorkspace(world.workspaceId, (tx) =>
      dryRunTraces(tx, 'chats', { value, decisionId: row.decisionId as DecisionId }),
    )
    expect([...Value.Errors(DryRunTraces, traces)]).toEqual([])
    expect(traces).toMatchObject(JSON.parse(JSON.stringify(row)))
    expect(traces.after.trace.map((line) => line.ru).join('\n')).toContain('Есть слово «доставка»')
    expect(traces.before.trace.map((line) => line.ru).join('\n')).not.toContain('Есть слово')
    expect(traces.before.trace.length).toBeGreaterThan(5)
  })

  it('asks the portal nothing, saves nothing, and leaves the last decisions as they are', async () => {
    const stand = async () => ({
      hits: world.portal.counts.hits,
      methods: { ...world.portal.counts.byMethod },
      rows: await world.query(
        `select (select count(*) from decisions) d, (select count(*) from plan_steps) s, (select count(*) from audit_log) a,
          (select count(*) from mailbox) m, (select count(*) from realtime_events) r`,
      ),
      versions: await world.database.inWorkspace(world.workspaceId, (tx) =>
        latestVersions(tx, world.integrationId),
      ),
    })
    const before = await stand()
    for (const change of [
      { passWithoutContactData: true },
      { transferRules: [denied('а')] },
      { cardKind: 'deal' },
    ])
      await run('chats', change)
    expect(await stand()).toEqual(before)
  })

  it('of a value that could not be saved is refused at its fields', async () => {
    const value = await changed('chats', { defaultResponsibleId: '99999', channelIds: [] })
    const refused = world.database.inWorkspace(world.workspaceId, (tx) =>
      dryRun(tx, 'chats', { value, count: 100 }),
    )
    await expect(refused).rejects.toMatchObject({
      code: 'settings/not-saved',
      fields: expect.arrayContaining([
        expect.objectContaining({ pointer: '/value/defaultResponsibleId' }),
        expect.objectContaining({ pointer: '/value/channelIds' }),
      ]),
    })
  })

  it('of requests looks at requests only', async () => {
    expect((await run('requests', {})).compared).toBe(0)
  })
})

describe('the preview of a name', () => {
  it('is the name that the card then gets', async () => {
    const template = '{{ channel_type }} {{ name }} / {{ communication_id }}'
    const preview = (conversationId?: ConversationId) =>
      world.database.inWorkspace(world.workspaceId, (tx) =>
        previewTitle(tx, 'chats', { template, conversationId, now: new Date() }),
      )
    await world.saveChats({ titleTemplate: template })
    await world.share('named', { name: 'Пётр', phone: '+79120000077' })
    await world.write('named', 'Здравствуйте')
    await world.process()
    const { title, conversation, problems } = await preview()
    expect(conversation).toMatchObject({ id: await world.conversationOf('named'), contactName: 'Пётр' })
    expect(problems).toEqual([])
    expect(world.portal.crm.deals.at(-1)).toMatchObject({ title })
    expect((await preview(await world.conversationOf('new'))).title).toContain('Анна')
  })

  it('is not told by one integration for a conversation of another', async () => {
    const other = newId<IntegrationId>()
    const conversationId = await world.conversationOf('new')
    const asked = world.database.inWorkspace(world.workspaceId, async (tx) => {
      await insertIntegration(tx, other, 'Другая')
      return previewTitle(tx, 'chats', { template: '', conversationId, now: new Date() }, other)
    })
    await expect(asked).rejects.toMatchObject({ code: 'request/not-found' })
  })

  it('names what is wrong with the template at its field', async () => {
    const found = await world.database.inWorkspace(world.workspaceId, (tx) =>
      previewTitle(tx, 'chats', { template: '{{ nonsense }}', conversationId: undefined, now: new Date() }),
    )
    expect(found).toMatchObject({
      title: null,
      problems: [{ pointer: '/template', code: 'unknown-variable' }],
    })
  })
})
