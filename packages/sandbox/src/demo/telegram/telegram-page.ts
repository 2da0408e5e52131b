/** The page of the pretend messenger: people on the left, their talks on the right, and a box to write as them. */
import type { EmulatorAnswer, EmulatorRequest } from '@trunkline/channels/kit/emulator-server'
import { type Bundle, shell } from '../../page/serve-page.ts'
import { bouquetPicture } from '../bouquet-picture.ts'
import type { DemoLanguage } from '../company.ts'
import type { TelegramNetwork, TelegramTalk } from './telegram-network.ts'

/** What the page reads: everything, once its revision has grown. */
export interface MessengerView {
  readonly revision: number
  readonly bot: string
  readonly talks: readonly TelegramTalk[]
  /** Updates are kept back until they are released. */
  readonly isHeld: boolean
  readonly waiting: number
}

type Act = (network: TelegramNetwork, personId: number, body: Readonly<Record<string, unknown>>) => void

const ACTS: Readonly<Record<string, Act>> = {
  messages: (network, id, { text }) => {
    if (typeof text !== 'string' || text.trim() === '') throw new RangeError('text is empty')
    network.write(id, text.slice(0, 4096))
  },
  photo: (network, id) => network.sendPhoto(id, { bytes: bouquetPicture(), caption: '' }),
  phone: (network, id) => network.sharePhone(id),
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="#2a7fb8"/>' +
  '<path d="M7 16l18-8-4 17-6-5-3 4-1-6z" fill="#fff"/></svg>'

/** Answers the requests that are no calls of the Bot API. @param bundle the program `messenger.tsx`. */
export function createTelegramPage(bundle: Bundle, language: DemoLanguage) {
  let isHeld = false
  const files: Readonly<Record<string, EmulatorAnswer>> = {
    '/page/app.js': file('text/javascript', bundle.script),
    '/page/app.css': file('text/css', bundle.styles),
    '/page/icon.svg': file('image/svg+xml', ICON),
  }

  return (network: TelegramNetwork, request: EmulatorRequest): EmulatorAnswer | undefined => {
    const { method, path } = request
    if (method === 'GET') {
      if (path === '/') {
        const page = file('text/html', shell(language, network.bot.first_name))
        return { ...page, headers: { ...page.headers, 'content-security-policy': POLICY } }
      }
      return path === '/page/talks' ? json(200, view(network)) : files[path]
    }
    if (method !== 'POST') return undefined
    // A foreign web page cannot send JSON unasked.
    if (!/json/i.test(request.headers['content-type'] ?? '')) return json(415, {})
    try {
      const body = JSON.parse(request.body.toString('utf8')) as Readonly<Record<string, unknown>>
      if (!change(network, path, body)) return undefined
      return json(200, view(network))
    } catch (error) {
      if (error instanceof RangeError || error instanceof SyntaxError)
        return json(400, { error: error.message })
      throw error
    }
  }

  function change(network: TelegramNetwork, path: string, body: Readonly<Record<string, unknown>>): boolean {
    if (path === '/page/people') {
      if (typeof body['name'] !== 'string' || body['name'].trim() === '')
        throw new RangeError('name is empty')
      network.person(body['name'].trim().slice(0, 60))
      return true
    }
    if (path === '/page/delivery') {
      if (body['act'] === 'twice') network.delivery.duplicateNext(1)
      else if (body['act'] === 'hold') network.delivery.hold()
      else network.delivery.release(body['act'] === 'reversed' ? 'reversed' : 'as-made')
      if (body['act'] !== 'twice') isHeld = body['act'] === 'hold'
      return true
    }
    const [, id, act] = /^\/page\/people\/(\d+)\/(\w+)$/.exec(path) ?? []
    const run = act === undefined ? undefined : ACTS[act]
    if (run === undefined) return false
    run(network, Number(id), body)
    return true
  }

  function view(network: TelegramNetwork): MessengerView {
    const { revision, talks, bot, delivery } = network
    return { revision, bot: bot.first_name, talks, isHeld, waiting: delivery.pendingCount() }
  }
}

function file(type: string, body: string): EmulatorAnswer {
  return {
    status: 200,
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    },
    body,
  }
}

function json(status: number, value: unknown): EmulatorAnswer {
  return { ...file('application/json', JSON.stringify(value)), status }
}
