import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { type FoundBrowser, findBrowser } from './find-browser.ts'

/** How a page is to be seen. Everything has a default: Russian, light, wide. */
export interface PageOptions {
  readonly locale?: 'ru' | 'en'
  readonly theme?: 'light' | 'dark'
  readonly width?: 'wide' | 'phone'
}

/** A running headless browser. Close it, or the test process does not end. */
export interface TestBrowser {
  /** Which Chromium this is, for messages and for the bench's report. */
  readonly found: FoundBrowser
  readonly version: string
  /** Opens an empty page in a context of its own (cookies and storage are nobody else's). */
  newPage(options?: PageOptions): Promise<Page>
  close(): Promise<void>
}

const SCREENSHOTS = fileURLToPath(new URL('../../artifacts/screenshots/', import.meta.url))

const WIDTHS: Record<NonNullable<PageOptions['width']>, BrowserContextOptions> = {
  wide: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
}

const problemsByPage = new WeakMap<Page, string[]>()

/**
 * Starts a headless Chromium found by {@link findBrowser}.
 *
 * The sandbox of the browser is off, so that it runs as root and in containers: it opens our own pages only.
 * A camera and a microphone are pretended, so calls can be tested.
 */
export async function launchBrowser(): Promise<TestBrowser> {
  const found = await findBrowser()
  const browser = await chromium.launch({
    executablePath: found.executablePath,
    chromiumSandbox: false,
    args: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
    env: { ...definedOnly(process.env), ...found.env },
  })
  return {
    found,
    version: browser.version(),
    newPage: (options) => newPage(browser, options),
    close: () => browser.close(),
  }
}

async function newPage(browser: Browser, options: PageOptions = {}): Promise<Page> {
  const page = await browser.newPage({
    ...WIDTHS[options.width ?? 'wide'],
    locale: options.locale === 'en' ? 'en-US' : 'ru-RU',
    colorScheme: options.theme ?? 'light',
    // Pictures must not depend on where and in what moment of an animation they were taken.
    timezoneId: 'Europe/Moscow',
    reducedMotion: 'reduce',
  })
  const problems: string[] = []
  problemsByPage.set(page, problems)
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`)
  })
  return page
}

/**
 * What went wrong on the page since it was opened: uncaught errors and `console.error`, which is also where the
 * browser reports blocked scripts and failed requests. A walk ends with `expect(pageProblems(page)).toEqual([])`.
 */
export function pageProblems(page: Page): readonly string[] {
  return problemsByPage.get(page) ?? []
}

/**
 * Keeps a picture of the page as `artifacts/screenshots/<name>.png` and returns its path.
 * @param name kebab-case, with the locale, theme or width in it where there is more than one.
 */
export async function screenshot(
  page: Page,
  name: string,
  options: { fullPage?: boolean } = {},
): Promise<string> {
  await mkdir(SCREENSHOTS, { recursive: true })
  const path = join(SCREENSHOTS, `${name}.png`)
  await page.screenshot({ path, fullPage: options.fullPage ?? false, animations: 'disabled' })
  return path
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
}
