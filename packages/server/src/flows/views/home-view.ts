import type { Home } from '@trunkline/contracts/http/journal'
import type { IntegrationSettings, PassingSettings } from '@trunkline/contracts/settings/index'
import { loadChannels } from '../../store/channels.ts'
import type { Tx } from '../../store/database.ts'
import { dayCounts, dayStart, hasConversations, ledgerCounts, waitingByPortal } from '../../store/home.ts'
import { loadPortals } from '../../store/portals.ts'
import { loadIntegrations, settingsInForce } from '../../store/settings.ts'
import { loadNotices } from '../../store/settings-notices.ts'
import { loadWorkspace } from '../../store/workspaces.ts'
import { channelHealth } from './channel-view.ts'
import { portalHealth, portalName } from './portal-view.ts'

/** The first page: whether everything adds up, whether everything is well, what happened today, what is left to do. */
export async function homeView(tx: Tx, viewer: { readonly setsUp: boolean }): Promise<Home> {
  const workspace = await loadWorkspace(tx)
  const channels = await loadChannels(tx)
  const portals = await loadPortals(tx)
  const waiting = await waitingByPortal(tx)
  return {
    ledger: await ledger(tx),
    today: await dayCounts(tx, await dayStart(tx, workspace.timeZone)),
    channels: channels.map((row) => ({
      id: row.id,
      type: row.type,
      title: row.title,
      health: channelHealth(row),
      lastEventAt: row.lastEventAt?.toISOString() ?? null,
    })),
    portals: portals.map((row) => ({
      id: row.id,
      name: portalName(row),
      origin: row.origin,
      health: portalHealth(row),
      waiting: waiting.get(row.id) ?? 0,
    })),
    nextSteps: viewer.setsUp
      ? await nextSteps(tx, {
          // One that was connected and is ill now is not to be set up anew: its own state says what repairs it.
          hasPortal: portals.some((row) => row.state !== 'draft' && row.state !== 'authorising'),
          hasChannel: channels.some((row) => row.state !== 'off' && row.state !== 'connecting'),
        })
      : [],
    notices: viewer.setsUp
      ? (await loadNotices(tx)).map(({ since, message, ...notice }) => ({
          ...notice,
          message: { ...message },
          since: since.toISOString(),
        }))
      : [],
  }
}

async function ledger(tx: Tx): Promise<Home['ledger']> {
  const { total, groups } = await ledgerCounts(tx)
  const sum = (outcome: string) =>
    groups.filter((one) => one.outcome === outcome).reduce((all, one) => all + one.count, 0)
  const counts = {
    passed: sum('passed'),
    notPassed: sum('not_passed'),
    held: sum('held'),
    failed: sum('failed'),
    pending: sum('pending'),
  }
  return {
    accepted: total,
    ...counts,
    difference: total - Object.values(counts).reduce((all, one) => all + one, 0),
    byReason: groups.flatMap(({ outcome, reason, count }) =>
      reason === null ? [] : [{ outcome, reason, count }],
    ),
  }
}

/** What is left to set up, in the order it should be done; empty once all of it is. */
async function nextSteps(
  tx: Tx,
  has: { hasPortal: boolean; hasChannel: boolean },
): Promise<Home['nextSteps']> {
  const all: IntegrationSettings[] = []
  for (const { id } of await loadIntegrations(tx)) all.push(await settingsInForce(tx, id))
  // The one that is furthest: a second integration that was only begun leaves nothing undone.
  const passing = all.find(({ main, chats, requests }) => main.active && (passes(chats) || passes(requests)))
  const { main, chats, requests } = passing ?? all[0]!
  // A company may pass its requests alone.
  const section = !passes(chats) && passes(requests) ? requests : chats
  const steps = [
    { code: 'connect-portal', done: has.hasPortal },
    { code: 'add-channel', done: has.hasChannel },
    { code: 'activate-main', done: main.active },
    { code: 'activate-chats', done: passes(section) },
    { code: 'select-channels', done: section.channelIds.length > 0 },
    { code: 'choose-responsible', done: section.defaultResponsibleId !== '' },
    { code: 'first-conversation', done: await hasConversations(tx) },
  ]
  return steps.every((step) => step.done) ? [] : steps
}

function passes(section: PassingSettings): boolean {
  return section.active && section.enabled
}
