import type { MessageId } from '@trunkline/contracts/ids'
import type { WidgetEvent } from '@trunkline/contracts/widget/protocol'
import { describe, expect, test } from 'vitest'
import { announceClosed, announceTyping } from '../../flows/talk-view.ts'
import { testSite } from './test-site.ts'

const site = testSite()
const { call, say, hello, onlyTalk, stored, stream } = site

describe('the stream', () => {
  test('opens once by a ticket, and never without', async () => {
    const { token } = await say('Привет')
    const live = await stream(token!)
    expect(live.response.headers.get('content-type')).toContain('text/event-stream')
    const again = await fetch(
      `${site.doors.url}/widget/v1/${site.key}/stream?ticket=${encodeURIComponent(live.ticket)}`,
    )
    expect(again.status).toBe(401)
    expect((await fetch(`${site.doors.url}/widget/v1/${site.key}/stream?ticket=none`)).status).toBe(401)
    await live.end()
  })

  test('goes on after a break without losing or repeating a place', async () => {
    const { token } = await say('Раз')
    await site.doors.process()
    const talk = await onlyTalk()
    const live = await stream(token!, (await hello(token)).cursor)
    await site.doors.answer(site.channelId, talk, 'Два')
    await live.until((event) => event.kind === 'message' && event.message.text === 'Два')
    const place = live.events.at(-1)!.id
    await live.end()
    await site.doors.answer(site.channelId, talk, 'Три')
    await site.doors.answer(site.channelId, talk, 'Четыре')
    const resumed = await stream(token!, place)
    await resumed.until((event) => event.kind === 'message' && event.message.text === 'Четыре')
    const texts = resumed.events.flatMap(({ event }) =>
      event.kind === 'message' ? [event.message.text] : [],
    )
    expect(texts).toEqual(['Три', 'Четыре'])
    await resumed.end()
  })

  test('begins with the newest messages when the place is no longer kept', async () => {
    const { token } = await say('Раз')
    await site.doors.process()
    const live = await stream(token!, '1-1')
    await live.until((event) => event.kind === 'message' && event.message.text === 'Раз')
    await live.end()
  })

  test('tells typing and closing, of this talk alone; two tabs with two streams hear the same', async () => {
    const { token } = await say('Раз')
    const { token: other } = await say('Другой')
    await site.doors.process()
    const [row] = await site.doors.query<{ talk: string }>(
      `select c.talk from conversations c join messages m on m.conversation_id = c.id
        where c.channel_id = $1 and m.text = 'Раз'`,
      [site.channelId],
    )
    const { cursor } = await hello(token)
    // The place may lie before what was in the welcome: then the message comes again.
    const signs = (events: readonly { event: WidgetEvent }[]) =>
      events.map(({ event }) => event.kind).filter((kind) => kind !== 'message')
    const tabs = [await stream(token!, cursor), await stream(token!, cursor)]
    const stranger = await stream(other!, cursor)
    await site.doors.database.inWorkspace(site.doors.workspaceId, async (tx) => {
      await announceTyping(tx, site.channelId as never, row!.talk)
      await announceClosed(tx, site.channelId as never, row!.talk)
    })
    for (const tab of tabs) {
      await tab.until((event) => event.kind === 'closed')
      expect(signs(tab.events)).toEqual(['typing', 'closed'])
    }
    expect(signs(stranger.events)).toEqual([])
    await Promise.all([...tabs, stranger].map((each) => each.end()))
  })
})

describe('signs between the two sides', () => {
  test('a mark "read" reaches the operator’s messages up to that place', async () => {
    const { token } = await say('Вопрос')
    await site.doors.process()
    const talk = await onlyTalk()
    const ids: MessageId[] = [
      await site.doors.answer(site.channelId, talk, 'Раз'),
      await site.doors.answer(site.channelId, talk, 'Два'),
    ]
    await site.doors.process()
    expect((await call('marks', { kind: 'read', upTo: 2 }, { token })).status).toBe(204)
    await site.doors.process()
    const rows = await site.doors.query<{ id: string; delivery: string }>(
      'select id, delivery from messages where id = any($1::uuid[]) order by sequence',
      [ids],
    )
    expect(rows.map(({ delivery }) => delivery)).toEqual(['read', 'sent'])
  })

  test('the visitor’s typing reaches the cabinet and leaves nothing in the journal', async () => {
    const { token } = await say('Вопрос')
    await site.doors.process()
    const before = await stored()
    expect((await call('typing', {}, { token })).status).toBe(204)
    expect((await call('typing', {}, { token })).status).toBe(204)
    expect(await stored()).toBe(before)
    const told = await site.doors.query(
      `select 1 from realtime_events where topic = 'cabinet' and payload ->> 'kind' = 'typing'
        and payload ->> 'conversationId' = (select id::text from conversations where channel_id = $1)`,
      [site.channelId],
    )
    expect(told).toHaveLength(1)
  })
})
