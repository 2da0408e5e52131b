/**
 * The library that a portal gives to pages in its frames, as far as the product uses it: global `BX24`. It speaks with
 * the portal's page by messages. Source: reference/bitrix24.md §1.5; dev.1c-bitrix.ru/rest_help/js_library (read 2026-11).
 */
import type { FrameAnswer, FrameFacts } from './app-frame.tsx'

const [domain = '', protocol = ''] = window.name.split('|')
const portalOrigin = `${protocol === '1' ? 'https' : 'http'}://${domain}`
const waiting = new Map<number, (answer: unknown) => void>()
let lastId = 0
let facts: FrameFacts | undefined

function ask<T>(command: string, params: object = {}): Promise<T> {
  const id = ++lastId
  return new Promise((resolve) => {
    waiting.set(id, (answer) => resolve(answer as T))
    window.parent.postMessage({ frame: window.name, id, command, params }, portalOrigin)
  })
}

addEventListener('message', (event: MessageEvent<Partial<FrameAnswer>>) => {
  if (event.source !== window.parent || event.origin !== portalOrigin || event.data.frame !== window.name)
    return
  const settle = waiting.get(event.data.id ?? 0)
  waiting.delete(event.data.id ?? 0)
  settle?.(event.data.result)
})

const ready = ask<FrameFacts>('facts').then((told) => {
  facts = told
})

function told(): FrameFacts {
  if (facts === undefined) throw new Error('BX24 is not ready: call BX24.init first')
  return facts
}

Object.assign(window, {
  BX24: {
    init: (then?: () => void) => void ready.then(() => then?.()),
    /** Runs only while the application is being installed. */
    install: (then: () => void) => void ready.then(() => told().isInstalling && then()),
    installFinish: () => void ready.then(() => ask('installFinish')),
    getAuth: () => told().auth,
    isAdmin: () => told().isAdmin,
    getLang: () => told().language,
    fitWindow: (then?: () => void) =>
      void ask('resize', { height: document.documentElement.scrollHeight }).then(() => then?.()),
    resizeWindow: (_width: number, height: number, then?: () => void) =>
      void ask('resize', { height }).then(() => then?.()),
    placement: { info: () => ({ placement: told().placement, options: told().options }) },
  },
})
