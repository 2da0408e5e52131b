// @vitest-environment happy-dom
import type { WidgetChatMessage, WidgetWelcome } from '@trunkline/contracts/widget/protocol'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Drawer, openDrawer } from './drawer.ts'
import { EMPTY_FORM } from './form-rules.ts'
import type { Answer, HubClient } from './hub-client.ts'
import { createSession, type Session } from './session.ts'

const WELCOME: WidgetWelcome = {
  title: 'Чат',
  greeting: 'Здравствуйте!',
  colour: '#0b7a5c',
  maxTextChars: 4000,
  maxFileBytes: 1000,
  knownVisitor: false,
  operatorsOnline: true,
  messages: [],
  cursor: 'c1',
}
const FORM = { name: 'optional', phone: 'optional', email: 'off', consentText: 'Согласен' } as const
const reply = (sequence: number): WidgetChatMessage => ({
  id: `m${sequence}`,
  sequence,
  from: 'operator',
  text: 'Ответ',
  edited: false,
  removed: false,
  files: [],
  at: '2026-11-20T09:00:00.000Z',
})

let drawer: Drawer
let sessions: Session[]
/** Names of the calls that reached the hub, in order. */
let calls: string[]
let visible: boolean

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  drawer = openDrawer('key')
  sessions = []
  calls = []
  visible = true
})
afterEach(() => {
  for (const session of sessions) session.end()
  vi.useRealTimers()
})

/** A session against a hub that answers as told, and is silent on its stream. */
function session(answers: Partial<Record<keyof HubClient, Answer<unknown>>> = {}): Session {
  const call = (name: keyof HubClient, usual: unknown) => async () => {
    calls.push(name)
    return answers[name] ?? { kind: 'ok', value: usual }
  }
  const client = {
    hello: call('hello', WELCOME),
    message: call('message', { duplicate: false, token: 'token' }),
    contact: call('contact', { duplicate: false, token: 'token' }),
    request: call('request', { duplicate: false, token: 'token' }),
    mark: call('mark', undefined),
    typing: call('typing', undefined),
    messagesAfter: call('messagesAfter', { messages: [] }),
    ticket: call('ticket', { ticket: 't' }),
    streamUrl: () => '',
  } as unknown as HubClient
  const made = createSession({
    client,
    drawer,
    siteKey: 'key',
    locale: () => 'ru',
    page: () => ({ url: 'https://shop.example/', title: '', visible }),
    messageSent: () => calls.push('told the site'),
    openStream: () => Object.assign(new EventTarget(), { close: () => undefined }) as unknown as EventSource,
    openTabs: () => ({
      tell: () => undefined,
      alone: (_, work) => work(),
      lead: (_, work) => void work(),
      close: () => undefined,
    }),
  })
  sessions.push(made)
  return made
}
const settle = () => vi.advanceTimersByTimeAsync(0)

describe('before the first click', () => {
  test('somebody who never wrote makes no call', async () => {
    session().begin()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toEqual([])
  })

  test('somebody who wrote is told of what is unread, and the hub that it arrived, not that it was read', async () => {
    drawer.set('token', 'token')
    drawer.set('read', 2)
    const chat = session({ messagesAfter: { kind: 'ok', value: { messages: [reply(3), reply(4)] } } })
    chat.begin()
    await settle()
    expect(chat.state().unread).toBe(2)
    expect(calls).toEqual(['messagesAfter', 'mark'])
    expect(drawer.get('marked')).toEqual({ delivered: 4 })
    chat.open()
    await settle()
    expect(chat.state().unread).toBe(0)
    expect(drawer.get('marked')).toEqual({ delivered: 4, read: 4 })
  })

  test('an old talk is looked at once, a fresh one is watched', async () => {
    drawer.set('token', 'token')
    drawer.set('active', Date.now() - 10 * 24 * 3_600_000)
    session().begin()
    await settle()
    expect(calls).toEqual(['messagesAfter'])
    drawer.set('active', Date.now())
    session().begin()
    await settle()
    expect(calls).toContain('ticket')
  })
})

