import type {
  WidgetChatMessage,
  WidgetEvent,
  WidgetFile,
  WidgetRequestForm,
  WidgetWelcome,
} from '@trunkline/contracts/widget/protocol'
import {
  endsTyping,
  mergeMessages,
  newestOf,
  type PendingMessage,
  pendingMessages,
  unreadCount,
  withAnswer,
  withRead,
} from './chat-messages.ts'
import type { Drawer } from './drawer.ts'
import { type FormValues, isFilled } from './form-rules.ts'
import type { HubClient } from './hub-client.ts'
import { runLive, wakeSource } from './live.ts'
import { createOutbox, type OutboxEntry } from './outbox.ts'
import { randomId } from './random-id.ts'
import { createRequestDesk, type RequestPart } from './request-desk.ts'
import { type FormResult, givenIn, sendForm } from './send-form.ts'
import { openTabs, type Tabs } from './tabs.ts'
import { createUploads, type Upload } from './uploads.ts'
import { visitContext } from './visit-context.ts'

/** All that the widget shows. Replaced as a whole with every change. */
export interface ChatState {
  readonly open: boolean
  /** `idle` until the first click; `unreachable` and `refused` only while nothing can be shown instead. */
  readonly phase: 'idle' | 'loading' | 'ready' | 'unreachable' | 'refused'
  readonly welcome: WidgetWelcome | undefined
  readonly form: boolean
  readonly request: RequestPart
  /** The form that may be left instead of a chat, where it is offered. */
  readonly requestForm: WidgetRequestForm | undefined
  readonly messages: readonly WidgetChatMessage[]
  readonly pending: readonly PendingMessage[]
  readonly uploads: readonly Upload[]
  readonly unread: number
  readonly typing: boolean
  readonly closed: boolean
  /** False while neither the stream nor the last call reached the hub. */
  readonly connected: boolean
}

/** One visitor's chat on one page. Every function may be taken off it and called alone, as views do. */
export interface Session {
  state(): ChatState
  subscribe(listener: () => void): () => void
  /** Looks for unread messages, if this visitor ever wrote. Makes no call otherwise. */
  begin(): void
  open(): void
  close(): void
  send(text: string): void
  retry(clientId: string): void
  discard(clientId: string): void
  submitForm(values: FormValues): Promise<FormResult>
  skipForm(): void
  /** Shows the request form: the visitor chose it, or fills it in already. */
  openRequest(): void
  leaveRequest(): void
  requestDraft(): FormValues
  submitRequest(values: FormValues): Promise<FormResult>
  /** The visitor is typing. */
  typing(): void
  attach(files: readonly File[]): void
  removeUpload(id: string): void
  retryUpload(id: string): void
  draft(): string
  keepDraft(text: string): void
  /** The network is back, or the page is looked at again. */
  wake(): void
  /** The page is going away. */
  end(): void
}

const TYPING_SHOWN_MS = 6000
const TYPING_EVERY_MS = 3000
const HELLO_AGAIN_MS = 4000
/** A talk older than this is not watched on every page; it is looked at once. */
const WATCHED_MS = 3 * 24 * 3_600_000
/** How many accepted messages are shown from here until the hub tells them back. */
const MAX_ACCEPTED = 50

type News =
  | { readonly kind: 'event'; readonly event: WidgetEvent; readonly cursor: string }
  | { readonly kind: 'changed'; readonly what: 'outbox' | 'token' | 'read' | 'form' }
  | { readonly kind: 'accepted'; readonly entry: OutboxEntry }

export interface SessionDeps {
  readonly client: HubClient
  readonly drawer: Drawer
  readonly siteKey: string
  readonly locale: () => 'ru' | 'en'
  readonly page: () => { url: string; title: string; timeZone?: string; visible: boolean }
  /** A message was accepted by the visitor's own act: the site may count it. */
  readonly messageSent: () => void
  readonly openStream?: (url: string) => EventSource
  readonly openTabs?: typeof openTabs
}

