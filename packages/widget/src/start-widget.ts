import { h, render } from 'preact'
import { openDrawer } from './drawer.ts'
import { hubClient } from './hub-client.ts'
import { createSession } from './session.ts'
import { chooseLocale } from './texts.ts'
import { ChatApp } from './view/chat-app.tsx'
import { rememberFirstTouch } from './visit-context.ts'
import { mountHost, TAG, unmountHost } from './widget-element.ts'

/**
 * Starts the chat that a snippet asks for: `<script async src="https://hub/widget/widget.js" data-key="…"></script>`,
 * with `data-lang`, `data-colour` and `data-position` if the site wants them before the hub has told its own.
 * Draws the launcher and makes no call, unless this visitor has written before.
 * @returns how to take it off the page; undefined when there is no key, or a chat stands there already.
 */
export function startWidget(script: HTMLScriptElement): (() => void) | undefined {
  const siteKey = script.dataset['key'] ?? ''
  if (siteKey === '' || document.querySelector(TAG)) return
  const hubUrl = script.src.replace(/\/widget\/widget\.js.*$/, '')
  const drawer = openDrawer(siteKey)
  const languages = {
    snippet: script.dataset['lang'] ?? null,
    page: document.documentElement.lang,
    browser: navigator.language,
  }
  const locale = () => chooseLocale(languages.snippet, languages.page, languages.browser)
  rememberFirstTouch(drawer, { url: location.href, referrer: document.referrer, now: Date.now() })
  const client = hubClient({ hubUrl, siteKey, locale, token: () => drawer.get<string>('token') })
  const { host, root } = mountHost(document)
  /** For the site: to count goals, to move its own buttons away. */
  const announce = (name: string) =>
    host.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true }))
  const session = createSession({
    client,
    drawer,
    siteKey,
    locale,
    page: () => ({
      url: location.href,
      title: document.title,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      visible: document.visibilityState === 'visible',
    }),
    messageSent: () => announce('trunkline:message-sent'),
  })
  let wasOpen = false
  session.subscribe(() => {
    const { open } = session.state()
    if (open && !wasOpen) announce('trunkline:opened')
    wasOpen = open
  })
  const look = { colour: script.dataset['colour'] ?? null, position: script.dataset['position'] ?? null }
  render(h(ChatApp, { session, client, languages, look }), root)
  session.begin()

  const wake = () => {
    if (document.visibilityState === 'visible') session.wake()
  }
  addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  return () => {
    removeEventListener('online', wake)
    document.removeEventListener('visibilitychange', wake)
    session.end()
    unmountHost(host)
  }
}
