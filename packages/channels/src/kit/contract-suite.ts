import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type InboundEvent, REQUEST_TALK } from '@trunkline/contracts/channel/inbound-event'
import type { OutboundMessage, SendOutcome } from '@trunkline/contracts/channel/outbound-message'
import type { Json } from '@trunkline/contracts/json'
import type { Text } from '@trunkline/contracts/locale'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AnyAdapter, CallContext, RawHook } from './channel-adapter.ts'
import type { EmulatedFile, Emulator, Fault, StartEmulator } from './emulator.ts'
import { startEmulatorServer } from './emulator-server.ts'
import { type HookSink, startHookSink } from './hook-sink.ts'

/** One recorded or documented hook with the events it must become. */
interface Fixture {
  readonly source: string
  readonly readAt: string
  readonly kinds: readonly InboundEvent['kind'][]
  readonly body: Json
}

const HOOK_SECRET = 'contract-suite-secret-of-43-characters-long'
const FILES: readonly EmulatedFile[] = [
  { kind: 'image', name: 'скан.png', mime: 'image/png', bytes: bytesOf('image') },
  { kind: 'voice', name: 'voice.ogg', mime: 'audio/ogg', bytes: bytesOf('voice') },
  { kind: 'audio', name: 'song.mp3', mime: 'audio/mpeg', bytes: bytesOf('audio') },
  { kind: 'video', name: 'clip.mp4', mime: 'video/mp4', bytes: bytesOf('video') },
  { kind: 'file', name: 'договор 2026.pdf', mime: 'application/pdf', bytes: bytesOf('file') },
]

/**
 * What every channel type promises, proved against its own pretend network.
 *
 * A claim in `can` without proof fails here, and so does a part of the folder that is missing.
 * @param folder the folder of the type, with a slash at the end
 */
export function describeChannel(adapter: AnyAdapter, start: StartEmulator, folder: URL): void {
  describe(`channel type ${adapter.type}`, () => {
    describe('the folder', () => folderIsWhole(adapter, folder))
    describe('split and parse', () => readingIsTotal(adapter, readFixtures(folder)))
    describe('against its network', () => claimsHold(adapter, start))
  })
}

function folderIsWhole(adapter: AnyAdapter, folder: URL): void {
  test('is named by the type and has README, texts, icon and fixtures', () => {
    expect(folder.pathname.endsWith(`/${adapter.type}/`)).toBe(true)
    for (const part of ['README.md', 'texts.ts', 'icon.ts', 'settings.ts', 'capabilities.ts', 'errors.ts']) {
      expect(existsSync(new URL(part, folder)), part).toBe(true)
    }
    expect(readFixtures(folder).length).toBeGreaterThan(0)
    expect(readFileSync(new URL('README.md', folder), 'utf8').length).toBeGreaterThan(300)
  })

  test('has every word in Russian and in English', () => {
    expectBothLanguages(adapter.title)
    expectBothLanguages(adapter.summary)
    expectBothLanguages(adapter.help)
    for (const [name, property] of Object.entries(adapter.settings.properties)) {
      const annotated = property as unknown as { label?: Text; hint?: Text }
      expect(annotated.label, `${name} has a label`).toBeDefined()
      expect(annotated.hint, `${name} has a hint`).toBeDefined()
      expectBothLanguages(annotated.hint!)
      expectBothLanguages(annotated.label!, { mayBeEqual: true })
    }
  })

  test('explains every error code in both languages', () => {
    for (const [code, entry] of Object.entries(adapter.errors)) {
      expect(code).toMatch(new RegExp(`^${adapter.type}/[a-z0-9-]+$`))
      expectBothLanguages(entry.title)
      expectBothLanguages(entry.action)
    }
  })

  test('draws an icon that can do nothing but be looked at', () => {
    expect(adapter.icon).toMatch(/^<svg [^>]*viewBox="0 0 24 24"/)
    expect(adapter.icon).toMatch(/<\/svg>$/)
    const withoutNamespace = adapter.icon.replace('xmlns="http://www.w3.org/2000/svg"', '')
    expect(withoutNamespace).not.toMatch(
      /script|foreignObject|<style|<image|<use|href|url\(|\son\w+=|https?:|data:/i,
    )
  })
}

function readingIsTotal(adapter: AnyAdapter, fixtures: readonly Fixture[]): void {
  test.each(fixtures)('$source', ({ body, kinds, readAt }) => {
    expect(readAt).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    const hook = hookOf(JSON.stringify(body))
    const entries = adapter.split(hook)
    expect(entries.flatMap(({ part }) => adapter.parse(part)).map(({ kind }) => kind)).toEqual(kinds)
    expect(adapter.split(hook).map(({ eventKey }) => eventKey)).toEqual(
      entries.map(({ eventKey }) => eventKey),
    )
    // The mailbox orders by `laneKey` and the domain by `talk`: they must be the same thing.
    for (const entry of entries) {
      for (const event of adapter.parse(entry.part)) {
        if (event.kind !== 'unsupported' || event.talk !== 'unknown') expect(event.talk).toBe(entry.laneKey)
      }
    }
  })

  test('survive any bytes: something comes out, it can be stored, and equal bytes have equal keys', () => {
    const bodies = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constantFrom('', '{', '[]', 'null', '"\\u0000"', '{"__proto__":{"x":1}}', '['.repeat(100_000)),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
    )
    fc.assert(fc.property(bodies, (body) => expectTotal(adapter, body)))
  })

  test('survive a known hook with one value replaced by anything', () => {
    const bent = fc
      .tuple(fc.constantFrom(...fixtures), fc.nat(), fc.jsonValue())
      .map(([fixture, position, value]) => JSON.stringify(replaceAt(fixture.body, position, value as Json)))
    fc.assert(
      fc.property(bent, (body) => expectTotal(adapter, body)),
      { numRuns: 300 },
    )
  })

  test('parse survives parts that split never made', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (part) => {
        expect(adapter.parse(part as Json).length).toBeGreaterThan(0)
      }),
    )
  })
}

