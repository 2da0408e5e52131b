/** Everything of the demo that is not the product: the pretend portal with its page, the pretend Telegram, the test site. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleApp, createPortalPage } from '../page/serve-page.ts'
import { startSandbox } from '../portal/sandbox.ts'
import { bouquetPicture } from './bouquet-picture.ts'
import { DEMO_APP, type DemoLanguage, demoCompany, OAUTH_RETURN_PATH } from './company.ts'
import type { DemoPorts } from './remembered-ports.ts'
import { createScenarioPlayer, type ScenarioCast, type ScenarioPlayer } from './scenario.ts'
import { startTestSite } from './site/company-site.ts'
import { startTelegramNetwork, type TelegramNetwork } from './telegram/telegram-network.ts'
import { createTelegramPage } from './telegram/telegram-page.ts'

export interface WorldOptions {
  /** Folder of this demo: `portal.json`, `telegram.json` and `site.json` lie there. */
  readonly folder: string
  readonly ports: DemoPorts
  readonly language: DemoLanguage
}

export interface World {
  readonly addresses: WorldAddresses
  stop(): Promise<void>
}

/** Where the parts listen, and what a person types to attach the pretend Telegram. */
export interface WorldAddresses {
  readonly portal: string
  readonly site: string
  readonly telegram: string
  readonly botToken: string
}

/** File in the demo's folder by which the seeding tells the test site which chat to carry. */
export const SITE_FILE = 'site.json'

/** Opens every address; state of an earlier run in the same folder is taken up again. */
export async function startWorld({ folder, ports, language }: WorldOptions): Promise<World> {
  const hubUrl = `http://127.0.0.1:${ports.cabinet}`
  const closers: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    let player: ScenarioPlayer | undefined
    const page = await createPortalPage(() => player)
    const sandbox = await startSandbox({
      port: ports.portal,
      seed: 'demo',
      // Simple mode: a first contact becomes a deal with a contact, as the story of the product tells it.
      portal: { language, crmMode: 'simple' },
      stateFile: join(folder, 'portal.json'),
      extend: (app, portal) => page.mount(app, portal),
    })
    closers.push(() => sandbox.stop())
    sandbox.registerApp({
      ...DEMO_APP,
      scope: [...DEMO_APP.scope],
      redirectUri: `${hubUrl}${OAUTH_RETURN_PATH}`,
      installUrl: `${hubUrl}/portal/install`,
      mainUrl: `${hubUrl}/portal/app`,
    })
    const telegram = await startTelegramNetwork({
      port: ports.telegram,
      memoryFile: join(folder, 'telegram.json'),
      botName: demoCompany(language).texts.telegram,
      page: createTelegramPage(await bundleApp('messenger.tsx'), language),
    })
    closers.push(() => telegram.stop())
    const scenario = createScenarioPlayer({ language, cast: castOf(telegram) }, (error) => {
      process.emitWarning(`the scenario ended: ${error instanceof Error ? error.message : String(error)}`)
    })
    player = scenario
    closers.push(() => scenario.stop())
    const site = await startTestSite({
      port: ports.site,
      language,
      links: () => ({
        hubUrl,
        siteKey: readSiteKey(join(folder, SITE_FILE)),
        portalUrl: sandbox.url,
        telegramUrl: telegram.url,
      }),
    })
    closers.push(() => site.stop())
    return {
      addresses: {
        portal: sandbox.url,
        site: site.url,
        telegram: telegram.url,
        botToken: telegram.settings.botToken,
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The people of the scenario live in the pretend Telegram. */
function castOf(telegram: TelegramNetwork): ScenarioCast {
  return (name) => {
    const { id } = telegram.person(name)
    return {
      write: (text) => telegram.write(id, text),
      sharePhone: () => telegram.sharePhone(id),
      sendPhoto: (caption) => telegram.sendPhoto(id, { bytes: bouquetPicture(), caption }),
    }
  }
}

function readSiteKey(file: string): string | undefined {
  try {
    const { siteKey } = JSON.parse(readFileSync(file, 'utf8')) as { siteKey?: unknown }
    return typeof siteKey === 'string' ? siteKey : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
