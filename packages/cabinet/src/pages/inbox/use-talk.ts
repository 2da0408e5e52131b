import type { Attachment, Message } from '@trunkline/contracts/http/conversations'
import { newId } from '@trunkline/contracts/ids'
import { computed, onScopeDispose, type Ref, ref, type ShallowRef, shallowRef, triggerRef, watch } from 'vue'
import { type ApiProblem, api, asProblem } from '../../api/client.ts'
import { onCabinetEvent, useStreamState } from '../../api/events.ts'
import {
  EMPTY_LOG,
  type MessageLog,
  newestSequence,
  oldestSequence,
  visiblePending,
  withConfirmed,
  withEarlier,
  withLatest,
  withMessage,
  withoutPending,
  withPending,
  withRefused,
} from './message-log.ts'

const PAGE = 50
const COALESCE_MS = 80
const MAX_KEPT = 30

/**
 * Talks looked at in this tab. They outlive the component: going back to a conversation shows it at once, and what was
 * being sent when the person left it is still there.
 */
const kept = new Map<string, ShallowRef<MessageLog>>()
/** Sends of one conversation go one after another, so that they are stored in the order they were written. */
const lanes = new Map<string, Promise<void>>()

function talkOf(id: string): ShallowRef<MessageLog> {
  const known = kept.get(id) ?? shallowRef(EMPTY_LOG)
  kept.delete(id)
  kept.set(id, known)
  for (const [old, log] of kept) {
    if (kept.size <= MAX_KEPT) break
    if (log.value.pending.length === 0) kept.delete(old)
  }
  return known
}

/** Forgets every talk: another person has signed in. */
export function forgetTalks(): void {
  kept.clear()
  lanes.clear()
}

export interface NewMessage {
  readonly text: string
  readonly attachments: readonly Attachment[]
}

/** The talk of the chosen conversation: what is loaded, what is being sent, and what can be done with it. */
export function useTalk(conversationId: Ref<string>) {
  let current = talkOf(conversationId.value)
  const log = shallowRef(current.value)
  const loading = ref(false)
  const loadingEarlier = ref(false)
  const problem = shallowRef<ApiProblem | null>(null)

  const url = (id: string) => `/api/conversations/${id}/messages`
  type Page = { data: Message[]; hasEarlier: boolean }

  function change(id: string, next: (log: MessageLog) => MessageLog): void {
    const talk = talkOf(id)
    talk.value = next(talk.value)
    if (id === conversationId.value) log.value = talk.value
  }

  async function loadLatest(): Promise<void> {
    const id = conversationId.value
    loading.value = current.value.messages.length === 0
    try {
      const page = await api.get<Page>(url(id), { limit: PAGE })
      change(id, (talk) => withLatest(talk, page))
      if (id === conversationId.value) problem.value = null
    } catch (error) {
      if (id === conversationId.value) problem.value = asProblem(error)
    } finally {
      if (id === conversationId.value) loading.value = false
    }
  }

  async function loadEarlier(): Promise<void> {
    const id = conversationId.value
    const before = oldestSequence(log.value)
    if (loadingEarlier.value || !log.value.hasEarlier || before === undefined) return
    loadingEarlier.value = true
    try {
      const page = await api.get<Page>(url(id), { before, limit: PAGE })
      change(id, (talk) => withEarlier(talk, page))
    } catch (error) {
      if (id === conversationId.value) problem.value = asProblem(error)
    } finally {
      loadingEarlier.value = false
    }
  }

  function post(id: string, clientId: string): void {
    const earlier = lanes.get(id) ?? Promise.resolve()
    const next = earlier.then(async () => {
      const pending = talkOf(id).value.pending.find((each) => each.clientId === clientId)
      if (!pending) return
      try {
        const message = await api.post<Message>(url(id), {
          clientId,
          text: pending.text,
          attachmentIds: pending.attachments.map((file) => file.id),
          ...(pending.replyToId === null ? {} : { replyToId: pending.replyToId }),
        })
        change(id, (talk) => withConfirmed(talk, clientId, message))
      } catch (error) {
        change(id, (talk) => withRefused(talk, clientId, asProblem(error).title))
      }
    })
    lanes.set(id, next)
  }

  /** Shows the message at once and sends it; what becomes of it is seen in the talk. */
  function send(message: NewMessage): void {
    const id = conversationId.value
    const clientId = newId<string>(Date.now(), (bytes) =>
      crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
    )
    change(id, (talk) =>
      withPending(talk, {
        clientId,
        text: message.text,
        attachments: message.attachments,
        replyToId: null,
        at: new Date().toISOString(),
        after: newestSequence(talk),
        state: 'sending',
        error: null,
      }),
    )
    post(id, clientId)
  }

  /** Sends a refused message again under its own `clientId`: if it had arrived after all, it stays one message. */
  function resend(clientId: string): void {
    const id = conversationId.value
    const pending = log.value.pending.find((each) => each.clientId === clientId)
    if (!pending || pending.state === 'sending') return
    change(id, (talk) => withPending(talk, { ...pending, state: 'sending', error: null }))
    post(id, clientId)
  }

  function discard(clientId: string): void {
    change(conversationId.value, (talk) => withoutPending(talk, clientId))
  }

  /** Asks the server to try the delivery of a stored message again. @throws {ApiProblem} when it refuses. */
  async function retry(messageId: string): Promise<void> {
    const id = conversationId.value
    const message = await api.post<Message>(`${url(id)}/${messageId}/retry`)
    change(id, (talk) => withMessage(talk, message))
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = onCabinetEvent((event) => {
    if (event.kind !== 'message' && event.kind !== 'conversation') return
    if (event.conversationId !== conversationId.value) return
    timer ??= setTimeout(() => {
      timer = undefined
      void loadLatest()
    }, COALESCE_MS)
  })
  const stream = useStreamState()
  watch(stream, (now, before) => {
    if (now === 'live' && before === 'connecting') void loadLatest()
  })
  watch(
    conversationId,
    (id) => {
      current = talkOf(id)
      log.value = current.value
      triggerRef(log)
      problem.value = null
      loadingEarlier.value = false
      void loadLatest()
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })

  return {
    log,
    pending: computed(() => visiblePending(log.value)),
    loading,
    loadingEarlier,
    problem,
    loadLatest,
    loadEarlier,
    send,
    resend,
    discard,
    retry,
  }
}
