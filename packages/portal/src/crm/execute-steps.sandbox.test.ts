import type { PlanStep } from '@trunkline/contracts/crm/plan'
import { describe, expect, it } from 'vitest'
import { fasterClock } from '../client/clock.ts'
import type { MemoryLedger } from '../testing/memory-ledger.ts'
import { createMemoryLedger } from '../testing/memory-ledger.ts'
import type { SandboxConnection } from '../testing/sandbox-connection.ts'
import { connectForTest, onPortalOf, PORTAL_KINDS } from '../testing/sandbox-connection.ts'
import { executeSteps } from './execute-steps.ts'
import type { StepsResult, WriteContext } from './ledger-step.ts'
import { CARD_LINK } from './step-command.ts'

/** First contact of one customer: contact, deal, comment, notification. */
function firstContact(n: number): MemoryLedger {
  const contact: PlanStep = {
    kind: 'create-contact',
    key: 'contact',
    fields: { name: `Анна ${n}`, phones: [`+7999${String(n).padStart(7, '0')}`], emails: [`a${n}@mail.ru`] },
  }
  const deal: PlanStep = {
    kind: 'create-deal',
    key: 'deal',
    fields: {
      title: `Чат ${n}`,
      responsibleId: '1',
      sourceDescription: 'Сайт',
      utm: { utm_source: 'ad', campaign: 'осень' },
    },
    contact: { step: 'contact' },
  }
  const comment: PlanStep = { kind: 'comment', key: 'comment', target: { step: 'deal' } }
  const notify: PlanStep = { kind: 'notify', key: 'notify', userId: '1', about: { step: 'deal' } }
  const marker = `hub.example/c/${n};`
  return createMemoryLedger([
    [contact],
    [deal],
    [comment, { comment: `Анна: здравствуйте $result[x] ${marker}`, marker }],
    [notify, { notifyText: `Новый чат ${CARD_LINK} от Анны` }],
  ])
}

function context(connection: SandboxConnection, overrides: Partial<WriteContext> = {}): WriteContext {
  return { portalOrigin: connection.portal.url, settleMs: 0, ...overrides }
}

function run(
  connection: SandboxConnection,
  ledger: MemoryLedger,
  overrides?: Partial<WriteContext>,
): Promise<StepsResult> {
  return executeSteps(connection.pump, ledger.steps(), ledger, context(connection, overrides))
}

/** As the server's worker does: again while the result says so. */
async function runToEnd(connection: SandboxConnection, ledger: MemoryLedger): Promise<StepsResult> {
  for (let turn = 0; ; turn++) {
    const result = await run(connection, ledger)
    if (result.state === 'done' || result.state === 'failed' || turn === 10) return result
  }
}

describe.each(PORTAL_KINDS)('carrying out the steps of a plan (%s)', (kind) => {
  onPortalOf(kind)

  it('first contact is one hit: a contact, a deal of it, a comment and a notification, each done', async () => {
    const connection = await connectForTest()
    const { portal } = connection
    const ledger = firstContact(1)
    expect(await run(connection, ledger)).toMatchObject({ state: 'done' })
    expect(portal.counts.hits).toBe(1)
    const [contact] = portal.crm.contacts
    const [deal] = portal.crm.deals
    expect(contact).toMatchObject({
      name: 'Анна',
      lastName: '1',
      originatorId: 'trunkline',
      originId: ledger.rows[0]!.step.id,
    })
    expect(JSON.stringify(contact?.['fm'])).toContain('+79990000001')
    expect(deal).toMatchObject({
      title: 'Чат 1',
      contactIds: [contact?.id],
      assignedById: 1,
      utmSource: 'ad',
      utmCampaign: 'осень',
      sourceDescription: 'Сайт',
      originId: ledger.rows[1]!.step.id,
    })
    const comments = portal.crm.commentsOf('deal', deal!.id)
    expect(comments.length).toBe(1)
    const [notice] = portal.crm.notifications
    expect(JSON.stringify(notice)).toContain(`${portal.url}/crm/deal/details/${deal!.id}`)
    expect(ledger.rows.map(({ remoteId }) => remoteId)).toEqual([
      String(contact!.id),
      String(deal!.id),
      String(comments[0]!.id),
      expect.any(String),
    ])
  })

  it('"sent" is committed before the request leaves, and "done" after the answer', async () => {
    const connection = await connectForTest()
    const ledger = firstContact(1)
    let hitsAtSent = -1
    const sent = ledger.sent
    await executeSteps(
      connection.pump,
      ledger.steps(),
      {
        ...ledger,
        async sent(ids) {
          hitsAtSent = connection.portal.counts.hits
          await sent(ids)
        },
      },
      context(connection),
    )
    expect(hitsAtSent).toBe(0)
    expect(ledger.history.slice(0, 4).every((line) => line.endsWith('planned → sent'))).toBe(true)
  })

  it('steps that are done are left alone', async () => {
    const connection = await connectForTest()
    const ledger = firstContact(1)
    await run(connection, ledger)
    const hits = connection.portal.counts.hits
    expect(await run(connection, ledger)).toMatchObject({ state: 'done' })
    expect(connection.portal.counts.hits).toBe(hits)
  })

  it('a second message goes into the card that is there', async () => {
    const connection = await connectForTest()
    const deal = connection.portal.edit.create('deal', { title: 'Старая' })
    const ledger = createMemoryLedger([
      [
        { kind: 'comment', key: 'comment', target: { type: 'deal', id: String(deal.id) } },
        { comment: 'ещё вопрос [m1]', marker: '[m1]' },
      ],
    ])
    expect((await run(connection, ledger)).state).toBe('done')
    expect(connection.portal.crm.commentsOf('deal', deal.id).length).toBe(1)
  })
})

