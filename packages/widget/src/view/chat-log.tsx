import type { WidgetChatMessage } from '@trunkline/contracts/widget/protocol'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { PendingMessage } from '../chat-messages.ts'
import { daysOf } from '../days.ts'
import type { ChatState } from '../session.ts'
import type { ViewContext } from './chat-app.tsx'
import { FileView } from './file-view.tsx'
import { Icon, type IconName } from './icons.tsx'
import { Words } from './words.tsx'

/** So near the end of the talk the reader wants to stay at its end. */
const NEAR_PX = 80

/** The talk, newest at the bottom. */
export function ChatLog({ context, state }: { context: ViewContext; state: ChatState }): JSX.Element {
  const { say, locale } = context
  const { messages, pending, typing, closed, welcome } = state
  const box = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const [newer, setNewer] = useState(false)

  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
    setNewer(false)
  }
  const last = messages[messages.length - 1]
  useLayoutEffect(() => {
    if (atEnd.current) toEnd()
    else if (last && last.from !== 'visitor') setNewer(true)
  }, [last?.id, typing, closed])
  // What one writes oneself is always shown.
  useLayoutEffect(toEnd, [pending.length])
  // Pictures arrive later and push the end down.
  useEffect(() => {
    if (!box.current || typeof ResizeObserver !== 'function') return
    const observer = new ResizeObserver(() => atEnd.current && toEnd())
    for (const child of box.current.children) observer.observe(child)
    return () => observer.disconnect()
  }, [])

  return (
    <div class="talk">
      <div
        ref={box}
        class="log"
        role="log"
        aria-live="polite"
        aria-label={say('messages')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX
          if (atEnd.current) setNewer(false)
        }}
      >
        <ol>
          {welcome?.greeting && (
            <li class="item theirs">
              <p class="bubble">{welcome.greeting}</p>
            </li>
          )}
          {daysOf(messages, new Date(), locale, say).map(({ day, title, messages: ofDay }) => [
            <li class="day" key={day}>
              <span>{title}</span>
            </li>,
            ...ofDay.map((message, at) => (
              <MessageItem key={message.id} context={context} message={message} before={ofDay[at - 1]} />
            )),
          ])}
          {pending.map((one) => (
            <PendingItem key={one.entry.clientId} context={context} pending={one} />
          ))}
          {closed && <li class="day">{say('closed')}</li>}
        </ol>
      </div>
      <p class="typing" role="status">
        {typing && (
          <>
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {say('typing')}
          </>
        )}
      </p>
      {newer && (
        <button type="button" class="newer" onClick={toEnd}>
          <Icon name="down" size={18} /> {say('toNewest')}
        </button>
      )}
    </div>
  )
}

interface MessageProps {
  readonly context: ViewContext
  readonly message: WidgetChatMessage
  readonly before: WidgetChatMessage | undefined
}

function MessageItem({ context, message, before }: MessageProps): JSX.Element {
  const { say } = context
  const mine = message.from === 'visitor'
  const named = !mine && (before?.from !== message.from || before.authorName !== message.authorName)
  const mark = message.status ?? 'sent'
  return (
    <li class={`item ${mine ? 'mine' : message.from === 'system' ? 'system' : 'theirs'}`}>
      {named && message.from === 'operator' && <p class="author">{message.authorName ?? say('operator')}</p>}
      <div class="bubble">
        {mine && <span class="hidden">{say('you')}: </span>}
        {message.removed ? <em>{say('removed')}</em> : <Words text={message.text} />}
        {message.files.map((file) => (
          <FileView key={file.id} context={context} file={file} />
        ))}
      </div>
      <p class="meta">
        {message.edited && !message.removed && `${say('edited')} · `}
        <Time at={message.at} context={context} />
        {mine && (
          <span class={`mark ${mark}`}>
            <Icon name={mark === 'sent' ? 'sent' : 'delivered'} size={16} />
            <span class="hidden">
              {say(mark === 'read' ? 'stateRead' : mark === 'delivered' ? 'stateDelivered' : 'stateSent')}
            </span>
          </span>
        )}
      </p>
    </li>
  )
}

const STATES: Record<
  PendingMessage['state'],
  { icon: IconName; text: 'stateSending' | 'stateSent' | 'stateFailed' }
> = {
  sending: { icon: 'sending', text: 'stateSending' },
  sent: { icon: 'sent', text: 'stateSent' },
  failed: { icon: 'failed', text: 'stateFailed' },
}

function PendingItem({ context, pending }: { context: ViewContext; pending: PendingMessage }): JSX.Element {
  const { session, say } = context
  const { entry, state } = pending
  const { icon, text } = STATES[state]
  /** The button goes away with the press: the focus must not fall out of the chat. */
  const then = (act: (clientId: string) => void) => (event: MouseEvent) => {
    const root = (event.currentTarget as HTMLElement).getRootNode() as ShadowRoot
    act(entry.clientId)
    root.querySelector<HTMLElement>('textarea')?.focus()
  }
  return (
    <li class={`item mine ${state}`}>
      <div class="bubble">
        <span class="hidden">{say('you')}: </span>
        <Words text={entry.text} />
        {entry.files.map((file) => (
          <span class="file" key={file.id}>
            <Icon name="file" size={20} /> {file.name}
          </span>
        ))}
      </div>
      <p class="meta">
        {state === 'failed' ? (
          <>
            <span class="fault">
              {say(text)}
              {entry.failed && entry.failed !== '!' ? `: ${entry.failed}` : ''}
            </span>
            <button type="button" class="text-button" onClick={then(session.retry)}>
              {say('retry')}
            </button>
            <button type="button" class="text-button" onClick={then(session.discard)}>
              {say('discard')}
            </button>
          </>
        ) : (
          <>
            <Time at={entry.sentAt} context={context} />
            <span class="mark">
              <Icon name={icon} size={16} />
              <span class="hidden">{say(text)}</span>
            </span>
          </>
        )}
      </p>
    </li>
  )
}

function Time({ at, context }: { at: string; context: ViewContext }): JSX.Element {
  const words = new Date(at).toLocaleTimeString(context.locale, { hour: '2-digit', minute: '2-digit' })
  return <time dateTime={at}>{words}</time>
}
