import { cpus, totalmem } from 'node:os'
import { buildBrowserPrograms } from '@trunkline/tools/build'
import { benchAccept } from './accept.ts'
import { benchBundles } from './bundles.ts'
import { benchDecide } from './decide.ts'
import { benchDryRun } from './dry-run.ts'
import { benchInbox } from './inbox.ts'
import { benchSettingsPage } from './settings-page.ts'
import { benchTransfer } from './transfer.ts'

/**
 * `npm run bench`: every figure that the README quotes, measured now on this machine. `-- --json` prints one JSON line on
 * stdout instead of the table. Ratios compare two things of the same run, so they mean something on a noisy machine.
 */
const json = process.argv.includes('--json')
const note = (line: string) => process.stderr.write(`${line}\n`)

note('building the browser programs…')
await buildBrowserPrograms(note)
note('deciding…')
const decide = benchDecide()
note(JSON.stringify(round(decide)))
note('accepting webhooks…')
const accept = await benchAccept()
note(JSON.stringify(round(accept)))
note('bringing conversations to the portal…')
const transfer = await benchTransfer()
note(JSON.stringify(round(transfer)))
note('trying settings on past conversations…')
const dryRun = await benchDryRun()
note('loading the inbox…')
const inbox = await benchInbox()
note('loading the settings…')
const settingsPage = await benchSettingsPage()
const bundles = await benchBundles()
const machine = {
  node: process.version,
  database: accept.database,
  cpu: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
}
const figures = {
  ...round(decide),
  ...round(accept),
  ...round(transfer),
  ...round(dryRun),
  ...round(inbox),
  ...round(settingsPage),
  ...bundles,
  machine,
}
process.stdout.write(json ? `${JSON.stringify(figures)}\n` : table())

function round<T extends object>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'number' ? Number(value.toPrecision(4)) : value,
    ]),
  ) as T
}

function table(): string {
  const rows: [what: string, measured: string, aim: string][] = [
    ['webhooks accepted with a durable commit ÷ bare handler', figures.acceptRatio.toFixed(2), '≥ 0.3'],
    ['webhooks accepted per second', figures.acceptedPerSecond.toFixed(0), ''],
    ['REST hits per new conversation, 1,000 at once', figures.hitsPerConversation.toFixed(3), '≤ 0.4'],
    [
      'drain time ÷ the slower of the portal’s limit and this machine without it',
      figures.drainRatio.toFixed(2),
      '≤ 1.15',
    ],
    [
      'drain time, portal’s limit, this machine without it',
      [figures.drainSeconds, figures.limitSeconds, figures.machineSeconds]
        .map((s) => `${s.toFixed(1)} s`)
        .join(', '),
      '',
    ],
    ['decisions per second on one core, 50 rules of 10 conditions', figures.decidePerSecond.toFixed(0), ''],
    ['the same under settings read once, as in a dry-run', figures.decideManyPerSecond.toFixed(0), ''],
    ['requests blocked by the portal', String(figures.blocked), '0'],
    ['webhook to deal on an idle portal, p50', `${figures.webhookToDealP50Ms.toFixed(0)} ms`, ''],
    ['webhook to deal on an idle portal, p95', `${figures.webhookToDealP95Ms.toFixed(0)} ms`, '≤ 400 ms'],
    [
      'dry-run of changed settings on 1,000 conversations',
      `${figures.dryRun1000Ms.toFixed(0)} ms`,
      '< 5,000 ms',
    ],
    ['inbox with 1,000 conversations, first load', `${figures.inboxReadyMs.toFixed(0)} ms`, ''],
    [
      `inbox with ${figures.inboxScrolled.toLocaleString('en')} conversations, scrolled fast: between frames p50, p95`,
      `${figures.inboxScrollP50Ms.toFixed(0)} ms, ${figures.inboxScrollP95Ms.toFixed(0)} ms`,
      '≤ 20 ms',
    ],
    ['one page of that list from the server, p95', `${figures.inboxPageP95Ms.toFixed(0)} ms`, ''],
    [
      'settings with 50 rules of 10 conditions, first load',
      `${figures.settingsPageReadyMs.toFixed(0)} ms`,
      '',
    ],
    ['cabinet, first load (gzip)', kb(figures.cabinetFirstLoadBytes), ''],
    ['inbox page on top of it (gzip)', kb(figures.inboxPageBytes), ''],
    ['site widget (gzip)', kb(figures.widgetBytes), '< 25 kB'],
  ]
  const lines = rows.map(([what, measured, aim]) => `| ${what} | ${measured} | ${aim} |`)
  const where = `${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.platform}, Node ${machine.node}, ${machine.database}`
  return `| figure | measured | aim |\n| --- | --- | --- |\n${lines.join('\n')}\n\n${where}\n`
}

function kb(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