describe.each(PORTAL_KINDS)('a predecessor that failed (%s)', (kind) => {
  onPortalOf(kind)

  it('a refused deal leaves no comment and no notification anywhere, and the rest is not called done', async () => {
    const connection = await connectForTest()
    const { portal } = connection
    // Somebody's deal and contact 1: what a broken reference would be read as.
    portal.edit.create('deal', { title: 'Чужая' })
    portal.faults.add({ kind: 'empty-error', method: 'crm.item.add', skip: 1, count: 1 })
    const ledger = firstContact(1)
    expect((await run(connection, ledger)).state).toBe('failed')
    expect(ledger.rows.map(({ state }) => state)).toEqual(['done', 'failed', 'planned', 'planned'])
    expect(portal.crm.comments).toEqual([])
    expect(portal.crm.deals.map((deal) => deal['title'])).toEqual(['Чужая'])
    // "Try again" carries on where it stopped.
    expect((await run(connection, ledger)).state).toBe('done')
    expect(portal.crm.contacts.length).toBe(1)
    expect(portal.crm.commentsOf('deal', Number(ledger.rows[1]!.remoteId)).length).toBe(1)
    expect(portal.crm.notifications.length).toBe(1)
    expect(JSON.stringify(portal.crm.notifications)).toContain(
      `/crm/deal/details/${ledger.rows[1]!.remoteId}`,
    )
  })

  it('a deal whose contact was refused for a moment gets its contact when it is made', async () => {
    const clock = fasterClock(200)
    const connection = await connectForTest({ clock })
    const { portal } = connection
    const stranger = portal.edit.create('contact', { name: 'Чужой' })
    portal.faults.add({ kind: 'operating-limit', method: 'crm.item.add', count: 1 })
    const ledger = firstContact(1)
    const result = await runToEnd(connection, ledger)
    expect(result.state).toBe('done')
    const ours = portal.crm.contacts.filter((contact) => contact.id !== stranger.id)
    expect(ours.length).toBe(1)
    expect(portal.crm.deals.map((deal) => deal['contactIds'])).toEqual([[ours[0]!.id]])
    expect(portal.crm.comments.length).toBe(1)
  })

  it('a contact refused for good leaves the deal standing and says so', async () => {
    const connection = await connectForTest()
    connection.portal.faults.add({ kind: 'empty-error', method: 'crm.item.add', count: 1 })
    const ledger = firstContact(1)
    expect((await run(connection, ledger)).state).toBe('failed')
    expect(ledger.rows[0]!.state).toBe('failed')
    // The deal could not be made with a contact that is not there, or was made without it; never with a stranger's.
    for (const deal of connection.portal.crm.deals) expect(deal['contactIds']).toEqual([])
    expect((await run(connection, ledger)).state).toBe('done')
    const [contact] = connection.portal.crm.contacts
    expect(connection.portal.crm.deals.map((deal) => deal['contactIds'])).toEqual([[contact!.id]])
  })
})

