import { describe, expect, it } from 'vitest'
import { idRef } from '../client/reference.ts'
import { connectForTest, onPortalOf, PORTAL_KINDS } from '../testing/sandbox-connection.ts'
import type { PumpCommand } from './pump-contract.ts'

const contact: PumpCommand = {
  name: 'contact',
  method: 'crm.item.add',
  params: { entityTypeId: 3, fields: { name: 'Анна' } },
}
const deal = (title: string): PumpCommand => ({
  name: 'deal',
  method: 'crm.item.add',
  params: { entityTypeId: 2, fields: { title, contactIds: [idRef('contact', ['item', 'id'])] } },
})

describe('a portal without limits', () => {
  it('a box counts nothing: many more hits than a cloud portal holds, none refused, no method parked', async () => {
    const { pump, portal } = await connectForTest({
      sandbox: { portal: { kind: 'box' }, settings: { costSeconds: { 'server.time': 500 } } },
      pump: { plan: { rate: 1_000, burst: 1_000 } },
    })
    for (let index = 0; index < 80; index++) await pump.call({ method: 'server.time' })
    expect(portal.counts).toMatchObject({ hits: 80, refused: 0 })
    expect(pump.stats()).toMatchObject({ hits: 80, refused: 0, parked: {}, state: 'connected' })
  })
})

describe.each(PORTAL_KINDS)('customer text (%s)', (kind) => {
  onPortalOf(kind)

  it('customer text that holds $result[ arrives as it was written', async () => {
    const { pump, portal } = await connectForTest()
    const text = 'скидка $result[c0_contact][item][id] и $error[x] за 100% & +7 #1'
    await pump.group([contact, deal(text)], { writes: true })
    expect(String(portal.crm.deals[0]?.['title']).replaceAll('\u200b', '')).toBe(text)
  })
})

describe.each(PORTAL_KINDS)('a portal that moves (%s)', (kind) => {
  onPortalOf(kind)

  it('the same request is repeated at the new host, once, and the new address is told and kept', async () => {
    const { pump, portal, moves, states } = await connectForTest()
    await pump.call({ method: 'profile' })
    const former = portal.url
    const url = portal.changeDomain()
    expect(url).not.toBe(former)
    const answer = await pump.group([contact], { writes: true })
    expect(answer['contact']?.outcome).toBe('done')
    expect(moves).toEqual([`${url}/rest/`])
    const hits = portal.counts.hits
    await pump.call({ method: 'profile' })
    expect(portal.counts.hits - hits).toBe(1)
    expect(portal.crm.contacts.length).toBe(1)
    expect(states).toEqual([])
  })
})
