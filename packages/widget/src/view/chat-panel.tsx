import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ChatState } from '../session.ts'
import type { ViewContext } from './chat-app.tsx'
import { ChatLog } from './chat-log.tsx'
import { Composer } from './composer.tsx'
import { ContactFormView } from './contact-form.tsx'
import { Icon } from './icons.tsx'
import { RequestFormView, RequestThanks } from './request-form.tsx'

type Part = 'none' | 'request' | 'thanks' | 'form' | 'talk'

/** What stands under the header. */
function partOf({ phase, request, form }: ChatState): Part {
  if (phase !== 'ready') return 'none'
  if (request !== 'hidden') return request === 'form' ? 'request' : 'thanks'
  return form ? 'form' : 'talk'
}

/** Where the chat covers the page and is the only thing there. */
const PHONE = '(max-width: 480px)'

/** The dialog: header, then the form or the talk. */
export function ChatPanel({ context, state }: { context: ViewContext; state: ChatState }): JSX.Element {
  const { session, say } = context
  const { welcome, phase, requestForm } = state
  // A talk that goes on may be gone back to, whatever is offered to others.
  const mayChat = requestForm?.chat === true || state.messages.length > 0 || state.pending.length > 0
  const panel = useRef<HTMLDivElement>(null)
  const [phone, setPhone] = useState(() => matchMedia(PHONE).matches)
  const [dragging, setDragging] = useState(false)

  useEffect(() => {
    const media = matchMedia(PHONE)
    const change = () => setPhone(media.matches)
    media.addEventListener('change', change)
    return () => media.removeEventListener('change', change)
  }, [])
  useEffect(() => keepAboveKeyboard(panel.current, phone), [phone])

  // Into the first thing to fill in, once it is there; on a phone that would throw up the keyboard over the talk.
  // In the frame that shows it: a quick typist's first letters must not fall beside the field.
  const part = partOf(state)
  useLayoutEffect(() => {
    const field = panel.current?.querySelector<HTMLElement>('[data-first]')
    const typed = field?.matches('input, textarea')
    if (field && !(typed && matchMedia('(pointer: coarse)').matches)) field.focus()
    else panel.current?.focus()
  }, [part])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.isComposing) {
      event.stopPropagation()
      session.close()
    } else if (event.key === 'Tab' && phone) keepInside(event, panel.current)
    // The site's own shortcuts are not meant for what is typed here.
    else event.stopPropagation()
  }
  const takesFiles = part === 'talk'
  return (
    <div
      ref={panel}
      class={`panel ${dragging ? 'dragging' : ''}`}
      role="dialog"
      aria-modal={phone}
      aria-labelledby="title"
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onDragOver={(event) => {
        if (!takesFiles || !event.dataTransfer?.types.includes('Files')) return
        event.preventDefault()
        setDragging(true)
      }}
      onDragLeave={(event) => {
        if (!panel.current?.contains(event.relatedTarget as Node | null)) setDragging(false)
      }}
      onDrop={(event) => {
        setDragging(false)
        if (!takesFiles || !event.dataTransfer) return
        event.preventDefault()
        session.attach([...event.dataTransfer.files])
      }}
    >
      <header class="header">
        <div class="heading">
          <h2 id="title">{welcome?.title ?? ''}</h2>
          {welcome && (
            <p class="presence">
              <span class={welcome.operatorsOnline ? 'dot on' : 'dot'} aria-hidden="true" />
              {say(welcome.operatorsOnline ? 'online' : 'away')}
            </p>
          )}
        </div>
        <button
          type="button"
          class="icon-button on-accent"
          aria-label={say('closeChat')}
          onClick={session.close}
        >
          <Icon name="close" />
        </button>
      </header>
      {!state.connected && phase === 'ready' && (
        <p class="notice" role="status">
          {say('noConnection')}
        </p>
      )}
      {phase !== 'ready' && (
        <div class="middle" role="status">
          {phase === 'loading' && <span class="spinner" aria-hidden="true" />}
          <p>{say(phase === 'refused' ? 'refused' : phase === 'unreachable' ? 'cannotOpen' : 'loading')}</p>
          {phase === 'unreachable' && (
            <button type="button" class="button" onClick={session.wake}>
              {say('tryAgain')}
            </button>
          )}
        </div>
      )}
      {part === 'request' && requestForm && (
        <RequestFormView context={context} form={requestForm} chat={mayChat} />
      )}
      {part === 'thanks' && requestForm && (
        <RequestThanks context={context} form={requestForm} chat={mayChat} />
      )}
      {requestForm && (part === 'form' || part === 'talk') && (
        <p class="notice">
          <button type="button" class="text-button" onClick={session.openRequest}>
            {say('leaveRequest')}
          </button>
        </p>
      )}
      {part === 'form' && welcome?.contactForm && (
        <ContactFormView context={context} form={welcome.contactForm} greeting={welcome.greeting} />
      )}
      {part === 'talk' && (
        <>
          <ChatLog context={context} state={state} />
          <Composer context={context} state={state} />
        </>
      )}
      {dragging && (
        <div class="drop" aria-hidden="true">
          {say('dropHere')}
        </div>
      )}
    </div>
  )
}

/** On a phone nothing else can be seen, so nothing else should be reached. */
function keepInside(event: KeyboardEvent, panel: HTMLElement | null): void {
  const all =
    panel?.querySelectorAll<HTMLElement>('a[href], button:not(:disabled), input, textarea, [tabindex="0"]') ??
    []
  const able = [...all].filter((element) => element.tabIndex >= 0)
  const [first, last] = [able[0], able[able.length - 1]]
  const root = panel?.getRootNode() as ShadowRoot | undefined
  const now = root?.activeElement
  if (event.shiftKey ? now === first || now === panel : now === last) {
    event.preventDefault()
    ;(event.shiftKey ? last : first)?.focus()
  }
}

/** The keyboard of a phone covers the page without making it smaller: the panel follows what can be seen. */
function keepAboveKeyboard(panel: HTMLElement | null, phone: boolean): (() => void) | undefined {
  const view = window.visualViewport
  if (!panel || !view) return
  const follow = () => {
    panel.style.height = phone ? `${view.height}px` : ''
    panel.style.top = phone ? `${view.offsetTop}px` : ''
  }
  follow()
  view.addEventListener('resize', follow)
  view.addEventListener('scroll', follow)
  return () => {
    view.removeEventListener('resize', follow)
    view.removeEventListener('scroll', follow)
  }
}
