import type { HubError } from '@trunkline/contracts/errors'
import { describe, expect, it } from 'vitest'
import { isGone } from '../client/errors.ts'
import { connectForTest, onPortalOf, PORTAL_KINDS } from '../testing/sandbox-connection.ts'
import { updateComment } from './comment.ts'
import { lookUp } from './lookup.ts'
import { sendNotice } from './notify.ts'

const PHONE = '+79990001122'
const phones = [PHONE]
const fm = [{ typeId: 'PHONE', valueType: 'WORK', value: PHONE }]

describe.each(PORTAL_KINDS)('looking a client up (%s)', (kind) => {
  onPortalOf(kind)

  it('nobody known is one hit and no candidate', async () => {
    const { pump, portal } = await connectForTest()
    portal.edit.create('deal', { title: 'Чужая' })
    expect(await lookUp(pump, { phones, emails: ['a@mail.ru'], known: [] }, 'classic')).toEqual({
      candidates: [],
    })
    expect(portal.counts.hits).toBe(1)
    expect(portal.journal.hits[0]?.commands.length).toBe(2)
  })

  it('gives leads, contacts, companies and their deals, open and closed, with dates and responsible, in two hits', async () => {
    const { pump, portal } = await connectForTest()
    const contact = portal.edit.create('contact', { name: 'Анна', lastName: 'Петрова', fm, assignedById: 7 })
    const company = portal.edit.create('company', { title: 'Ромашка', fm })
    const lead = portal.edit.create('lead', { title: 'Лид', fm })
    const open = portal.edit.create('deal', { title: 'Открытая', contactIds: [contact.id] })
    const won = portal.edit.create('deal', { title: 'Выигранная', contactIds: [contact.id] })
    portal.edit.update('deal', won.id, { stageId: 'WON' })
    const firms = portal.edit.create('deal', { title: 'Фирмы', companyId: company.id })
    portal.edit.create('deal', { title: 'Чужая' })
    const { candidates } = await lookUp(pump, { phones, emails: [], known: [] }, 'classic')
    expect(portal.counts.hits).toBe(2)
    const found = Object.fromEntries(candidates.map((one) => [`${one.type} ${one.id}`, one]))
    expect(Object.keys(found).sort()).toEqual(
      [
        `contact ${contact.id}`,
        `company ${company.id}`,
        `lead ${lead.id}`,
        `deal ${open.id}`,
        `deal ${won.id}`,
        `deal ${firms.id}`,
      ].sort(),
    )
    expect(found[`contact ${contact.id}`]).toMatchObject({
      title: 'Анна Петрова',
      by: 'phone',
      closed: false,
      responsibleId: '7',
    })
    expect(found[`deal ${open.id}`]).toMatchObject({ by: 'contact', closed: false })
    expect(found[`deal ${open.id}`]).not.toHaveProperty('closedAt')
    expect(found[`deal ${won.id}`]).toMatchObject({
      by: 'contact',
      closed: true,
      closedAt: expect.stringMatching(/T/),
    })
    expect(found[`deal ${firms.id}`]).toMatchObject({ by: 'company' })
    for (const one of candidates) expect(Date.parse(one.createdAt)).not.toBeNaN()
  })

  it('tells closed from open by the meaning of a stage, not by its code', async () => {
    const { pump, portal } = await connectForTest()
    const deal = portal.edit.create('deal', { title: 'Отказ' })
    portal.edit.update('deal', deal.id, { stageId: 'APOLOGY' })
    const { candidates } = await lookUp(
      pump,
      { phones: [], emails: [], known: [{ type: 'deal', id: String(deal.id) }] },
      'simple',
    )
    expect(candidates).toMatchObject([{ id: String(deal.id), closed: true, by: 'binding' }])
  })

  it('asks each type again when one of them is so full that others may be left out', async () => {
    const { pump, portal } = await connectForTest()
    for (let index = 0; index < 20; index++) portal.edit.create('lead', { title: `Лид ${index}`, fm })
    const contact = portal.edit.create('contact', { name: 'Анна', fm })
    const { candidates } = await lookUp(pump, { phones, emails: [], known: [] }, 'classic')
    expect(candidates.some((one) => one.type === 'contact' && one.id === String(contact.id))).toBe(true)
    expect(portal.counts.hits).toBe(3)
  })

  it('an old open deal behind fifty newer closed ones is found', async () => {
    const { pump, portal } = await connectForTest()
    const contact = portal.edit.create('contact', { name: 'Анна', fm })
    const old = portal.edit.create('deal', { title: 'Старая', contactIds: [contact.id] })
    for (let index = 0; index < 55; index++) {
      const deal = portal.edit.create('deal', { title: `Закрытая ${index}`, contactIds: [contact.id] })
      portal.edit.update('deal', deal.id, { stageId: 'LOSE' })
    }
    const { candidates } = await lookUp(pump, { phones, emails: [], known: [] }, 'classic')
    expect(candidates.find((one) => one.id === String(old.id) && one.type === 'deal')).toMatchObject({
      closed: false,
    })
  })

  it('a deal of a contact that is not its first one is found', async () => {
    const { pump, portal } = await connectForTest()
    const first = portal.edit.create('contact', { name: 'Иван' })
    const second = portal.edit.create('contact', { name: 'Анна', fm })
    const deal = portal.edit.create('deal', { title: 'Общая', contactIds: [first.id, second.id] })
    const { candidates } = await lookUp(pump, { phones, emails: [], known: [] }, 'classic')
    expect(candidates.some((one) => one.type === 'deal' && one.id === String(deal.id))).toBe(true)
  })

  it('leads are no candidates in the simple mode, and a deleted card is none in any', async () => {
    const { pump, portal } = await connectForTest()
    portal.edit.create('lead', { title: 'Лид', fm })
    const deal = portal.edit.create('deal', { title: 'Удалена' })
    portal.edit.remove('deal', deal.id)
    const known = [{ type: 'deal', id: String(deal.id) }] as const
    expect(await lookUp(pump, { phones, emails: [], known }, 'simple')).toEqual({ candidates: [] })
  })

  it('a thousand lookups at once share their hits', async () => {
    const { pump, portal } = await connectForTest()
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        lookUp(
          pump,
          { phones: [`+7999${1000000 + index}`], emails: [`a${index}@mail.ru`], known: [] },
          'classic',
        ),
      ),
    )
    expect(portal.counts.hits).toBeLessThanOrEqual(12)
  })
})

