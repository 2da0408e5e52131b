import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { HubError } from '@trunkline/contracts/errors'
import { isId } from '@trunkline/contracts/ids'

/** A file that lies in the store. */
export interface StoredFile {
  readonly sizeBytes: number
  readonly sha256: Buffer
  /** The first bytes, for telling the true type. */
  readonly head: Buffer
}

/** Where attachments lie. One folder now; an S3-compatible store has the same three verbs. */
export interface FileStore {
  /**
   * Writes the stream under an id; whole or not at all.
   * @throws HubError `request/too-large` past `maxBytes`.
   */
  put(workspaceId: string, id: string, stream: Readable, maxBytes: number): Promise<StoredFile>
  /** @throws HubError `request/not-found`. */
  open(workspaceId: string, id: string): Promise<{ stream: Readable; sizeBytes: number }>
  remove(workspaceId: string, id: string): Promise<void>
}

const HEAD_BYTES = 4_100

export function folderStore(root: string): FileStore {
  // Ids are ours and checked, so a path never holds a name from outside.
  const pathOf = (workspaceId: string, id: string): string => {
    if (!isId(workspaceId) || !isId(id)) throw new HubError('request/not-found')
    return join(root, workspaceId, id.slice(-2), id)
  }
  return {
    async put(workspaceId, id, stream, maxBytes) {
      const path = pathOf(workspaceId, id)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const part = `${path}.part`
      const hash = createHash('sha256')
      const heads: Buffer[] = []
      let headBytes = 0
      let sizeBytes = 0
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, next) {
          sizeBytes += chunk.length
          if (sizeBytes > maxBytes) return next(new HubError('request/too-large'))
          hash.update(chunk)
          if (headBytes < HEAD_BYTES) {
            heads.push(chunk.subarray(0, HEAD_BYTES - headBytes))
            headBytes += Math.min(chunk.length, HEAD_BYTES - headBytes)
          }
          next(null, chunk)
        },
      })
      try {
        await pipeline(stream, measure, createWriteStream(part, { mode: 0o600, flush: true }))
        await rename(part, path)
      } catch (error) {
        await rm(part, { force: true })
        throw error
      }
      return { sizeBytes, sha256: hash.digest(), head: Buffer.concat(heads) }
    },
    async open(workspaceId, id) {
      const path = pathOf(workspaceId, id)
      const found = await stat(path).catch(() => undefined)
      if (found === undefined) throw new HubError('request/not-found')
      return { stream: createReadStream(path), sizeBytes: found.size }
    },
    async remove(workspaceId, id) {
      await rm(pathOf(workspaceId, id), { force: true })
    },
  }
}
