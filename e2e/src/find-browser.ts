import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import { unpackBundledChromium } from './bundled-chromium.ts'

/** A Chromium that can be started, and how it was found. */
export interface FoundBrowser {
  readonly origin: 'CHROME_PATH' | 'bundled' | 'installed' | 'playwright'
  readonly executablePath: string
  /** Added to the browser's environment only. */
  readonly env: Readonly<Record<string, string>>
}

const NAMES_ON_PATH = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'chrome',
  'microsoft-edge',
]

/**
 * Finds a Chromium without asking the person to install anything where npm can bring one.
 *
 * Order: `CHROME_PATH`; the one bundled in npm (Linux x64: same version and fonts everywhere); an installed
 * Chrome, Chromium or Edge; the one Playwright downloaded. Source of the order: measurements of this project,
 * Nov 2026 (docs/decisions/0016-browser-from-npm.md).
 * @throws when there is none, or when `CHROME_PATH` names no file: a browser test is never skipped in silence.
 */
export async function findBrowser(environment: NodeJS.ProcessEnv = process.env): Promise<FoundBrowser> {
  const named = environment.CHROME_PATH
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROME_PATH points at ${named}, where there is no file`)
    return { origin: 'CHROME_PATH', executablePath: named, env: {} }
  }
  const bundled = await unpackBundledChromium()
  if (bundled) return { origin: 'bundled', ...bundled }

  const installed = placesOfInstalled(environment).find((path) => existsSync(path))
  if (installed) return { origin: 'installed', executablePath: installed, env: {} }

  const downloaded = chromium.executablePath()
  if (downloaded && existsSync(downloaded))
    return { origin: 'playwright', executablePath: downloaded, env: {} }

  throw new Error(
    `No Chromium for ${process.platform} ${process.arch}: npm brings one for Linux x64 only. ` +
      'Install Chrome, Chromium or Edge, or set CHROME_PATH to the binary of one.',
  )
}

/** Where a Chrome of this machine may stand: the names on PATH, then the usual folders of the system. */
export function placesOfInstalled(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  if (platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
    )
  }
  if (platform === 'win32') {
    const roots = [environment.PROGRAMFILES, environment['PROGRAMFILES(X86)'], environment.LOCALAPPDATA]
    const inside = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']
    return roots.flatMap((root) => (root ? inside.map((path) => `${root}\\${path}`) : []))
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean)
  return NAMES_ON_PATH.flatMap((name) => folders.map((folder) => join(folder, name)))
}