describe.each(PORTAL_KINDS)('comments and notices (%s)', (kind) => {
  onPortalOf(kind)

  it('a rolling comment gets its new text, and a deleted one says that it is gone', async () => {
    const { pump, portal } = await connectForTest()
    const deal = portal.edit.create('deal', { title: 'Сделка' })
    const commentId = String(
      await pump.call(
        {
          method: 'crm.timeline.comment.add',
          params: { fields: { ENTITY_TYPE: 'deal', ENTITY_ID: deal.id, COMMENT: 'раз' } },
        },
        { writes: true },
      ),
    )
    portal.faults.add({ kind: 'cut-after', count: 1 })
    await updateComment(pump, { commentId, text: 'раз, два' })
    expect(portal.crm.commentsOf('deal', deal.id)).toHaveLength(1)
    expect(JSON.stringify(portal.crm.commentsOf('deal', deal.id))).toContain('раз, два')
    const error = await updateComment(pump, { commentId: '999999', text: 'x' }).catch(
      (thrown: HubError) => thrown,
    )
    expect(error).toMatchObject({ code: 'portal/refused' })
    expect(isGone(error as HubError)).toBe(true)
  })

  it('a notice with the tag of an earlier one replaces it, and a user who wants none gets none', async () => {
    const { pump, portal } = await connectForTest()
    const id = await sendNotice(pump, { userId: '1', message: 'раз', tag: 't' })
    expect(id).toMatch(/^\d+$/)
    await sendNotice(pump, { userId: '1', message: 'два', tag: 't' })
    expect(portal.crm.notifications.length).toBe(1)
    portal.edit.employee(1, { refusesNotices: true })
    expect(await sendNotice(pump, { userId: '1', message: 'три', tag: 'u' })).toBeUndefined()
  })
})
