import type { JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { paletteOf } from '../colour.ts'
import type { HubClient } from '../hub-client.ts'
import type { ChatState, Session } from '../session.ts'
import { chooseLocale, type Locale, type Say, sayIn } from '../texts.ts'
import { ChatPanel } from './chat-panel.tsx'
import { Icon } from './icons.tsx'

/** What every part of the view needs. */
export interface ViewContext {
  readonly session: Session
  readonly client: HubClient
  readonly say: Say
  readonly locale: Locale
}

export interface ChatAppProps {
  readonly session: Session
  readonly client: HubClient
  /** Languages by rank; the channel's own stands between the snippet's and the page's. */
  readonly languages: { readonly snippet: string | null; readonly page: string; readonly browser: string }
  /** Look of the launcher before anything is known from the hub. */
  readonly look: { readonly colour: string | null; readonly position: string | null }
}

/** Launcher and, when it is open, the chat. */
export function ChatApp({ session, client, languages, look }: ChatAppProps): JSX.Element {
  const state = useSession(session)
  const { welcome, open, unread } = state
  const locale = chooseLocale(languages.snippet, welcome?.locale, languages.page, languages.browser)
  const say = sayIn(locale)
  const palette = paletteOf(welcome?.colour ?? look.colour ?? '')
  const launcher = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(false)
  useLayoutEffect(() => {
    if (wasOpen.current && !open) launcher.current?.focus()
    wasOpen.current = open
  }, [open])
  const count = unread > 0 ? `, ${say('unread', { count: unread })}` : ''
  return (
    <div
      lang={locale}
      class={`root ${(welcome?.position ?? look.position) === 'left' ? 'left' : 'right'} ${open ? 'opened' : ''}`}
      style={{
        '--accent': palette.accent,
        '--on-accent': palette.onAccent,
        '--ink-on-light': palette.inkOnLight,
        '--ink-on-dark': palette.inkOnDark,
      }}
    >
      {open && <ChatPanel context={{ session, client, say, locale }} state={state} />}
      <button
        type="button"
        ref={launcher}
        class="launcher"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={open ? say('closeChat') : say('openChat') + count}
        onClick={() => (open ? session.close() : session.open())}
      >
        <Icon name={open ? 'down' : 'chat'} size={28} />
        {unread > 0 && !open && (
          <span class="badge" aria-hidden="true">
            {unread > 99 ? '99+' : unread}
          </span>
        )}
      </button>
    </div>
  )
}

function useSession(session: Session): ChatState {
  const [state, setState] = useState(session.state())
  // Before anything can be clicked: what changes between the first drawing and the listening must be drawn too.
  useLayoutEffect(() => {
    const look = () => setState(session.state())
    look()
    return session.subscribe(look)
  }, [session])
  return state
}
