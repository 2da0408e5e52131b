import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { ChannelType } from '@trunkline/contracts/ids'
import { DOOR_HEADER } from '../kit/door.ts'
import {
  createFaultScript,
  type EmulatedMessage,
  type EmulatedPerson,
  type Emulator,
  type EmulatorOptions,
} from '../kit/emulator.ts'
import {
  type EmulatorAnswer,
  type EmulatorRequest,
  startEmulatorServer,
  underFault,
} from '../kit/emulator-server.ts'
import { createHookDelivery } from '../kit/hook-delivery.ts'
import type { ClientApiHook, WebhookBody } from './wire.ts'

export interface ClientApiEmulator extends Emulator {
  /** Webhooks turned away because their signature or time was wrong. */
  readonly refusedSignatures: () => number
  /** Answers every webhook with this status instead, such as 410 or 302, until told `undefined`. */
  answerWith(status: number | undefined): void
}

// Source: Standard Webhooks 1.0, "Verifying the timestamp": the tolerance of its reference libraries, read 2026-11.
const TOLERANCE_SECONDS = 300

/**
 * A sample application of a company: takes our webhooks as a careful receiver should (checks the signature by its own
 * code, drops repeats), and its users' acts arrive as our API door would hand them on.
 */
export async function startClientApiEmulator(options: EmulatorOptions = {}): Promise<ClientApiEmulator> {
  const delivery = createHookDelivery({
    firstRetryMs: options.firstRetryMs ?? 1000,
    maxRetryMs: options.maxRetryMs ?? 60_000,
  })
  const faults = createFaultScript()
  const key = randomBytes(32)
  const sent: EmulatedMessage[] = []
  const typingSeen: string[] = []
  const seenIds = new Set<string>()
  let refused = 0
  let fixedStatus: number | undefined

  function take(request: EmulatorRequest): EmulatorAnswer | 'cut' | Promise<EmulatorAnswer | 'cut'> {
    if (request.path !== '/webhooks') return { status: 404 }
    if (!isGenuine(request, key)) {
      refused += 1
      return { status: 401 }
    }
    if (fixedStatus !== undefined) return { status: fixedStatus, headers: { location: '/elsewhere' } }
    const body: WebhookBody = JSON.parse(request.body.toString('utf8'))
    return underFault(
      faults.take(body.type),
      {
        rateLimit: (seconds) => ({ status: 429, headers: { 'retry-after': String(seconds) } }),
        serverError: (status) => ({ status, body: 'oops' }),
      },
      () => keep(body, request.headers['webhook-id'] ?? ''),
    )
  }

  function keep(body: WebhookBody, webhookId: string): EmulatorAnswer {
    if (seenIds.has(webhookId)) return { status: 200 }
    seenIds.add(webhookId)
    if (body.type === 'typing.started') typingSeen.push(body.data.conversation)
    if (body.type === 'message.created') {
      const { id, conversation, text, attachments, reply_to } = body.data
      sent.push({
        id,
        talk: conversation,
        text,
        files: attachments.map(({ name, mime }) => ({ name, mime })),
        ...(reply_to === null ? {} : { replyTo: reply_to }),
      })
    }
    return { status: 204 }
  }

  const server = await startEmulatorServer(take, options.port)
  return {
    type: 'client-api' as ChannelType,
    url: server.url,
    settings: {
      webhookUrl: `${server.url}/webhooks`,
      signingSecret: `whsec_${key.toString('base64')}`,
    },
    sent,
    typingSeen,
    faults,
    delivery,
    refusedSignatures: () => refused,
    answerWith(status) {
      fixedStatus = status
    },
    pointAt({ hookUrl, hookSecret }) {
      delivery.setTarget({ url: hookUrl, headers: { [DOOR_HEADER]: hookSecret } })
    },
    person: ({ name } = {}) => {
      const enqueue = (talk: string, hook: ClientApiHook) => delivery.enqueue(talk, JSON.stringify(hook))
      return newPerson(enqueue, name ?? 'Анна')
    },
    async stop() {
      await delivery.stop()
      await server.stop()
    },
  }
}

function newPerson(enqueue: (talk: string, hook: ClientApiHook) => void, name: string): EmulatedPerson {
  const talk = `order-${randomUUID()}`
  const contact = { external_id: `user-${randomUUID()}`, name }
  const at = () => new Date().toISOString()
  const emit = (hook: ClientApiHook) => enqueue(talk, hook)
  type Files = Extract<ClientApiHook, { op: 'message' }>['files']

  function say(message: { text?: string; reply_to?: string }, files: Files = []): string {
    const external_id = randomUUID()
    const body = { contact, conversation: { external_id: talk }, message: { external_id, ...message } }
    emit({ op: 'message', at: at(), files, body })
    return external_id
  }
  return {
    talk,
    write: (text) => say({ text }),
    reply: (toMessageId, text) => say({ text, reply_to: toMessageId }),
    sendFile: ({ name: fileName, mime, bytes, caption }) =>
      say(caption ? { text: caption } : {}, [
        { id: randomUUID(), name: fileName, mime, size_bytes: bytes.byteLength },
      ]),
    edit: (messageId, text) =>
      emit({
        op: 'edit',
        at: at(),
        key: randomUUID(),
        talk,
        external_id: messageId,
        body: { contact, text },
      }),
    leaveRequest: ({ fields, mailing, technical }) => {
      const external_id = randomUUID()
      enqueue(`request:${external_id}`, {
        op: 'request',
        at: at(),
        body: {
          external_id,
          form_name: 'Demo form',
          fields: [...fields],
          consent: { personal_data: true, mailing: mailing === true },
          ...(technical === true ? { technical } : {}),
        },
      })
      return external_id
    },
    remove: (messageId) => emit({ op: 'remove', at: at(), talk, external_id: messageId }),
    type: () => emit({ op: 'typing', at: at(), talk }),
    mark: (messageId, status) =>
      emit({ op: 'status', at: at(), talk, message_id: messageId, body: { status } }),
    close: () => emit({ op: 'close', at: at(), key: randomUUID(), talk }),
  }
}

/** Source: Standard Webhooks 1.0: HMAC-SHA256 over `{id}.{timestamp}.{body}`, any of the listed signatures may fit. */
function isGenuine({ headers, body }: EmulatorRequest, key: Buffer): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers
  if (!id || !timestamp || !signatures) return false
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS)) return false
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
  return signatures.split(' ').some((signature) => {
    const [version, value] = signature.split(',')
    const given = Buffer.from(value ?? '', 'base64')
    return version === 'v1' && given.byteLength === expected.byteLength && timingSafeEqual(given, expected)
  })
}
