import type { WidgetFile } from '@trunkline/contracts/widget/protocol'
import { describe, expect, test } from 'vitest'
import { clearOrphans } from '../../flows/own-doors/take-upload.ts'
import { newId } from '../../ids.ts'
import { insertAttachment } from '../../store/attachments.ts'
import { ok, testSite } from './test-site.ts'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const site = testSite()
const { call, message, say, messagesOf, onlyTalk } = site

describe('files', () => {
  const upload = (
    token: string | undefined,
    bytes: Uint8Array,
    name: string,
    type: string,
    path = 'files',
  ) => {
    const form = new FormData()
    form.append('file', new Blob([Buffer.from(bytes)], { type }), name)
    return call(path, form, { token })
  }

  test('a file can be the first thing a visitor sends; it comes back to them alone, as a download', async () => {
    const file = await ok<WidgetFile>(upload(undefined, PNG, 'Чек №1.png', 'application/x-msdownload'))
    expect(file).toMatchObject({ name: 'Чек №1.png', mime: 'image/png', sizeBytes: PNG.byteLength })
    await ok(call('messages', message('', { fileIds: [file.id] }), { token: file.token }))
    await site.doors.process()
    const [seen] = await messagesOf(file.token!)
    expect(seen!.files).toMatchObject([{ id: file.id, name: 'Чек №1.png', image: true }])
    expect(seen!.files[0]!.url).not.toContain(file.token!)

    const answer = await fetch(`${site.doors.url}${seen!.files[0]!.url}`)
    expect(Buffer.from(await answer.arrayBuffer()).equals(PNG)).toBe(true)
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; .*filename\*=UTF-8''%D0%A7/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')

    const stranger = await say('Я другой')
    expect((await call(`files/${file.id}`, undefined, { token: stranger.token })).status).toBe(404)
    expect((await call(`files/${file.id}`)).status).toBe(401)
    const theirs = await call('messages', message('Украду', { fileIds: [file.id] }), {
      token: stranger.token,
    })
    expect(theirs.status).toBe(422)
  })

  test('a file of the company reaches the visitor it was sent to and no other', async () => {
    const { token } = await say('Пришлите счёт')
    await site.doors.process()
    const id = newId<never>()
    await site.doors.context.files.put(
      site.doors.workspaceId,
      id,
      (await import('node:stream')).Readable.from([PNG]),
      1000,
    )
    await site.doors.database.inWorkspace(site.doors.workspaceId, (tx) =>
      insertAttachment(tx, {
        id,
        channelId: null,
        kind: 'image',
        name: 'счёт.png',
        mime: 'image/png',
        sizeBytes: PNG.byteLength,
        state: 'ready',
        reference: null,
        uploadedBy: 'user:u1',
      }),
    )
    expect((await call(`files/${id}`, undefined, { token })).status).toBe(404)
    await site.doors.answer(site.channelId, await onlyTalk(), 'Вот', [id])
    const { token: other } = await say('Другой')
    expect((await call(`files/${id}`, undefined, { token })).status).toBe(200)
    expect((await call(`files/${id}`, undefined, { token: other })).status).toBe(404)
  })

  test('a file whose message never came is gone after two days, one that was sent stays', async () => {
    const lost = await ok<WidgetFile>(upload(undefined, PNG, 'lost.png', 'image/png'))
    const sent = await ok<WidgetFile>(upload(lost.token, PNG, 'sent.png', 'image/png'))
    await ok(call('messages', message('', { fileIds: [sent.id] }), { token: lost.token }))
    await site.doors.process()
    await clearOrphans(site.doors.context, site.doors.workspaceId)
    expect((await call(`files/${lost.id}`, undefined, { token: lost.token })).status).toBe(200)
    await site.doors.query(
      `update attachments set created_at = now() - interval '3 days' where channel_id = $1`,
      [site.channelId],
    )
    await clearOrphans(site.doors.context, site.doors.workspaceId)
    expect((await call(`files/${lost.id}`, undefined, { token: lost.token })).status).toBe(404)
    expect((await call(`files/${sent.id}`, undefined, { token: lost.token })).status).toBe(200)
    await expect(site.doors.context.files.open(site.doors.workspaceId, lost.id)).rejects.toThrow(
      'request/not-found',
    )
  })

  test('a program is refused whatever it is called, and so is what is too large; neither stays on the disk', async () => {
    const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)])
    expect((await upload(undefined, program, 'photo.png', 'image/png')).status).toBe(415)
    const large = await upload(undefined, Buffer.alloc(25 * 1024 * 1024 + 1), 'large.bin', 'application/zip')
    expect(large.status).toBe(413)
    const rows = await site.doors.query('select 1 from attachments where channel_id = $1', [site.channelId])
    expect(rows).toEqual([])
  })
})