export function createSession(deps: SessionDeps): Session {
  const { client, drawer } = deps
  const listeners = new Set<() => void>()
  const ending = new AbortController()
  const awake = wakeSource()
  let accepted: OutboxEntry[] = []
  let cursor = drawer.get<string>('cursor') ?? ''
  let watching = false
  let loading = false
  let typingTimer: ReturnType<typeof setTimeout> | undefined
  let helloTimer: ReturnType<typeof setTimeout> | undefined
  let typingToldAt = 0
  let formId = randomId()
  /** Places that are being told right now. */
  const telling = { delivered: 0, read: 0 }
  let state: ChatState = {
    open: false,
    phase: 'idle',
    welcome: drawer.get<WidgetWelcome>('welcome'),
    form: false,
    request: 'hidden',
    requestForm: undefined,
    messages: [],
    pending: [],
    uploads: [],
    unread: 0,
    typing: false,
    closed: false,
    connected: true,
  }

  const tabs: Tabs = (deps.openTabs ?? openTabs)(deps.siteKey, (news) => hear(news as News))
  const tell = (news: News) => tabs.tell(news)
  const token = () => drawer.get<string>('token')

  function set(change: Partial<ChatState>): void {
    state = { ...state, ...change }
    state = {
      ...state,
      pending: pendingMessages(state.messages, accepted, outbox.entries()),
      unread: unreadCount(state.messages, drawer.get<number>('read') ?? 0),
      form: needsForm(),
    }
    const talk = state.messages.length + state.pending.length > 0
    state = {
      ...state,
      request: desk.part(state.welcome, talk),
      requestForm: desk.form(state.welcome),
    }
    for (const listener of listeners) listener()
  }

  function needsForm(): boolean {
    const { welcome } = state
    return (
      welcome?.contactForm !== undefined &&
      !welcome.knownVisitor &&
      !drawer.get<boolean>('form') &&
      state.messages.length === 0 &&
      state.pending.length === 0
    )
  }

  const outbox = createOutbox({
    drawer,
    post: client.message,
    alone: (work) => tabs.alone('send', work),
    changed: () => {
      set({})
      tell({ kind: 'changed', what: 'outbox' })
    },
    accepted: (entry, answer) => {
      accepted = [...accepted, entry].slice(-MAX_ACCEPTED)
      tell({ kind: 'accepted', entry })
      keepToken(answer.token)
      drawer.set('active', Date.now())
      set({ connected: true })
      deps.messageSent()
    },
    signedOut: forgetVisitor,
  })

  const desk = createRequestDesk({
    drawer,
    post: client.request,
    alone: (work) => tabs.alone('send', work),
    context: () => visitContext(drawer, deps.page()),
    accepted: (answer) => {
      // Whoever left a request has said who they are.
      drawer.set('form', true)
      keepToken(answer.token)
    },
    signedOut: forgetVisitor,
  })

  const uploads = createUploads({
    client,
    maxBytes: () => state.welcome?.maxFileBytes ?? 0,
    changed: (list) => set({ uploads: list }),
    // One at a time with the messages: the first of them all brings the token that the others need.
    alone: (work) => tabs.alone('send', work),
    uploaded: (file) => keepToken(file.token),
    signedOut: forgetVisitor,
  })

  function keepToken(given: string | undefined): void {
    if (given && !token()) {
      drawer.set('token', given)
      tell({ kind: 'changed', what: 'token' })
    }
    if (token()) watch()
  }

  /** The form before the chat was filled in or skipped: no tab asks for it again. */
  function passForm(): void {
    drawer.set('form', true)
    tell({ kind: 'changed', what: 'form' })
    set({})
  }

  /** The hub does not know the token: whoever writes now is a new visitor to it. */
  function forgetVisitor(): void {
    for (const name of ['token', 'cursor', 'read', 'marked']) drawer.remove(name)
    cursor = ''
    telling.delivered = 0
    telling.read = 0
    set({ messages: [] })
  }

  function watch(): void {
    if (watching || ending.signal.aborted) return
    watching = true
    tabs.lead(
      'stream',
      async () => {
        await runLive(
          {
            ticket: client.ticket,
            open: (ticket, after) =>
              (deps.openStream ?? ((url: string) => new EventSource(url)))(client.streamUrl(ticket, after)),
            poll: () => client.messagesAfter(newestOf(state.messages, 'all')),
            cursor: () => cursor,
            heard: (event, at) => {
              tell({ kind: 'event', event, cursor: at })
              take(event, at)
              if (event.kind === 'message') mark('delivered')
            },
            state: (live) => {
              set({ connected: live === 'live' })
              if (live !== 'live') return
              outbox.kick()
              mark('delivered')
              readWhatIsSeen()
            },
            signedOut: () => {
              watching = false
              forgetVisitor()
            },
          },
          ending.signal,
          awake,
        )
      },
      ending.signal,
    )
  }

  function hear(news: News): void {
    if (news.kind === 'event') {
      take(news.event, news.cursor)
      return
    }
    if (news.kind === 'accepted') accepted = [...accepted, news.entry].slice(-MAX_ACCEPTED)
    else if (news.what === 'token') watch()
    else if (news.what === 'outbox') outbox.kick()
    set({})
  }

  function take(event: WidgetEvent, at: string): void {
    if (at !== '') {
      cursor = at
      drawer.set('cursor', at)
    }
    if (endsTyping(event)) clearTimeout(typingTimer)
    switch (event.kind) {
      case 'message':
        if (event.message.from === 'operator') drawer.set('active', Date.now())
        set({
          messages: withAnswer(mergeMessages(state.messages, [event.message]), event.message),
          closed: false,
          ...(endsTyping(event) ? { typing: false } : {}),
        })
        break
      case 'typing':
        clearTimeout(typingTimer)
        typingTimer = setTimeout(() => set({ typing: false }), TYPING_SHOWN_MS)
        set({ typing: true })
        break
      case 'read':
        set({ messages: withRead(state.messages, event.upTo) })
        break
      case 'closed':
        set({ closed: true, typing: false })
    }
    readWhatIsSeen()
  }

  function readWhatIsSeen(): void {
    if (!state.open || state.phase !== 'ready' || !deps.page().visible) return
    const upTo = newestOf(state.messages, 'operator')
    if (upTo > (drawer.get<number>('read') ?? 0)) {
      drawer.set('read', upTo)
      tell({ kind: 'changed', what: 'read' })
      set({})
    }
    mark('read')
  }

  /** Tells the company how far its messages came: until it knows, even if this page went away before the answer. */
  function mark(kind: 'delivered' | 'read'): void {
    const upTo = newestOf(state.messages, 'operator')
    const told = () => drawer.get<Record<string, number>>('marked') ?? {}
    if (upTo === 0 || !token() || upTo <= Math.max(told()[kind] ?? 0, telling[kind])) return
    telling[kind] = upTo
    void client.mark({ kind, upTo }).then((answer) => {
      if (answer.kind === 'ok') drawer.set('marked', { ...told(), [kind]: Math.max(told()[kind] ?? 0, upTo) })
      // Not told: the next event, a new stream or opening the chat again tries it again.
      else if (telling[kind] === upTo) telling[kind] = 0
    })
  }

  async function load(): Promise<void> {
    if (loading) return
    loading = true
    clearTimeout(helloTimer)
    if (state.phase !== 'ready') set({ phase: state.welcome ? 'ready' : 'loading' })
    const known = token()
    const answer = await client.hello({ locale: deps.locale(), ...(known ? { token: known } : {}) })
    loading = false
    if (answer.kind === 'ok') {
      const { messages, ...settings } = answer.value
      drawer.set('welcome', { ...settings, messages: [], cursor: '' })
      if (cursor === '' || !watching) cursor = answer.value.cursor
      set({
        phase: 'ready',
        connected: true,
        welcome: answer.value,
        messages: mergeMessages(state.messages, messages),
      })
      if (known) watch()
      outbox.kick()
      readWhatIsSeen()
    } else if (answer.kind === 'refused' && answer.status === 401) {
      forgetVisitor()
      await load()
    } else if (answer.kind === 'refused' && answer.status < 429) {
      // biome-ignore lint/suspicious/noConsole: whoever installs the widget looks nowhere else
      console.warn(`Trunkline chat: ${answer.title || answer.status}`)
      set({ phase: 'refused' })
    } else {
      set({ phase: state.welcome ? 'ready' : 'unreachable', connected: false })
      if (state.open) helloTimer = setTimeout(() => void load(), HELLO_AGAIN_MS * (0.5 + Math.random()))
    }
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    begin() {
      outbox.kick()
      if (!token()) return
      void client.messagesAfter(drawer.get<number>('read') ?? 0).then((answer) => {
        if (answer.kind === 'refused' && answer.status === 401) return forgetVisitor()
        if (answer.kind !== 'ok') return
        set({ messages: mergeMessages(state.messages, answer.value.messages) })
        mark('delivered')
        if (Date.now() - (drawer.get<number>('active') ?? 0) < WATCHED_MS) watch()
      })
    },
    open() {
      set({ open: true })
      void load()
      readWhatIsSeen()
    },
    close() {
      clearTimeout(helloTimer)
      set({ open: false })
    },
    send(text) {
      const files = uploads.take()
      if (text.trim() === '' && files.length === 0) return
      drawer.remove('draft')
      outbox.add({
        clientId: randomId(),
        text: text.trim(),
        fileIds: files.map(({ id }) => id),
        files: files.map(({ token: _, ...file }): WidgetFile => file),
        context: visitContext(drawer, deps.page()),
        sentAt: new Date().toISOString(),
      })
      set({ closed: false })
    },
    retry: outbox.retry,
    discard: outbox.discard,
    async submitForm(values) {
      const form = state.welcome?.contactForm
      if (!form || !isFilled(form, values)) {
        passForm()
        return { kind: 'done' }
      }
      let result: FormResult = { kind: 'failed' }
      await tabs.alone('send', async () => {
        result = await sendForm({
          form,
          post: () =>
            client.contact({
              clientId: formId,
              ...givenIn(form, values),
              context: visitContext(drawer, deps.page()),
            }),
          accepted: (answer) => {
            formId = randomId()
            keepToken(answer.token)
            passForm()
          },
          signedOut: forgetVisitor,
        })
      })
      return result
    },
    openRequest() {
      desk.choose(state.welcome)
      set({})
    },
    leaveRequest() {
      desk.leave()
      set({})
    },
    requestDraft: desk.draft,
    async submitRequest(values) {
      const result = await desk.submit(state.welcome, values)
      set({})
      return result
    },
    skipForm: passForm,
    typing() {
      const now = Date.now()
      if (!token() || state.messages.length === 0 || now - typingToldAt < TYPING_EVERY_MS) return
      typingToldAt = now
      void client.typing()
    },
    attach: uploads.add,
    removeUpload: uploads.remove,
    retryUpload: uploads.retry,
    draft: () => drawer.get<string>('draft') ?? '',
    keepDraft: (text) => (text ? drawer.set('draft', text) : drawer.remove('draft')),
    wake() {
      awake.wake()
      outbox.kick()
      if (state.open && !state.connected) void load()
      readWhatIsSeen()
    },
    end() {
      ending.abort()
      outbox.close()
      clearTimeout(typingTimer)
      clearTimeout(helloTimer)
      tabs.close()
    },
  }
}
