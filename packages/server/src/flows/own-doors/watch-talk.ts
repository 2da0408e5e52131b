import type { WorkspaceId } from '@trunkline/contracts/ids'
import type { Database } from '../../store/database.ts'
import {
  type Cursor,
  latestCursor,
  type Realtime,
  type RealtimeEvent,
  toCursor,
} from '../../store/realtime.ts'
import { talkTopic } from '../ingest-talk.ts'
import { type TalkEvent, type TalkMessage, viewMessages, viewTalk } from '../talk-view.ts'
import type { Visitor } from './visitor.ts'

/** What happens in a talk, as it may be seen from its other side. */
export type TalkNews =
  | { readonly kind: 'message'; readonly message: TalkMessage }
  | Exclude<TalkEvent, { kind: 'message' }>

export interface Watcher {
  /** In order. `cursor` is where to go on from after a break. */
  news(news: TalkNews, cursor: string): void
  /** The watching is over because of a fault; begin anew. */
  failed(error: unknown): void
}

/**
 * Watches one talk: what was missed since `after`, then what happens, without gap; a message may come twice.
 * When the place is unknown or no longer kept, the newest messages come first.
 * @returns how to end it.
 */
export async function watchTalk(
  deps: { readonly database: Database; readonly realtime: Realtime },
  workspaceId: WorkspaceId,
  of: Visitor,
  after: string | undefined,
  newest: number,
  watcher: Watcher,
): Promise<() => void> {
  const topic = talkTopic(of.channelId, of.talk)
  let ended = false
  let work: Promise<void> = Promise.resolve()
  const then = (step: () => Promise<void>) => {
    work = work.then(async () => {
      if (ended) return
      try {
        await step()
      } catch (error) {
        ended = true
        watcher.failed(error)
      }
    })
  }

  async function tell(events: readonly RealtimeEvent[]): Promise<void> {
    const news = events.map((event) => ({
      cursor: event.cursor,
      told: event.payload as unknown as TalkEvent,
    }))
    const ids = news.flatMap(({ told }) => (told.kind === 'message' ? [told.messageId] : []))
    const messages =
      ids.length === 0
        ? []
        : await deps.database.inWorkspace(workspaceId, (tx) => viewMessages(tx, of, [...new Set(ids)]))
    for (const { cursor, told } of news) {
      if (ended) return
      if (told.kind !== 'message') {
        watcher.news(told, cursor)
        continue
      }
      const message = messages.find(({ id }) => id === told.messageId)
      if (message !== undefined) watcher.news({ kind: 'message', message }, cursor)
    }
  }

  async function tellNewest(): Promise<void> {
    const { cursor, messages } = await deps.database.inWorkspace(workspaceId, async (tx) => ({
      cursor: await latestCursor(tx),
      messages: await viewTalk(tx, of, { newest }),
    }))
    for (const message of messages) watcher.news({ kind: 'message', message }, cursor ?? '')
  }

  const place: Cursor | null = after === undefined ? null : toCursor(after)
  const end = await deps.realtime.subscribe({
    workspaceId,
    ...(place === null ? {} : { after: place }),
    deliver: (events) => {
      const mine = events.filter((event) => event.topic === topic)
      if (mine.length > 0) then(() => tell(mine))
    },
    reset: () => then(tellNewest),
  })
  if (place === null) then(tellNewest)
  return () => {
    ended = true
    end()
  }
}