describe('a lost answer', () => {
  it('b24 point 5: the socket is cut after the writes of 100 conversations, and there is exactly one of each', async () => {
    const connection = await connectForTest()
    const { portal } = connection
    portal.faults.add({ kind: 'cut-after', method: 'crm.item.add', count: 3 })
    portal.faults.add({ kind: 'bad-gateway-after', method: 'crm.item.add', count: 3, afterCommands: 7 })
    const ledgers = Array.from({ length: 100 }, (_, n) => firstContact(n))
    const results = await Promise.all(ledgers.map((ledger) => runToEnd(connection, ledger)))
    expect(results.map(({ state }) => state)).toEqual(Array(100).fill('done'))
    expect(connection.pump.stats().lost).toBe(6)
    const deals = portal.crm.deals
    expect(portal.crm.contacts.length).toBe(100)
    expect(deals.length).toBe(100)
    expect(new Set(deals.map((deal) => deal['title'])).size).toBe(100)
    for (const deal of deals) {
      const n = String(deal['title']).slice(4)
      expect(portal.crm.record('contact', (deal['contactIds'] as number[])[0]!)).toMatchObject({
        lastName: n,
      })
      expect(portal.crm.commentsOf('deal', deal.id).length).toBe(1)
    }
    expect(new Set(portal.crm.notifications.map((notice) => JSON.stringify(notice))).size).toBe(100)
  })

  it('a worker that died after "sent" finds what it wrote', async () => {
    const connection = await connectForTest()
    const ledger = firstContact(1)
    const dying = { ...ledger, done: () => Promise.reject(new Error('killed')) }
    await expect(executeSteps(connection.pump, ledger.steps(), dying, context(connection))).rejects.toThrow(
      'killed',
    )
    expect(ledger.rows.every(({ state }) => state === 'sent')).toBe(true)
    expect((await run(connection, ledger)).state).toBe('done')
    const { portal } = connection
    expect([portal.crm.contacts.length, portal.crm.deals.length, portal.crm.comments.length]).toEqual([
      1, 1, 1,
    ])
    expect(portal.crm.notifications.length).toBe(1)
  })

  it('what is not found is repeated only when its request can no longer be running', async () => {
    const connection = await connectForTest()
    connection.portal.faults.add({ kind: 'cut-before', count: 1 })
    const ledger = firstContact(1)
    let now = Date.now()
    const at = { settleMs: 65_000, now: () => now }
    const result = await run(connection, ledger, at)
    expect(result.state).toBe('unknown')
    expect(result.retryAfterMs).toBeGreaterThan(60_000)
    now += 30_000
    expect((await run(connection, ledger, at)).state).toBe('unknown')
    expect(connection.portal.crm.contacts.length).toBe(0)
    now += 60_000
    expect((await run(connection, ledger, at)).state).toBe('done')
    expect(connection.portal.crm.contacts.length).toBe(1)
  })

  it("a comment is found by its marker among many, and another conversation's comment is not taken for it", async () => {
    const connection = await connectForTest()
    const { portal } = connection
    const deal = portal.edit.create('deal', { title: 'Общая' })
    const target = { type: 'deal', id: String(deal.id) } as const
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const texts = { comment: `чужой [m${index}]`, marker: `[m${index}]` }
        return run(connection, createMemoryLedger([[{ kind: 'comment', key: 'c', target }, texts]]))
      }),
    )
    const ledger = createMemoryLedger([
      [
        { kind: 'comment', key: 'c', target },
        { comment: 'наш [m5]', marker: '[m5]' },
      ],
    ])
    // It was written by an earlier try: number 5 of the sixty, on the second page of the card.
    const row = ledger.rows[0]!
    row.state = 'sent'
    row.sentAt = Date.now()
    expect((await run(connection, ledger)).state).toBe('done')
    expect(portal.crm.commentsOf('deal', deal.id).length).toBe(60)
    expect(
      JSON.stringify(portal.crm.commentsOf('deal', deal.id).find((one) => String(one.id) === row.remoteId)),
    ).toContain('[m5]')
  })

  it('a comment without its marker is refused before anything is asked', async () => {
    const connection = await connectForTest()
    const ledger = createMemoryLedger([
      [
        { kind: 'comment', key: 'c', target: { type: 'deal', id: '1' } },
        { comment: 'текст', marker: '[m]' },
      ],
    ])
    await expect(run(connection, ledger)).rejects.toThrow('marker')
    expect(connection.portal.counts.hits).toBe(0)
  })
})

describe.each(PORTAL_KINDS)('a portal that wants a person (%s)', (kind) => {
  onPortalOf(kind)

  it('leaves the ledger as it was', async () => {
    const connection = await connectForTest()
    connection.portal.faults.add({ kind: 'overload' })
    const ledger = firstContact(1)
    await expect(run(connection, ledger)).rejects.toMatchObject({ code: 'portal/blocked' })
    expect(ledger.rows.map(({ state }) => state)).toEqual(Array(4).fill('planned'))
  })
})
