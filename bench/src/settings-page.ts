import type { SettingsDocument } from '@trunkline/contracts/http/settings'
import { launchBrowser } from '@trunkline/e2e/browser'
import { hubRig } from '@trunkline/e2e/rig/hub-rig'
import { testDatabase } from '@trunkline/server/store/test-database'
import { share, signedIn } from './inbox.ts'

export interface SettingsPageFigures {
  /**
   * From opening the address of the Chats section, with 50 rules of 10 conditions saved in it, to its last setting on the
   * screen, in a new browser profile just signed in; median of five.
   */
  readonly settingsPageReadyMs: number
}

/** Opens the settings of a company with many rules in a real browser whose memory holds only the sign-in page. */
export async function benchSettingsPage(
  options: { rules?: number; conditions?: number; rounds?: number } = {},
): Promise<SettingsPageFigures> {
  const { rules = 50, conditions = 10, rounds = 5 } = options
  await using database = await testDatabase()
  await using rig = await hubRig({ databaseUrl: database.url })
  const { value, version } = await rig.client.call<SettingsDocument>('GET', '/api/settings/chats')
  const transferRules = Array.from({ length: rules }, (_, at) => ({
    id: `rule-${at}`,
    title: `Rule ${at}`,
    active: true,
    action: 'deny',
    when: {
      combinator: 'and',
      rules: Array.from({ length: conditions }, (_, n) => ({
        field: 'pageUrl',
        operator: 'contains',
        value: `/shelf-${at}/${n}`,
      })),
    },
  }))
  await rig.client.call('PUT', '/api/settings/chats', { value: { ...value, transferRules }, version })
  const browser = await launchBrowser()
  try {
    const opened: number[] = []
    for (let round = 0; round < rounds; round++) {
      const page = await signedIn(browser, rig)
      const startedAt = performance.now()
      await page.goto(`${rig.server.url}/cabinet/integrations/bitrix24/chats`)
      await page.locator('[data-field=fieldMappings]').waitFor()
      opened.push(performance.now() - startedAt)
      await page.context().close()
    }
    return { settingsPageReadyMs: share(opened, 0.5) }
  } finally {
    await browser.close()
  }
}