describe('an open chat', () => {
  test('asks for the form once: given or skipped, it does not come again', async () => {
    const asking = { hello: { kind: 'ok' as const, value: { ...WELCOME, contactForm: FORM } } }
    const first = session(asking)
    first.open()
    await settle()
    expect(first.state().form).toBe(true)
    // As the view calls it: taken off the session.
    const { submitForm } = first
    expect(await submitForm(EMPTY_FORM)).toEqual({ kind: 'done' })
    expect(calls).not.toContain('contact')
    const second = session(asking)
    second.open()
    await settle()
    expect(second.state().form).toBe(false)
  })

  test('keeps the form when the hub cannot be reached, and shows what it refused', async () => {
    const values = { ...EMPTY_FORM, name: 'Анна', consent: true }
    const asking = { hello: { kind: 'ok' as const, value: { ...WELCOME, contactForm: FORM } } }
    const offline = session({ ...asking, contact: { kind: 'unreachable' } })
    offline.open()
    await settle()
    expect(await offline.submitForm(values)).toEqual({ kind: 'failed' })
    expect(offline.state().form).toBe(true)
    const refused: Answer<unknown> = {
      kind: 'refused',
      status: 422,
      title: '',
      fields: { phone: 'Проверьте номер' },
    }
    const strict = session({ ...asking, contact: refused })
    strict.open()
    await settle()
    expect(await strict.submitForm(values)).toEqual({ kind: 'faults', fields: { phone: 'Проверьте номер' } })
  })

  test('sends a form refused for its token once more without it, as a new visitor', async () => {
    const asking = { hello: { kind: 'ok' as const, value: { ...WELCOME, contactForm: FORM } } }
    const answers: Partial<Record<keyof HubClient, Answer<unknown>>> = {
      ...asking,
      contact: { kind: 'refused', status: 401, title: 'Новый посетитель', fields: {} },
    }
    const chat = session(answers)
    chat.open()
    await settle()
    drawer.set('token', 'old')
    const sending = chat.submitForm({ ...EMPTY_FORM, name: 'Анна', consent: true })
    expect(calls.filter((name) => name === 'contact')).toHaveLength(1)
    delete answers.contact
    expect(await sending).toEqual({ kind: 'done' })
    expect(calls.filter((name) => name === 'contact')).toHaveLength(2)
    expect(drawer.get('token')).toBe('token')
    expect(chat.state().form).toBe(false)
  })

  test('gets its token with the first message, listens from then on, and tells the site', async () => {
    const chat = session()
    chat.open()
    await settle()
    chat.send('Привет')
    await settle()
    expect(drawer.get('token')).toBe('token')
    expect(calls).toEqual(['hello', 'message', 'ticket', 'told the site'])
    expect(chat.state().pending.map(({ state }) => state)).toEqual(['sent'])
  })

  test('with a token the hub no longer knows begins anew, without what belonged to it', async () => {
    drawer.set('token', 'old')
    drawer.set('read', 7)
    const refused: Answer<unknown> = { kind: 'refused', status: 401, title: '', fields: {} }
    const answers: Partial<Record<keyof HubClient, Answer<unknown>>> = { hello: refused }
    const chat = session(answers)
    chat.open()
    delete answers.hello
    await settle()
    expect(calls).toEqual(['hello', 'hello'])
    expect(chat.state().phase).toBe('ready')
    expect(drawer.get('token')).toBeUndefined()
    expect(drawer.get('read')).toBeUndefined()
  })

  test('that cannot be opened is tried again while it is open', async () => {
    const answers: Partial<Record<keyof HubClient, Answer<unknown>>> = { hello: { kind: 'unreachable' } }
    const chat = session(answers)
    chat.open()
    await settle()
    expect(chat.state().phase).toBe('unreachable')
    delete answers.hello
    await vi.advanceTimersByTimeAsync(7000)
    expect(chat.state().phase).toBe('ready')
  })

  test('nobody looks at does not mark anything as read', async () => {
    drawer.set('token', 'token')
    visible = false
    const chat = session({ hello: { kind: 'ok', value: { ...WELCOME, messages: [reply(2)] } } })
    chat.open()
    await settle()
    expect(chat.state().unread).toBe(1)
    expect(drawer.get<Record<string, number>>('marked')?.['read']).toBeUndefined()
    visible = true
    chat.wake()
    await settle()
    expect(chat.state().unread).toBe(0)
  })

  test('that was read is told again by the next page when this one went away before the answer', async () => {
    drawer.set('token', 'token')
    const hello = { kind: 'ok', value: { ...WELCOME, messages: [reply(2)] } } as const
    const gone = session({ hello, mark: new Promise<never>(() => undefined) as never })
    gone.open()
    await settle()
    expect(calls).toContain('mark')
    gone.end()
    calls = []
    session({ hello }).open()
    await settle()
    expect(calls).toContain('mark')
    expect(drawer.get<Record<string, number>>('marked')).toMatchObject({ read: 2 })
  })

  test('tells of typing at most every three seconds', async () => {
    drawer.set('token', 'token')
    const chat = session({ hello: { kind: 'ok', value: { ...WELCOME, messages: [reply(2)] } } })
    chat.open()
    await settle()
    for (let i = 0; i < 50; i++) {
      chat.typing()
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(calls.filter((name) => name === 'typing')).toHaveLength(2)
  })
})
