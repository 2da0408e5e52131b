import { describe, expect, it } from 'vitest'
import type { SandboxConnection } from '../testing/sandbox-connection.ts'
import { connectForTest, onPortalOf, PORTAL_KINDS } from '../testing/sandbox-connection.ts'
import { ORIGINATOR_ID } from './entity-types.ts'
import { readOwnCards, readWritten } from './read-written.ts'

function comment({ portal }: SandboxConnection, dealId: number, text: string): string {
  const id = 70_000 + portal.state.comments.length
  portal.state.comments.push({
    id,
    entityType: 'deal',
    entityId: dealId,
    text,
    authorId: 1,
    createdAt: portal.clock.now(),
    files: [],
  })
  return String(id)
}

describe.each(PORTAL_KINDS)('reading back what we wrote (%s)', (kind) => {
  onPortalOf(kind)

  it('a hundred cards and 45 timelines are one batch, and what is gone is one more', async () => {
    const world = await connectForTest()
    const { portal, pump } = world
    const deals = Array.from({ length: 45 }, (_, i) => portal.edit.create('deal', { title: `Сделка ${i}` }))
    const contacts = Array.from({ length: 55 }, (_, i) => portal.edit.create('contact', { name: `К${i}` }))
    portal.edit.update('deal', deals[1]!.id, { stageId: 'WON' })
    const timelines = deals.map(({ id }) => ({
      card: { type: 'deal' as const, id: String(id) },
      commentIds: [comment(world, id, `переписка ${id}`)],
    }))
    const cards = [
      ...deals.map(({ id }) => ({ type: 'deal' as const, id: String(id) })),
      ...contacts.map(({ id }) => ({ type: 'contact' as const, id: String(id) })),
    ]
    const before = portal.counts.hits
    const whole = await readWritten(pump, { cards, timelines, activityIds: [] })
    expect(portal.counts.hits - before).toBe(1)
    expect(whole.cards.size).toBe(100)
    expect(whole.comments.size).toBe(45)
    expect(whole.goneCards.size + whole.goneComments.size + whole.goneActivities.size).toBe(0)
    expect(whole.cards.get(`deal:${deals[0]!.id}`)).toMatchObject({ title: 'Сделка 0', open: true })
    expect(whole.cards.get(`deal:${deals[1]!.id}`)).toMatchObject({ open: false })

    portal.edit.remove('deal', deals[0]!.id)
    const lost = timelines[2]!.commentIds[0]!
    portal.state.comments = portal.state.comments.filter(({ id }) => String(id) !== lost)
    const again = portal.counts.hits
    const less = await readWritten(pump, { cards, timelines, activityIds: ['999999'] })
    expect(portal.counts.hits - again).toBe(2)
    expect([...less.goneCards]).toEqual([`deal:${deals[0]!.id}`])
    expect([...less.goneComments]).toEqual([lost])
    expect([...less.goneActivities]).toEqual(['999999'])
    // Not listed is not deleted: what the portal does not say of it is not known.
    portal.faults.add({ kind: 'empty-error', method: 'crm.activity.get', count: 1 })
    const unsure = await readWritten(pump, { cards: [], timelines: [], activityIds: ['999999'] })
    expect(unsure.goneActivities.size).toBe(0)
  })

  it('a long timeline is read to the end before a comment is missed', async () => {
    const world = await connectForTest()
    const deal = world.portal.edit.create('deal', { title: 'Длинная' })
    const card = { type: 'deal' as const, id: String(deal.id) }
    const ours = comment(world, deal.id, 'наш')
    for (let i = 0; i < 120; i++) comment(world, deal.id, `чужой ${i}`)
    const answer = await readWritten(world.pump, {
      cards: [card],
      timelines: [{ card, commentIds: [ours] }],
      activityIds: [],
    })
    expect(answer.comments.get(`deal:${deal.id}`)).toHaveLength(121)
    expect(answer.goneComments.size).toBe(0)
  })

  it('a portal that answers nonsense about a list makes nothing look deleted', async () => {
    const world = await connectForTest()
    const deal = world.portal.edit.create('deal', { title: 'Стоит' })
    const card = { type: 'deal' as const, id: String(deal.id) }
    const ours = comment(world, deal.id, 'наш')
    world.portal.faults.add({
      kind: 'empty-error',
      method: 'crm.item.list,crm.timeline.comment.list',
      count: 4,
    })
    const answer = await readWritten(world.pump, {
      cards: [card],
      timelines: [{ card, commentIds: [ours] }],
      activityIds: [],
    })
    expect(answer).toMatchObject({ goneCards: new Set(), goneComments: new Set() })
  })
})

describe.each(PORTAL_KINDS)('reading the cards with our mark (%s)', (kind) => {
  onPortalOf(kind)

  it('120 deals are two requests, and foreign ones are not among them', async () => {
    const { portal, pump } = await connectForTest()
    const own = { originatorId: ORIGINATOR_ID }
    for (let i = 0; i < 120; i++)
      portal.edit.create('deal', { title: `Наша ${i}`, ...own, originId: `step-${i}` })
    portal.edit.create('deal', { title: 'Чужая', originatorId: 'shop', originId: 'step-1' })
    portal.edit.create('contact', { name: 'Наш', ...own, originId: 'step-c' })
    const since = new Date(portal.clock.now() - 3_600_000).toISOString()
    const before = portal.counts.hits
    const cards = await readOwnCards(pump, { since, crmMode: 'simple' })
    expect(portal.counts.hits - before).toBe(2)
    expect(cards).toHaveLength(121)
    expect(new Set(cards.map(({ originId }) => originId)).size).toBe(121)
    expect(cards.filter(({ type }) => type === 'contact')).toMatchObject([
      { title: 'Наш', originId: 'step-c' },
    ])
    const later = new Date(portal.clock.now() + 3_600_000).toISOString()
    expect(await readOwnCards(pump, { since: later, crmMode: 'classic' })).toEqual([])
  })
})
