import { randomUUID } from 'node:crypto'
import type { ChannelType } from '@trunkline/contracts/ids'
import { DOOR_HEADER } from '../kit/door.ts'
import { createFaultScript, type StartEmulator } from '../kit/emulator.ts'
import { createHookDelivery } from '../kit/hook-delivery.ts'
import type { WidgetHook, WireContext } from './wire.ts'

const context: WireContext = {
  pageUrl: 'https://shop.example/catalogue?utm_source=demo',
  pageTitle: 'Catalogue',
  entrancePageUrl: 'https://shop.example/',
  utm: { source: 'demo' },
  timeZone: 'Europe/Moscow',
}

/**
 * Visitors whose hooks look as those of our widget door. There is no network behind this channel, so nothing is sent
 * anywhere; the real widget is played by a browser in the browser ring.
 */
export const startSiteWidgetEmulator: StartEmulator = async ({ firstRetryMs, maxRetryMs } = {}) => {
  const delivery = createHookDelivery({
    firstRetryMs: firstRetryMs ?? 1000,
    maxRetryMs: maxRetryMs ?? 60_000,
  })
  let lastMs = 0

  /** Two operations of one visitor never share an instant, as they would not on a real server's clock. */
  function now(): string {
    lastMs = Math.max(Date.now(), lastMs + 1)
    return new Date(lastMs).toISOString()
  }
  function emit(hook: WidgetHook): void {
    delivery.enqueue(hook.visitor, JSON.stringify(hook))
  }

  return {
    type: 'site-widget' as ChannelType,
    url: '',
    settings: {
      title: 'Demo chat',
      greeting: 'Hello!',
      colour: '#1f6feb',
      position: 'right',
      locale: 'auto',
      allowedOrigins: ['http://localhost'],
      formName: 'optional',
      formPhone: 'optional',
      formEmail: 'off',
      consentText: 'I agree',
      consentUrl: '',
      offlineForm: 'off',
      offlineText: '',
      offlineThanks: 'Thank you',
      offlineName: 'optional',
      offlinePhone: 'required',
      offlineEmail: 'optional',
      offlineMessage: 'optional',
      mailingText: '',
      technicalRequests: false,
    },
    sent: [],
    typingSeen: [],
    faults: createFaultScript(),
    delivery,
    pointAt({ hookUrl, hookSecret }) {
      delivery.setTarget({ url: hookUrl, headers: { [DOOR_HEADER]: hookSecret } })
    },
    person() {
      const visitor = `visitor-${randomUUID()}`
      const files: Extract<WidgetHook, { op: 'message' }>['files'] = []
      function say(text: string): string {
        const clientId = randomUUID()
        emit({ op: 'message', visitor, at: now(), files: files.splice(0), body: { clientId, text, context } })
        return clientId
      }
      return {
        talk: visitor,
        write: say,
        sendFile({ name, mime, bytes, caption }) {
          files.push({ id: randomUUID(), name, mime, sizeBytes: bytes.byteLength })
          return say(caption ?? '')
        },
        type() {
          emit({ op: 'typing', visitor, at: now() })
        },
        shareContact({ name, phone }) {
          const body = { clientId: randomUUID(), name, phone, consent: true, context }
          emit({ op: 'contact', visitor, at: now(), consentTextVersion: '1', body })
        },
        leaveRequest({ fields, mailing, technical }) {
          const clientId = randomUUID()
          const body = { clientId, fields: [...fields], consent: true, mailing: mailing === true, context }
          const form = { name: 'Demo form', type: 'site-form' as const }
          emit({
            op: 'request',
            visitor,
            at: now(),
            consentTextVersion: '1',
            form,
            technical: technical === true,
            body,
          })
          return clientId
        },
        mark(externalMessageId, status) {
          const body = { kind: status, upTo: 1 }
          emit({ op: 'mark', visitor, at: now(), messageId: externalMessageId, body })
        },
      }
    },
    stop: () => delivery.stop(),
  }
}