function claimsHold(adapter: AnyAdapter, start: StartEmulator): void {
  let emulator: Emulator
  let sink: HookSink
  let context: CallContext<Readonly<Record<string, unknown>>>
  const files = new Map<string, EmulatedFile>()

  beforeAll(async () => {
    emulator = await start({ firstRetryMs: 5, maxRetryMs: 20 })
    sink = await startHookSink(adapter, emulator.settings, HOOK_SECRET)
    context = contextOf(emulator, sink, files)
    emulator.pointAt({ hookUrl: sink.url, hookSecret: HOOK_SECRET })
    if (adapter.connect) expect(await adapter.connect(context)).toMatchObject({ state: 'connected' })
  })
  afterAll(async () => {
    if (adapter.disconnect) await adapter.disconnect(context)
    await emulator.stop()
    await sink.stop()
  })

  /** Events that came out of what `act` did. */
  async function eventsOf(act: () => void): Promise<InboundEvent[]> {
    const before = sink.events.length
    act()
    await emulator.delivery.settled()
    return sink.events.slice(before)
  }
  async function only<K extends InboundEvent['kind']>(
    kind: K,
    act: () => void,
  ): Promise<Extract<InboundEvent, { kind: K }>> {
    const events = await eventsOf(act)
    expect(events.map((event) => event.kind)).toEqual([kind])
    return events[0] as Extract<InboundEvent, { kind: K }>
  }
  async function send(talk: string, change: Partial<OutboundMessage> = {}): Promise<SendOutcome> {
    const outcome = await adapter.send(messageTo(talk, change), context)
    if ('code' in outcome) expect(Object.keys(adapter.errors)).toContain(outcome.code)
    return outcome
  }
  const hasNetwork = adapter.can.transport !== 'embedded'

  test('the settings of its emulator pass its own schema', () => {
    expect([...Value.Errors(adapter.settings, emulator.settings)]).toEqual([])
  })

  test('a text of the customer arrives once, in its talk, with its words', async () => {
    const person = emulator.person({ name: 'Анна' })
    const event = await only('message-received', () => person.write('Здравствуйте 👋'))
    expect(event).toMatchObject({ talk: person.talk, text: 'Здравствуйте 👋', author: 'contact' })
    expect(Date.parse(event.occurredAt)).toBeGreaterThan(Date.parse('2020-01-01'))
  })

  test('a repeated hook has the same event keys', async () => {
    const before = sink.duplicates.length
    emulator.delivery.duplicateNext(1)
    await only('message-received', () => emulator.person().write('twice'))
    expect(sink.duplicates.length).toBe(before + 1)
  })

  test('hooks in another order are the same events', async () => {
    const person = emulator.person()
    emulator.delivery.hold()
    const ids = [person.write('one'), person.write('two'), person.write('three')]
    const events = await eventsOf(() => emulator.delivery.release('reversed'))
    expect(events.map((event) => (event.kind === 'message-received' ? event.text : event.kind))).toEqual([
      'three',
      'two',
      'one',
    ])
    expect(new Set(ids).size).toBe(3)
  })

  test('a forged hook is refused', () => {
    const genuine = sink.hooks[0]!
    expect(adapter.verify(genuine, emulator.settings, { hookSecret: HOOK_SECRET })).toBe('genuine')
    expect(adapter.verify(genuine, emulator.settings, { hookSecret: `${HOOK_SECRET}x` })).toBe('forged')
    expect(adapter.verify({ ...genuine, headers: {} }, emulator.settings, { hookSecret: HOOK_SECRET })).toBe(
      'forged',
    )
    expect(adapter.verify({ ...genuine, headers: {} }, emulator.settings, { hookSecret: '' })).toBe('forged')
  })

  test('a text is sent and stays whole', async () => {
    const person = emulator.person()
    await eventsOf(() => person.write('hello'))
    const text = 'Добрый день! '.repeat(adapter.can.text.split ? 1000 : 20)
    const before = emulator.sent.length
    const outcome = await send(person.talk, { text })
    expect(outcome.status).toMatch(/^(sent|accepted)$/)
    if (!hasNetwork) return
    const arrived = emulator.sent.slice(before)
    expect(wordsOf(arrived.map((message) => message.text).join(' '))).toEqual(wordsOf(text))
    expect(arrived.every((message) => message.talk === person.talk)).toBe(true)
    if (outcome.status === 'sent') expect(outcome.externalIds.length).toBe(arrived.length)
  })

  test.each(FILES)('media $kind goes the ways that are claimed', async (file) => {
    const claim = adapter.can.media[file.kind]
    const person = emulator.person()
    await eventsOf(() => person.write('hello'))
    if (claim?.in) {
      expect(person.sendFile, 'the emulator can send files').toBeDefined()
      const event = await only('message-received', () => person.sendFile?.({ ...file, caption: 'подпись' }))
      expect(event.text).toBe('подпись')
      expect(event.attachments).toHaveLength(1)
      const { source, kind } = event.attachments[0]!
      expect(kind).toBe(file.kind)
      if ('reference' in source) {
        const fetched = await adapter.fetchMedia!(source.reference, context)
        expect(await readAll(fetched.stream)).toEqual(Buffer.from(file.bytes))
      } else {
        expect(source.attachmentId).not.toBe('')
      }
    }
    if (claim?.out) {
      const id = crypto.randomUUID()
      files.set(id, file)
      const before = emulator.sent.length
      const { kind, name, mime } = file
      const attachment = { id, kind, name, mime, sizeBytes: file.bytes.byteLength }
      const outcome = await send(person.talk, { text: 'смотрите', attachments: [attachment] })
      expect(outcome.status).toMatch(/^(sent|accepted)$/)
      if (!hasNetwork) return
      const arrived = emulator.sent.slice(before)
      expect(arrived.map((message) => message.text).join('')).toBe('смотрите')
      const [got, ...rest] = arrived.flatMap((message) => message.files)
      expect(rest).toEqual([])
      expect(got).toMatchObject({ name, mime })
      if (got?.bytes) expect(Buffer.from(got.bytes)).toEqual(Buffer.from(file.bytes))
    }
  })

  test.runIf(adapter.can.edit.customer)('an edit of the customer names the message it edits', async () => {
    const person = emulator.person()
    let id = ''
    const written = await only('message-received', () => {
      id = person.write('frist')
    })
    const edited = await only('message-edited', () => person.edit!(id, 'first'))
    expect(edited).toMatchObject({ externalMessageId: written.externalMessageId, text: 'first' })
  })

  test.runIf(adapter.can.remove.customer)('a removal by the customer names the message', async () => {
    const person = emulator.person()
    let id = ''
    const written = await only('message-received', () => {
      id = person.write('oops')
    })
    const removed = await only('message-removed', () => person.remove!(id))
    expect(removed.externalMessageId).toBe(written.externalMessageId)
  })

  test.runIf(adapter.can.typing.customer)('typing of the customer is seen', async () => {
    const person = emulator.person()
    expect((await only('typing', () => person.type!())).talk).toBe(person.talk)
  })

  // Inside our own server typing goes over the server's stream and is proved in its rings.
  test.runIf(adapter.can.typing.operator && hasNetwork)('typing of the operator is shown', async () => {
    const person = emulator.person()
    await eventsOf(() => person.write('hello'))
    await adapter.typing!(person.talk, context)
    expect(emulator.typingSeen).toContain(person.talk)
  })

  test('marks that are claimed come as receipts, others never', async () => {
    const person = emulator.person()
    await eventsOf(() => person.write('hello'))
    const outcome = await send(person.talk)
    for (const status of ['delivered', 'read'] as const) {
      if (!adapter.can.receipts.includes(status)) continue
      const externalId = outcome.status === 'sent' ? outcome.externalIds[0]! : 'none'
      const receipt = await only('receipt', () => person.mark!(externalId, status))
      expect(receipt).toMatchObject({ externalMessageId: externalId, status, talk: person.talk })
    }
    if (!adapter.can.receipts.includes('delivered')) expect(person.mark).toBeUndefined()
  })

  test('a quote points at the right message both ways, where the network has quotes', async () => {
    const person = emulator.person()
    if (!person.reply) return
    let id = ''
    const written = await only('message-received', () => {
      id = person.write('which one?')
    })
    const outcome = await send(person.talk, { replyToExternalId: written.externalMessageId })
    const ours = emulator.sent.at(-1)!
    expect(ours.replyTo).toBe(id)
    const answer = await only('message-received', () => person.reply!(ours.id, 'this one'))
    expect(outcome.status).toBe('sent')
    if (outcome.status === 'sent') expect(outcome.externalIds).toContain(answer.replyToExternalId)
  })

  test('a request is taken where the channel says so: a talk of its own, its fields and consents as they were', async () => {
    const person = emulator.person()
    expect(person.leaveRequest !== undefined).toBe(adapter.can.requests)
    if (!person.leaveRequest) return
    const fields = [
      { name: 'name', label: '', value: 'Анна' },
      { name: 'phone', label: '', value: '+79120000000' },
      { name: 'size', label: 'Размер', value: '42' },
    ]
    let id = ''
    const request = await only('request-received', () => {
      id = person.leaveRequest!({ fields, mailing: true })
    })
    expect(request).toMatchObject({
      externalMessageId: id,
      contact: { name: 'Анна', phone: '+79120000000' },
      fields,
      technical: false,
      consent: { personalData: true, mailing: true },
    })
    expect(request.talk).toBe(`${REQUEST_TALK}${id}`)
    const trial = await only('request-received', () => {
      person.leaveRequest!({ fields, technical: true })
    })
    expect(trial).toMatchObject({ technical: true, consent: { mailing: false } })
    expect(trial.talk).not.toBe(request.talk)
  })

  test('contact data that a person shares arrives with its honesty', async () => {
    const person = emulator.person()
    if (!person.shareContact) {
      expect(adapter.can.contactForm).toBe(false)
      return
    }
    const events = await eventsOf(() => person.shareContact!({ name: 'Анна', phone: '+79120000000' }))
    const shared = events.find((event) => 'contact' in event && event.contact.phone !== undefined)
    expect(shared).toMatchObject({ talk: person.talk, contact: { phone: '+79120000000' } })
    if (shared && 'contact' in shared && !adapter.can.contactData.includes('phone')) {
      expect(shared.contact.vouched ?? false).toBe(false)
    }
  })

  test('a person who blocks us is known as not allowed, and sending says so', async () => {
    const person = emulator.person()
    if (!person.block) return
    await eventsOf(() => person.write('hello'))
    expect(await only('allowed', () => person.block!())).toMatchObject({ allowed: false })
    expect(await send(person.talk)).toMatchObject({
      status: 'rejected',
      errorClass: 'recipient-unreachable',
    })
    expect(await only('allowed', () => person.unblock!())).toMatchObject({ allowed: true })
  })

  test.runIf(hasNetwork)('every fault of the network ends in an outcome that is true', async () => {
    const person = emulator.person()
    await eventsOf(() => person.write('hello'))
    const faults: Fault[] = [
      { kind: 'rate-limit', retryAfterSeconds: 7 },
      { kind: 'server-error', status: 500 },
      { kind: 'server-error', status: 503 },
      { kind: 'cut-before' },
      { kind: 'cut-after' },
    ]
    for (const fault of faults) {
      const before = emulator.sent.length
      emulator.faults.next(fault)
      const message = messageTo(person.talk, {})
      const outcome = await adapter.send(message, context)
      const arrived = emulator.sent.length - before
      const label = `${JSON.stringify(fault)} → ${JSON.stringify(outcome)}`
      expect(outcome.status, label).toMatch(/^(retry|uncertain)$/)
      if ('code' in outcome) expect(Object.keys(adapter.errors), label).toContain(outcome.code)
      if (fault.kind === 'rate-limit')
        expect(outcome, label).toMatchObject({ status: 'retry', afterMs: 7000 })
      if (outcome.status !== 'retry') continue
      // "May be repeated" is only true if repeating it leaves the customer with one message.
      const again = await adapter.send(message, context)
      expect(again.status, label).toBe('sent')
      expect(emulator.sent.length - before, label).toBe(1)
      expect(arrived, label).toBeLessThanOrEqual(1)
    }
  })

  test.runIf(adapter.can.repeatIsSafe)('the same message sent twice is one message', async () => {
    const person = emulator.person()
    await eventsOf(() => person.write('hello'))
    const message = messageTo(person.talk, {})
    const before = emulator.sent.length
    const first = await adapter.send(message, context)
    expect(await adapter.send(message, context)).toEqual(first)
    expect(emulator.sent.length - before).toBe(hasNetwork ? 1 : 0)
  })

  test.runIf(hasNetwork)('an unreachable network is surely not sent', async () => {
    const closed = await startEmulatorServer(() => 'cut')
    await closed.stop()
    const nowhere: typeof fetch = (_input, init) => fetch(closed.url, init)
    const message = messageTo(emulator.person().talk, {})
    const outcome = await adapter.send(message, { ...context, fetch: nowhere })
    expect(outcome.status).toBe('retry')
  })
}

