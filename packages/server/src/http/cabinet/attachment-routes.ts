import { HubError } from '@trunkline/contracts/errors'
import { IdString } from '@trunkline/contracts/http/shared'
import type { AttachmentId } from '@trunkline/contracts/ids'
import { Type } from 'typebox'
import { MAX_UPLOAD_BYTES, openAttachment, takeUpload } from '../../flows/files/attachments.ts'
import type { HttpContext } from '../context.ts'
import { type CabinetDoor, whoOf } from './door.ts'

const FilePath = Type.Object({ id: IdString })
const FileQuery = Type.Object({ inline: Type.Optional(Type.Enum(['0', '1'])) })

/** Files of conversations: up by multipart, down as something to save; pictures of safe types may be shown. */
export function attachmentRoutes(door: CabinetDoor, context: HttpContext): void {
  door.post('/api/attachments', { config: { allow: 'operator' } }, async (request, reply) => {
    const { userId, workspaceId } = whoOf(request)
    if (!request.isMultipart()) throw new HubError('request/malformed')
    // The store counts the bytes and refuses by itself; a cut file would be stored as if it were whole.
    const file = await request.file({ limits: { fileSize: MAX_UPLOAD_BYTES + 1, files: 1, fields: 5 } })
    if (file === undefined || file.fieldname !== 'file') throw new HubError('request/malformed')
    const taken = await takeUpload(context, workspaceId, userId, {
      stream: file.file,
      name: file.filename,
      mime: file.mimetype,
    })
    return reply.code(201).send(taken)
  })
  door.get(
    '/api/attachments/:id',
    { config: { allow: 'operator' }, schema: { params: FilePath, querystring: FileQuery } },
    async (request, reply) => {
      const { userId, workspaceId } = whoOf(request)
      const file = await openAttachment(context, workspaceId, userId, request.params.id as AttachmentId)
      const isShown = request.query.inline === '1' && file.isSafeImage
      return reply
        .headers({
          'content-type': file.mime,
          'content-length': String(file.sizeBytes),
          'content-disposition': disposition(isShown ? 'inline' : 'attachment', file.name),
          'content-security-policy': "default-src 'none'; sandbox",
          'x-content-type-options': 'nosniff',
          'cache-control': 'private, max-age=86400, immutable',
        })
        .send(file.stream)
    },
  )
}

/** Source: RFC 6266 §4.1 and RFC 8187: `filename*` carries any name, `filename` is for programs that do not know it. */
function disposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`
}
