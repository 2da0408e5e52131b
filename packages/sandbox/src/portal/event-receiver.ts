/** A handler of an application, for this room's own tests: keeps what it was sent. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type PhpMap, parsePhpQuery } from './php-values.ts'

export interface ReceivedEvent {
  readonly path: string
  readonly contentType: string
  readonly body: PhpMap
}

export interface EventReceiver {
  readonly url: string
  readonly received: ReceivedEvent[]
  /** Status of the answers, 200 at first. */
  status: number
  close(): Promise<void>
}

export async function startEventReceiver(): Promise<EventReceiver> {
  const received: ReceivedEvent[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({
        path: request.url ?? '',
        contentType: request.headers['content-type'] ?? '',
        body: parsePhpQuery(Buffer.concat(chunks).toString('utf8')),
      })
      response.statusCode = receiver.status
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const receiver: EventReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    status: 200,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return receiver
}
