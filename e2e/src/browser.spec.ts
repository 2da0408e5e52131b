import { spawn } from 'node:child_process'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axe } from './axe.ts'
import { launchBrowser, pageProblems, screenshot, type TestBrowser } from './browser.ts'
import { findBrowser, placesOfInstalled } from './find-browser.ts'
import { type OwnSite, startSite } from './own-site.ts'

const GOOD_PAGE = `<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Проба</title></head>
<body><main><h1>Проба ₽ ✓ 😀</h1><button>Ответить</button></main></body></html>`
const BAD_PAGE = `<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Проба</title></head>
<body><main><div id="ours"><button></button></div><div id="theirs"><img src="data:,"></div>
<script>console.error('a planted complaint'); setTimeout(() => { throw new Error('a planted fault') })</script>
</main></body></html>`

let site: OwnSite
let browser: TestBrowser

beforeAll(async () => {
  site = await startSite((path, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (path === '/strict') response.setHeader('content-security-policy', "default-src 'none'")
    response.end(path === '/bad' ? BAD_PAGE : GOOD_PAGE)
  })
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

describe('a page', () => {
  it('speaks the language, wears the theme and has the width that were asked for', async () => {
    const seen = () => ({
      language: navigator.language,
      dark: matchMedia('(prefers-color-scheme: dark)').matches,
      width: window.innerWidth,
    })
    const wide = await browser.newPage()
    await wide.goto(site.url)
    expect(await wide.evaluate(seen)).toEqual({ language: 'ru-RU', dark: false, width: 1440 })
    await wide.close()

    const phone = await browser.newPage({ locale: 'en', theme: 'dark', width: 'phone' })
    await phone.goto(`${site.url}/strict`)
    const onPhone = await phone.evaluate(seen)
    expect(onPhone).toMatchObject({ language: 'en-US', dark: true })
    expect(await phone.evaluate(() => window.screen.width)).toBe(390)
    await phone.close()
  })

  it('shares no storage with another page', async () => {
    const [first, second] = [await browser.newPage(), await browser.newPage()]
    await first.goto(site.url)
    await first.evaluate(() => localStorage.setItem('who', 'first'))
    await second.goto(site.url)
    expect(await second.evaluate(() => localStorage.getItem('who'))).toBeNull()
    await Promise.all([first.close(), second.close()])
  })

  it('draws Cyrillic, the rouble sign, a check mark and a coloured emoji', async () => {
    const page = await browser.newPage()
    await page.goto(site.url)
    const drawn = await page.evaluate(() => {
      const paint = (text: string) => {
        const canvas = document.createElement('canvas')
        const ink = canvas.getContext('2d')
        if (!ink) throw new Error('no canvas')
        ink.font = '40px sans-serif'
        ink.fillText(text, 10, 60)
        return [...ink.getImageData(0, 0, 120, 100).data]
      }
      const unknown = paint('\u{10fffe}').join()
      const isDrawn = (text: string) => {
        const pixels = paint(text)
        return pixels.some((value) => value > 0) && pixels.join() !== unknown
      }
      const emoji = paint('😀')
      const coloured = emoji.some((value, at) => at % 4 === 0 && Math.abs(value - (emoji[at + 2] ?? 0)) > 60)
      return { letters: ['Ж', '₽', '✓'].filter((letter) => !isDrawn(letter)), coloured }
    })
    expect(drawn).toEqual({ letters: [], coloured: true })
    await page.close()
  })

  it('remembers uncaught errors and complaints of the console', async () => {
    const page = await browser.newPage()
    await page.goto(`${site.url}/bad`)
    await expect
      .poll(() => pageProblems(page))
      .toEqual(['console: a planted complaint', 'uncaught: a planted fault'])
    await page.close()
  })

  it('is kept as a picture', async () => {
    const page = await browser.newPage()
    await page.goto(site.url)
    const path = await screenshot(page, 'browser-spec')
    expect(readFileSync(path).subarray(1, 4).toString()).toBe('PNG')
    expect(path.endsWith(join('artifacts', 'screenshots', 'browser-spec.png'))).toBe(true)
    rmSync(path)
    await page.close()
  })
})

describe('axe', () => {
  it('finds nothing on a clean page, even under a policy that forbids every script', async () => {
    const page = await browser.newPage()
    await page.goto(`${site.url}/strict`)
    expect(await axe(page)).toEqual([])
    await page.close()
  })

  it('names the rule and the element, and leaves out what is excluded', async () => {
    const page = await browser.newPage()
    await page.goto(`${site.url}/bad`)
    const found = await axe(page)
    expect(found.map((violation) => violation.id).sort()).toEqual(['button-name', 'image-alt'])
    expect(found.find((violation) => violation.id === 'image-alt')?.message).toContain('img')
    expect((await axe(page, { exclude: ['#theirs'] })).map((violation) => violation.id)).toEqual([
      'button-name',
    ])
    await page.close()
  })
})

describe('finding a browser', () => {
  it('says so when CHROME_PATH names no file, instead of taking another one', async () => {
    await expect(findBrowser({ CHROME_PATH: '/nowhere/chrome' })).rejects.toThrow(
      /CHROME_PATH.*\/nowhere\/chrome/,
    )
  })

  it('takes CHROME_PATH before everything else', async () => {
    expect(await findBrowser({ CHROME_PATH: process.execPath })).toEqual({
      origin: 'CHROME_PATH',
      executablePath: process.execPath,
      env: {},
    })
  })

  it('looks for installed ones by name in each folder of PATH, best name first', () => {
    const places = placesOfInstalled({ PATH: ['/one', '/two'].join(delimiter) }, 'linux')
    expect(places.slice(0, 2)).toEqual(['/one/google-chrome-stable', '/two/google-chrome-stable'])
    expect(places).toContain('/two/chromium')
  })

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'unpacks the bundled one once while processes race, and every one of them gets a whole browser',
    async () => {
      const cache = await mkdtemp(join(tmpdir(), 'trunkline-race-'))
      try {
        const answers = await Promise.all([runUnpack(cache), runUnpack(cache), runUnpack(cache)])
        expect(new Set(answers.map((answer) => answer.path)).size).toBe(1)
        for (const answer of answers) expect(answer.version).toMatch(/^\S*Chrom\S* .*\d+\.\d+/)
        expect(await readdir(cache)).toHaveLength(1)
      } finally {
        await rm(cache, { recursive: true, force: true })
      }
    },
    120_000,
  )

  const repository = fileURLToPath(new URL('../../', import.meta.url))
  const nobody = 65_534
  it.runIf(process.getuid?.() === 0 && readableByOthers(repository))(
    'works for an ordinary user in a checkout that root owns',
    async () => {
      const script = `
        const { launchBrowser } = await import(${JSON.stringify(new URL('./browser.ts', import.meta.url).href)})
        const browser = await launchBrowser()
        const page = await browser.newPage()
        await page.goto('data:text/html,<title>opened</title>')
        process.stdout.write(process.getuid() + ' ' + await page.title())
        await browser.close()`
      expect(await runNode(script, { uid: nobody, gid: nobody })).toBe(`${nobody} opened`)
    },
    120_000,
  )
})

async function runUnpack(cache: string): Promise<{ path: string; version: string }> {
  const script = `
    import { execFileSync } from 'node:child_process'
    const { unpackBundledChromium } = await import(${JSON.stringify(new URL('./bundled-chromium.ts', import.meta.url).href)})
    const found = await unpackBundledChromium(${JSON.stringify(cache)})
    const version = execFileSync(found.executablePath, ['--version'], { env: { ...process.env, ...found.env } }).toString()
    process.stdout.write(JSON.stringify({ path: found.executablePath, version }))`
  return JSON.parse(await runNode(script)) as { path: string; version: string }
}

function runNode(script: string, as: { uid?: number; gid?: number } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      ...as,
      cwd: tmpdir(),
      env: { PATH: process.env.PATH, HOME: tmpdir() },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let complaints = ''
    child.stdout.on('data', (chunk) => {
      out += String(chunk)
    })
    child.stderr.on('data', (chunk) => {
      complaints += String(chunk)
    })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`exit ${code}: ${complaints}`)),
    )
  })
}

/** Whether an ordinary user can reach the folder: each folder above it lets others through. */
function readableByOthers(folder: string): boolean {
  for (let at = folder; ; at = join(at, '..')) {
    if ((statSync(at).mode & 0o005) !== 0o005) return false
    if (at === '/') return true
  }
}
