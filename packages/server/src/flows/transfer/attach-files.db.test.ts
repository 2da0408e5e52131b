import { Readable } from 'node:stream'
import type { AttachmentId, ConversationId, MessageId } from '@trunkline/contracts/ids'
import { expect, test, vi } from 'vitest'
import { newId } from '../../ids.ts'
import { insertAttachment } from '../../store/attachments.ts'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { fileArrived } from './attach-files.ts'

/** A file of the newest message, come from its network after the message did. */
async function arrive(world: FlowWorld, name: string, sizeBytes: number): Promise<void> {
  const [newest] = await world.query<{ id: ConversationId }>(
    'select id from conversations order by number desc limit 1',
  )
  const conversationId = newest!.id
  const id = newId<AttachmentId>()
  await world.files.put(world.workspaceId, id, Readable.from(Buffer.alloc(sizeBytes, name)), sizeBytes)
  const [message] = await world.query<{ id: MessageId }>(
    'select id from messages where conversation_id = $1 order by sequence desc limit 1',
    [conversationId],
  )
  await world.database.inWorkspace(world.workspaceId, async (tx) => {
    await insertAttachment(tx, {
      id,
      channelId: world.channelId,
      conversationId,
      messageId: message!.id,
      kind: 'file',
      name,
      mime: 'application/pdf',
      sizeBytes,
      state: 'ready',
      reference: null,
      uploadedBy: 'network',
    })
    await fileArrived(tx, conversationId)
  })
}

async function begin(world: FlowWorld, attachments: 'files' | 'links'): Promise<number> {
  await world.saveChats({ attachments })
  await world.share('v1', { name: 'Анна', phone: '+79123456789' })
  await world.write('v1', 'Вот документы')
  await world.process()
  return world.portal.crm.deals.at(-1)!.id
}

const filesIn = (world: FlowWorld, dealId: number) =>
  world.portal.crm
    .commentsOf('deal', dealId)
    .flatMap(({ files }) => files.map(({ name, sizeBytes }) => ({ name, sizeBytes })))

test('files are put into the card, each once, also those that come later; a large one stays a link', async () => {
  await using world = await flowWorld()
  const deal = await begin(world, 'files')
  await arrive(world, 'договор.pdf', 1_000)
  await arrive(world, 'большой.pdf', 10 * 1024 * 1024 + 1)
  world.advance(6_000)
  await world.processLater()
  expect(filesIn(world, deal)).toEqual([{ name: 'договор.pdf', sizeBytes: 1_000 }])
  await arrive(world, 'счёт.pdf', 2_000)
  world.advance(6_000)
  await world.processLater()
  expect(filesIn(world, deal)).toEqual([
    { name: 'договор.pdf', sizeBytes: 1_000 },
    { name: 'счёт.pdf', sizeBytes: 2_000 },
  ])
  const [transcript] = world.portal.crm.commentsOf('deal', deal)
  for (const name of ['договор.pdf', 'большой.pdf', 'счёт.pdf']) expect(transcript!.text).toContain(name)
})

test('of a request both the comment with files and the to-do say so', async () => {
  await using world = await flowWorld()
  await world.saveRequests({ attachments: 'files', firstContactCreates: 'card-and-activity' })
  await world.leave({ visitor: 'v1', fields: [{ name: 'phone', value: '+79123456789' }] })
  await world.process()
  const deal = world.portal.crm.deals.at(-1)!.id
  await arrive(world, 'план.pdf', 1_000)
  world.advance(6_000)
  await world.processLater()
  const [transcript, files] = world.portal.crm.commentsOf('deal', deal)
  expect(transcript!.text).toContain(']Заявка № 1[/url]')
  expect(files!.text).toContain(']Файлы заявки № 1[/url]')
  expect(world.portal.crm.activities.at(-1)!.fields['DESCRIPTION']).toMatch(/^Заявка № 1 · /)
})

test('a file that comes while the words of its message are on the wire follows them, without a further message', async () => {
  await using world = await flowWorld()
  const deal = await begin(world, 'files')
  await world.write('v1', 'И договор')
  world.advance(6_000)
  const slow = world.portal.faults.add({
    kind: 'slow',
    method: 'crm.timeline.comment.update',
    ms: 700,
    count: 1,
  })
  const passing = world.process()
  await vi.waitFor(() => expect(slow.strikes).toBe(1), { timeout: 10_000, interval: 5 })
  await arrive(world, 'договор.pdf', 1_000)
  await passing
  world.advance(6_000)
  await world.processLater()
  expect(filesIn(world, deal)).toEqual([{ name: 'договор.pdf', sizeBytes: 1_000 }])
})

test('a portal that loses the answer about a file holds it once', async () => {
  await using world = await flowWorld()
  const deal = await begin(world, 'files')
  await arrive(world, 'договор.pdf', 1_000)
  world.portal.faults.add({ kind: 'cut-after', method: 'crm.timeline.comment.add', count: 2 })
  world.advance(6_000)
  await world.processLater()
  expect(filesIn(world, deal)).toEqual([{ name: 'договор.pdf', sizeBytes: 1_000 }])
})

test('with links no file leaves the hub', async () => {
  await using world = await flowWorld()
  const deal = await begin(world, 'links')
  await arrive(world, 'договор.pdf', 1_000)
  await world.write('v1', 'Получили?')
  world.advance(6_000)
  await world.processLater()
  expect(filesIn(world, deal)).toEqual([])
  expect(world.portal.crm.commentsOf('deal', deal)).toHaveLength(1)
  expect(world.portal.crm.commentsOf('deal', deal)[0]!.text).toContain('договор.pdf')
})
