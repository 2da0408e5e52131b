// @vitest-environment happy-dom
import type { WidgetAccepted, WidgetMessage } from '@trunkline/contracts/widget/protocol'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Drawer, openDrawer } from './drawer.ts'
import type { Answer } from './hub-client.ts'
import { createOutbox, type Outbox, type OutboxEntry } from './outbox.ts'

const entry = (clientId: string): OutboxEntry => ({
  clientId,
  text: clientId,
  fileIds: [],
  files: [],
  context: { pageUrl: 'https://shop.example/' },
  sentAt: '2026-11-20T09:00:00.000Z',
})
const OK: Answer<WidgetAccepted> = { kind: 'ok', value: { duplicate: false } }
const refused = (status: number, more: { retryAfterMs?: number } = {}): Answer<WidgetAccepted> => ({
  kind: 'refused',
  status,
  title: `refused ${status}`,
  fields: {},
  ...more,
})

let drawer: Drawer
let boxes: Outbox[]
/** What reached the hub, whether its answer came back or not. */
let posted: string[]

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  drawer = openDrawer('key')
  boxes = []
  posted = []
})
afterEach(() => {
  for (const box of boxes) box.close()
  vi.useRealTimers()
})

function outbox(answers: (message: WidgetMessage) => Answer<WidgetAccepted>, more: { drawer?: Drawer } = {}) {
  const accepted: string[] = []
  const signedOut = vi.fn()
  const box = createOutbox({
    drawer: more.drawer ?? drawer,
    post: async (message) => {
      posted.push(message.clientId)
      return answers(message)
    },
    alone: (work) => work(),
    changed: () => undefined,
    accepted: ({ clientId }) => accepted.push(clientId),
    signedOut,
    random: () => 0.5,
  })
  boxes.push(box)
  return { box, accepted, signedOut }
}

describe('the outbox', () => {
  test('sends in order and forgets what was accepted', async () => {
    const { box, accepted } = outbox(() => OK)
    box.add(entry('a'))
    box.add(entry('b'))
    await vi.runAllTimersAsync()
    expect(accepted).toEqual(['a', 'b'])
    expect(box.entries()).toEqual([])
  })

  test('keeps everything while there is no answer, tries again with growing pauses, and never overtakes', async () => {
    let online = false
    const { box, accepted } = outbox(() => (online ? OK : { kind: 'unreachable' }))
    box.add(entry('a'))
    box.add(entry('b'))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(new Set(posted)).toEqual(new Set(['a']))
    expect(posted.length).toBeLessThan(6)
    online = true
    await vi.advanceTimersByTimeAsync(31_000)
    expect(accepted).toEqual(['a', 'b'])
  })

  test('goes at once when the network comes back', async () => {
    let online = false
    const { box, accepted } = outbox(() => (online ? OK : { kind: 'unreachable' }))
    box.add(entry('a'))
    await vi.advanceTimersByTimeAsync(20_000)
    online = true
    box.kick()
    await vi.advanceTimersByTimeAsync(0)
    expect(accepted).toEqual(['a'])
  })

  test('outlives the page: the next one sends what was left, under the same id', async () => {
    const { box } = outbox(() => ({ kind: 'unreachable' }))
    box.add(entry('a'))
    await vi.advanceTimersByTimeAsync(0)
    box.close()
    const next = outbox(() => OK, { drawer: openDrawer('key') })
    next.box.kick()
    await vi.runAllTimersAsync()
    expect(next.accepted).toEqual(['a'])
    expect(new Set(posted)).toEqual(new Set(['a']))
  })

  test('works where storage throws, as long as the page lives', async () => {
    const forbidden = openDrawer('key', () => {
      throw new DOMException('denied', 'SecurityError')
    })
    let online = false
    const { box, accepted } = outbox(() => (online ? OK : { kind: 'unreachable' }), { drawer: forbidden })
    box.add(entry('a'))
    await vi.advanceTimersByTimeAsync(100)
    expect(box.entries().map(({ clientId }) => clientId)).toEqual(['a'])
    online = true
    box.kick()
    await vi.advanceTimersByTimeAsync(0)
    expect(accepted).toEqual(['a'])
  })

  test('waits as long as the hub asks', async () => {
    let calm = false
    const { box, accepted } = outbox(() => (calm ? OK : refused(429, { retryAfterMs: 20_000 })))
    box.add(entry('a'))
    await vi.advanceTimersByTimeAsync(19_000)
    expect(posted).toHaveLength(1)
    calm = true
    await vi.advanceTimersByTimeAsync(2_000)
    expect(accepted).toEqual(['a'])
  })

  test('sets aside what is refused for good, sends the others, and tries it again when asked', async () => {
    let strict = true
    const { box, accepted } = outbox(({ clientId }) => (strict && clientId === 'a' ? refused(422) : OK))
    box.add(entry('a'))
    box.add(entry('b'))
    await vi.runAllTimersAsync()
    expect(accepted).toEqual(['b'])
    expect(box.entries()).toMatchObject([{ clientId: 'a', failed: 'refused 422' }])
    strict = false
    box.retry('a')
    await vi.runAllTimersAsync()
    expect(accepted).toEqual(['b', 'a'])
  })

  test('forgets what the visitor threw away', async () => {
    const { box } = outbox(() => refused(422))
    box.add(entry('a'))
    await vi.runAllTimersAsync()
    box.discard('a')
    expect(box.entries()).toEqual([])
  })

  test('with a token that the hub no longer knows begins anew, once', async () => {
    let known = false
    const { box, accepted, signedOut } = outbox(() => (known ? OK : refused(401)))
    signedOut.mockImplementation(() => {
      known = true
    })
    box.add(entry('a'))
    await vi.advanceTimersByTimeAsync(0)
    expect(signedOut).toHaveBeenCalledTimes(1)
    expect(accepted).toEqual(['a'])
  })

  test('a hub that refuses every token is not asked without end', async () => {
    const { box, signedOut } = outbox(() => refused(401))
    box.add(entry('a'))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(signedOut.mock.calls.length).toBeLessThan(6)
    expect(box.entries()).toHaveLength(1)
  })

  test('of two tabs sees what the other put in', async () => {
    const offline = outbox(() => ({ kind: 'unreachable' }))
    const online = outbox(() => OK)
    offline.box.add(entry('from the other tab'))
    online.box.kick()
    await vi.advanceTimersByTimeAsync(0)
    expect(online.accepted).toEqual(['from the other tab'])
    expect(offline.box.entries()).toEqual([])
  })
})
