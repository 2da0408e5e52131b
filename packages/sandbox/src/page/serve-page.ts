/**
 * The page of the pretend portal: bundled in memory when the sandbox starts, served by every portal at its own
 * address. Only development, tests and the demo mount it; a bench that measures does without.
 */
import { join } from 'node:path'
import { build } from 'esbuild'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { OPERATING_LIMIT_SECONDS } from '../portal/limits.ts'
import type { PortalHandle } from '../portal/portal-handle.ts'

/** A browser program that was bundled. */
export interface Bundle {
  readonly script: string
  readonly styles: string
}

/** Somebody who makes customers write when the page's button is pressed. */
export interface ScenarioButton {
  readonly isRunning: boolean
  start(): void
}

export interface PortalPage {
  /** For `extend` of `startSandbox`. */
  mount(app: FastifyInstance, portal: PortalHandle): void
}

/** Addresses of the page itself: every one shows the same program, which reads the address. */
const PATHS = [
  '/',
  '/crm/:kind/',
  '/crm/:kind',
  '/crm/:kind/details/:id/',
  '/crm/:kind/details/:id',
  '/employees/',
  '/apps/',
  '/notifications/',
  '/journal/',
  '/limits/',
  '/faults/',
]

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  // Applications are opened in frames by a form, wherever they live.
  'frame-src http: https:',
  'form-action http: https:',
  "frame-ancestors 'none'",
].join('; ')

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#2f6f8f"/>' +
  '<path d="M8 10h4v13H8zM14 10h4v9h-4zM20 10h4v6h-4z" fill="#fff"/></svg>'

/** Bundles a program of this folder's `app/` and the styles it shares. @throws with esbuild's own words. */
export async function bundleApp(entry: string, format: 'esm' | 'iife' = 'esm'): Promise<Bundle> {
  const result = await build({
    entryPoints: [entry, 'page.css'].map((name) => join(import.meta.dirname, 'app', name)),
    bundle: true,
    write: false,
    outdir: '/',
    format,
    target: 'es2022',
    minify: true,
    charset: 'utf8',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'silent',
    tsconfigRaw: {},
  })
  const text = (extension: string): string =>
    result.outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? ''
  return { script: text('.js'), styles: text('.css') }
}

/**
 * Bundles the portal's page, ready to be mounted on any number of portals.
 * @param scenario asked at every request; without it the page has no such button.
 */
export async function createPortalPage(scenario?: () => ScenarioButton | undefined): Promise<PortalPage> {
  const [bundle, library] = await Promise.all([bundleApp('portal.tsx'), bundleApp('bx24.ts', 'iife')])
  return {
    mount(app, portal) {
      for (const path of PATHS) app.get(path, (_request, reply) => sendShell(reply, portal))
      app.get('/page/app.js', (_request, reply) => asset(reply, 'text/javascript', bundle.script))
      app.get('/page/app.css', (_request, reply) => asset(reply, 'text/css', bundle.styles))
      app.get('/page/icon.svg', (_request, reply) => asset(reply, 'image/svg+xml', ICON))
      // Where pages in frames take the library from, as at api.bitrix24.com.
      app.get('/api/v1/', (_request, reply) => asset(reply, 'text/javascript', library.script))
      app.get('/sandbox/page/limits', (_request, reply) => reply.send(limitsOf(portal)))
      app.get('/sandbox/page/scenario', (_request, reply) => reply.send(scenarioView(scenario?.())))
      app.post('/sandbox/page/scenario', (request, reply) => {
        // As in the control API: a foreign web page cannot send JSON unasked.
        if (!/json/i.test(request.headers['content-type'] ?? '')) return reply.status(415).send({})
        scenario?.()?.start()
        return reply.send(scenarioView(scenario?.()))
      })
    },
  }
}

function scenarioView(scenario: ScenarioButton | undefined): object {
  return { isAvailable: scenario !== undefined, isRunning: scenario?.isRunning ?? false }
}

/** What the control API does not tell: execution time of every method by application. */
function limitsOf(portal: PortalHandle): object {
  const methods = Object.keys(portal.counts.byMethod)
  return {
    bucketLevel: portal.limits.level(),
    operatingLimitSeconds: OPERATING_LIMIT_SECONDS,
    apps: portal.state.installs.map(({ clientId }) => ({
      clientId,
      operating: methods
        .map((method) => ({ method, seconds: portal.limits.operating(clientId, method) }))
        .filter(({ seconds }) => seconds > 0)
        .sort((left, right) => right.seconds - left.seconds),
    })),
  }
}

function sendShell(reply: FastifyReply, portal: PortalHandle): FastifyReply {
  const { language, title } = portal.state
  return reply
    .header('content-security-policy', POLICY)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .type('text/html; charset=utf-8')
    .send(shell(language, title))
}

/** The empty page that loads a bundled program. */
export function shell(language: string, title: string): string {
  const safe = title.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>${safe}</title>
<link rel="icon" href="/page/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/page/app.css">
<script type="module" src="/page/app.js"></script></head><body><div id="app"></div></body></html>`
}

function asset(reply: FastifyReply, type: string, text: string): FastifyReply {
  return reply.header('cache-control', 'no-cache').type(`${type}; charset=utf-8`).send(text)
}
