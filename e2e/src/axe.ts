import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

/** One accessibility rule that the page breaks. */
export interface AxeViolation {
  /** The rule's name in axe-core. */
  readonly id: string
  readonly impact: string
  /** One readable paragraph: the rule, each element that breaks it, and what to do. */
  readonly message: string
}

const RUN: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  resultTypes: ['violations'],
  // Nothing of ours plays by itself; without it axe does not read every stylesheet once more for each page.
  preload: false,
}
/** What another theme can change: the same elements in other colours. */
const COLOURS: RunOptions = { ...RUN, runOnly: ['color-contrast', 'link-in-text-block'] }

let source: Promise<string> | undefined

/**
 * Checks the page as it stands now against WCAG 2.0-2.2, levels A and AA, in all its frames.
 *
 * Works under any content security policy: the script is evaluated through the debugger, not loaded by the page.
 * @param options.exclude CSS selectors of parts that are not ours (a hostile test site around the widget).
 * @param options.colours only what depends on colours, for a page that was checked whole in another theme.
 * @returns nothing when the page is clean, so a test reads `expect(await axe(page)).toEqual([])`.
 */
export async function axe(
  page: Page,
  options: { exclude?: readonly string[]; colours?: boolean } = {},
): Promise<AxeViolation[]> {
  source ??= readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
  const script = await source
  await Promise.all(page.frames().map((frame) => frame.evaluate(`${script};undefined`)))
  const context = { exclude: (options.exclude ?? []).map((selector) => [selector]) }
  const call = `window.axe.run(${JSON.stringify({ include: [['html']], ...context })}, ${JSON.stringify(options.colours ? COLOURS : RUN)})`
  const { violations } = await page.evaluate<AxeResults>(call)
  return violations.map((violation) => ({
    id: violation.id,
    impact: violation.impact ?? 'unknown',
    message: [
      `${violation.help} (${violation.helpUrl})`,
      ...violation.nodes.map((node) => `  ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
    ].join('\n'),
  }))
}