function contextOf(
  emulator: Emulator,
  sink: HookSink,
  files: ReadonlyMap<string, EmulatedFile>,
): CallContext<Readonly<Record<string, unknown>>> {
  return {
    settings: emulator.settings,
    secrets: { hookSecret: HOOK_SECRET },
    hookUrl: sink.url,
    fetch,
    signal: new AbortController().signal,
    async openFile(attachmentId) {
      const { bytes, mime, name } = files.get(attachmentId)!
      const stream = new Blob([Uint8Array.from(bytes)]).stream()
      return { stream, sizeBytes: bytes.byteLength, mime, name }
    },
  }
}

function messageTo(talk: string, change: Partial<OutboundMessage>): OutboundMessage {
  return {
    id: crypto.randomUUID(),
    talk,
    sequence: 1,
    text: 'Добрый день!',
    attachments: [],
    createdAt: new Date().toISOString(),
    ...change,
  }
}

function expectTotal(adapter: AnyAdapter, body: string): void {
  const entries = adapter.split(hookOf(body))
  expect(entries.length).toBeGreaterThan(0)
  expect(adapter.split(hookOf(body))).toEqual(entries)
  for (const { eventKey, laneKey, part } of entries) {
    const stored = JSON.stringify({ eventKey, laneKey, part })
    // Escapes that PostgreSQL's jsonb refuses.
    expect(stored).not.toMatch(/\\u0000|\\ud[89a-f]/)
    expect(laneKey).not.toBe('')
    expect(eventKey.length).toBeLessThanOrEqual(500)
    const events = adapter.parse(JSON.parse(stored).part)
    expect(events.length).toBeGreaterThan(0)
    for (const event of events) expect(Number.isNaN(Date.parse(event.occurredAt))).toBe(false)
  }
}

