/** The test site of the demo company: a shop page that carries the chat, on an address of its own (CHAT-19). */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import type { DemoLanguage } from '../company.ts'
import { type SiteLinks, type SitePage, sitePage } from './site-pages.ts'

/** A running test site. */
export interface TestSite {
  /** Where it is, without a slash at the end. */
  readonly url: string
  stop(): Promise<void>
}

/** How the site is started. */
export interface TestSiteOptions {
  /** On 127.0.0.1; 0 lets the system choose. */
  readonly port: number
  /** Language of a visitor whose browser wants neither. */
  readonly language: DemoLanguage
  /** Asked at every page view: the key appears when the company has been set up. */
  readonly links: () => SiteLinks
}

const PAGES: Readonly<Record<string, SitePage>> = {
  '/': 'home',
  '/delivery': 'delivery',
  '/order': 'order',
  '/thanks': 'thanks',
  '/strict': 'strict',
  '/hostile': 'hostile',
}
const LANGUAGE_COOKIE = 'site_language'
const STYLES = ['site.css', 'hostile.css'] as const
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><g fill="#fff" stroke="#d9a3b8">${Array.from(
  { length: 8 },
  (_, index) => `<ellipse cx="20" cy="9" rx="5" ry="8" transform="rotate(${index * 45} 20 20)"/>`,
).join('')}</g><circle cx="20" cy="20" r="6" fill="#f0a202"/></svg>`

/** Starts the site on 127.0.0.1. */
export async function startTestSite(options: TestSiteOptions): Promise<TestSite> {
  const app = fastify({ logger: false, forceCloseConnections: true })
  for (const [path, page] of Object.entries(PAGES)) {
    app.get(path, (request, reply) => {
      const language = languageOf(request, options.language)
      const links = options.links()
      if (page === 'strict') reply.header('content-security-policy', strictPolicy(links.hubUrl))
      keepLanguage(request, reply, language)
      return reply
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(sitePage(page, language, { ...links, pageUrl: `http://${request.host}${request.url}` }))
    })
  }
  for (const name of STYLES) {
    const text = readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8')
    app.get(`/${name}`, (_request, reply) => reply.type('text/css; charset=utf-8').send(text))
  }
  app.get('/icon.svg', (_request, reply) => reply.type('image/svg+xml').send(ICON))
  const url = await app.listen({ host: '127.0.0.1', port: options.port })
  return { url, stop: () => app.close() }
}

/** What a careful site allows: its own styles and pictures, and the chat's address for the script and its calls alone. */
export function strictPolicy(hubUrl: string): string {
  return [
    "default-src 'none'",
    `script-src ${hubUrl}`,
    `connect-src ${hubUrl}`,
    "img-src 'self'",
    "style-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')
}

function languageOf(request: FastifyRequest, fallback: DemoLanguage): DemoLanguage {
  const wanted = (request.query as Record<string, unknown>)['lang']
  if (wanted === 'ru' || wanted === 'en') return wanted
  const kept = /(?:^|;\s*)site_language=(ru|en)/.exec(request.headers.cookie ?? '')?.[1]
  if (kept === 'ru' || kept === 'en') return kept
  const spoken = /\b(ru|en)\b/.exec(request.headers['accept-language'] ?? '')?.[1]
  return spoken === 'ru' || spoken === 'en' ? spoken : fallback
}

function keepLanguage(request: FastifyRequest, reply: FastifyReply, language: DemoLanguage): void {
  if ((request.query as Record<string, unknown>)['lang'] === language)
    reply.header(
      'set-cookie',
      `${LANGUAGE_COOKIE}=${language}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax`,
    )
}
