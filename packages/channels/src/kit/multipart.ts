import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'

/** The file part of a form, read as it is sent. */
export interface FilePart {
  readonly field: string
  readonly name: string
  readonly mime: string
  readonly stream: ReadableStream<Uint8Array>
}

/**
 * A `multipart/form-data` body that streams its file, so that 50 MB never sit in memory.
 * Source: RFC 7578. Readers differ in how they undo the escapes of a quoted name, so a file's name has none.
 * @param fields their names are our own words, in which nothing needs escaping
 */
export function multipartBody(
  fields: Readonly<Record<string, string>>,
  file: FilePart,
): { contentType: string; body: ReadableStream<Uint8Array> } {
  const boundary = `trunkline-${randomBytes(16).toString('hex')}`
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Readable.toWeb(Readable.from(chunks(boundary, fields, file))) as ReadableStream<Uint8Array>,
  }
}

async function* chunks(
  boundary: string,
  fields: Readonly<Record<string, string>>,
  file: FilePart,
): AsyncGenerator<Uint8Array> {
  const bytes = (text: string) => new TextEncoder().encode(text)
  for (const [name, value] of Object.entries(fields)) {
    yield bytes(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
  }
  const disposition = `form-data; name="${file.field}"; filename="${plainName(file.name)}"`
  const mime = /^[\w.+-]+\/[\w.+-]+$/.test(file.mime) ? file.mime : 'application/octet-stream'
  yield bytes(`--${boundary}\r\ncontent-disposition: ${disposition}\r\ncontent-type: ${mime}\r\n\r\n`)
  yield* file.stream
  yield bytes(`\r\n--${boundary}--\r\n`)
}

function plainName(name: string): string {
  return name
    .replaceAll(/[\r\n\0]/g, ' ')
    .replaceAll('"', "'")
    .replaceAll('\\', '_')
}