/** Replaces the value at the n-th place of a JSON tree, counted in reading order. */
function replaceAt(tree: Json, position: number, value: Json): Json {
  let left = position % countPlaces(tree)
  function walk(node: Json): Json {
    if (left-- === 0) return value
    if (Array.isArray(node)) return node.map(walk)
    if (typeof node !== 'object' || node === null) return node
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, walk(item)]))
  }
  return walk(tree)
}

function countPlaces(node: Json): number {
  if (typeof node !== 'object' || node === null) return 1
  return 1 + Object.values(node).reduce<number>((sum, item) => sum + countPlaces(item as Json), 0)
}

function expectBothLanguages({ ru, en }: Text, { mayBeEqual = false } = {}): void {
  expect(ru.trim()).not.toBe('')
  expect(en.trim()).not.toBe('')
  expect(en).not.toMatch(/[а-яё]/i)
  if (!mayBeEqual) expect(ru).toMatch(/[а-яё]/i)
}

function hookOf(body: string): RawHook {
  return {
    method: 'POST',
    path: '/hooks/x',
    query: {},
    headers: {},
    body: new TextEncoder().encode(body),
    remoteAddress: '127.0.0.1',
  }
}

function readFixtures(folder: URL): Fixture[] {
  const fixtures = new URL('fixtures/', folder)
  return readdirSync(fixtures)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8')))
}

function bytesOf(seed: string): Uint8Array {
  return new TextEncoder().encode(`${seed}\r\n--not-a-boundary\r\n\u0000`.repeat(500))
}

/** Networks trim white space at the ends of a message; words are never cut. */
function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
