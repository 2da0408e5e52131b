import { randomUUID } from 'node:crypto'
import type {
  WidgetAccepted,
  WidgetChatMessage,
  WidgetEvent,
  WidgetWelcome,
} from '@trunkline/contracts/widget/protocol'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { type TestDoors, testDoors } from './test-doors.ts'
import { widgetRoutes } from './widget-routes.ts'

/** The site whose pages carry the widget. */
export const SITE = 'https://shop.example'
/** The contact form of every channel here. */
export const FORM = { formName: 'optional', formPhone: 'required', formEmail: 'off' }
/** What a page tells of itself. */
export const context = { pageUrl: `${SITE}/cart`, utm: { source: 'yandex' }, timeZone: 'Asia/Yekaterinburg' }

interface CallOptions {
  token?: string | undefined
  origin?: string | null
  /** Where the call comes from; left out: this machine, which is not counted. */
  from?: string
  key?: string
}

/** The widget's door over a real database, a new channel before each test, and calls as the widget makes them. */
export function testSite() {
  let doors: TestDoors
  let key: string
  let channelId: string

  beforeAll(async () => {
    doors = await testDoors((app, context) =>
      widgetRoutes(app, context, { messagesPerMinute: 20, filesPerMinute: 5, newTalksPerHour: 5 }),
    )
  })
  afterAll(async () => {
    await doors?.[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    const channel = await doors.addChannel('site-widget', {
      allowedOrigins: [SITE, 'https://*.shop.example'],
      ...FORM,
    })
    key = channel.publicKey
    channelId = channel.id
  })

  async function call(path: string, body?: unknown, options: CallOptions = {}): Promise<Response> {
    const { origin = SITE, token, from } = options
    return fetch(`${doors.url}/widget/v1/${options.key ?? key}/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'accept-language': 'ru',
        ...(origin === null ? {} : { origin }),
        ...(token === undefined ? {} : { authorization: `Visitor ${token}` }),
        ...(from === undefined ? {} : { 'x-forwarded-for': from }),
        ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
  }

  const message = (text: string, more: { clientId?: string; fileIds?: string[] } = {}) => ({
    clientId: more.clientId ?? randomUUID(),
    text,
    fileIds: more.fileIds ?? [],
    context,
    sentAt: new Date().toISOString(),
  })
  const say = (text: string, token?: string) => ok<WidgetAccepted>(call('messages', message(text), { token }))
  const hello = (token?: string) =>
    ok<WidgetWelcome>(call('hello', { locale: 'ru', ...(token ? { token } : {}) }))
  const messagesOf = async (token: string, after = 0) =>
    (await ok<{ messages: WidgetChatMessage[] }>(call(`messages?after=${after}`, undefined, { token })))
      .messages

  async function onlyTalk(): Promise<string> {
    const rows = await doors.query<{ talk: string }>(
      'select distinct talk from conversations where channel_id = $1',
      [channelId],
    )
    expect(rows).toHaveLength(1)
    return rows[0]!.talk
  }
  const stored = async () =>
    (
      await doors.query<{ n: number }>(
        'select count(*)::int as n from inbound_events where channel_id = $1',
        [channelId],
      )
    )[0]!.n

  /** Opens the stream and gathers its events; `next` waits for how many there must be. */
  async function stream(token: string, after = '') {
    const { ticket } = await ok<{ ticket: string }>(call('ticket', {}, { token }))
    const ending = new AbortController()
    const response = await fetch(
      `${doors.url}/widget/v1/${key}/stream?ticket=${encodeURIComponent(ticket)}&after=${after}`,
      {
        headers: { origin: SITE },
        signal: ending.signal,
      },
    )
    const events: { id: string; event: WidgetEvent }[] = []
    let wake: () => void = () => undefined
    const reading = (async () => {
      let text = ''
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk
        const frames = text.split('\n\n')
        text = frames.pop()!
        for (const frame of frames) {
          const data = /^data: (.*)$/m.exec(frame)?.[1]
          if (data && !frame.includes('event: ping'))
            events.push({ id: /^id: (.*)$/m.exec(frame)?.[1] ?? '', event: JSON.parse(data) as WidgetEvent })
        }
        wake()
      }
    })().catch(() => undefined)
    return {
      ticket,
      response,
      events,
      async until(fits: (event: WidgetEvent) => boolean): Promise<WidgetEvent> {
        const limit = Date.now() + 10_000
        for (;;) {
          const found = events.find(({ event }) => fits(event))
          if (found) return found.event
          if (Date.now() > limit) throw new Error(`not told; only ${JSON.stringify(events)}`)
          await new Promise<void>((resolve) => {
            wake = resolve
            setTimeout(resolve, 200)
          })
        }
      },
      async end() {
        ending.abort()
        await reading
      },
    }
  }

  return {
    get doors() {
      return doors
    },
    get key() {
      return key
    },
    get channelId() {
      return channelId
    },
    call,
    message,
    say,
    hello,
    messagesOf,
    onlyTalk,
    stored,
    stream,
  }
}

/** The body of an answer that must be a good one. */
export async function ok<T>(response: Promise<Response>): Promise<T> {
  const answer = await response
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
