import { HubError } from '@trunkline/contracts/errors'
import type { DryRun, DryRunRow, DryRunTraces } from '@trunkline/contracts/http/settings'
import type { DecisionId, IntegrationId } from '@trunkline/contracts/ids'
import type { SectionName } from '@trunkline/contracts/settings/index'
import { namesOf } from '@trunkline/domain/settings/settings-world'
import type { NameBook } from '@trunkline/domain/transfer/explain'
import { sectionOf } from '@trunkline/domain/transfer/input'
import type { Tx } from '../../store/database.ts'
import { type DecidedRow, decidedConversation, decidedConversations } from '../../store/decided.ts'
import { differencesOf, type Upshot, upshotOf } from './compare-decisions.ts'
import { type DecidedAnew, decideAnew } from './decided-facts.ts'
import { sideView, traceView } from './dry-run-view.ts'
import { savableSection } from './save-section.ts'
import { groundNames, type SettingsGround, withSection } from './settings-ground.ts'
import { settingsWorld } from './settings-world.ts'

/** Decisions between two breaths of the process: a thousand in one go would keep everybody else waiting. */
const BREATH_EVERY = 50

/**
 * What a changed section would make of the newest conversations (or requests) that were decided before, compared with what
 * the saved settings would make of them today. Nothing is saved and nothing is asked of the portal: both sides are
 * decided from the facts stored with the last full decision (`decideAnew` says what of them is as of now).
 *
 * Where the portal was never asked about the client, because a gate stopped that conversation then, a side may only say
 * that it would ask. What the plan does not hold (attachments as links or files) makes no difference here.
 * @throws HubError `settings/not-saved` like a save.
 */
export async function dryRun(
  tx: Tx,
  section: SectionName,
  wish: { value: Record<string, unknown>; count: number },
  integrationId?: IntegrationId,
): Promise<DryRun> {
  const startedAt = performance.now()
  const sides = await dryRunSides(tx, section, wish.value, integrationId)
  const found: DryRun = {
    compared: 0,
    same: 0,
    differ: 0,
    wouldAsk: 0,
    byDifference: {},
    before: { passed: 0, created: 0 },
    after: { passed: 0, created: 0 },
    rows: [],
    tookMs: 0,
  }
  const { before, after } = sides
  if (before !== undefined && after !== undefined) {
    const decided = await decidedConversations(tx, {
      integrationId: sides.saved.integration.id,
      events: section === 'main' ? ['chat', 'request'] : [section === 'chats' ? 'chat' : 'request'],
      limit: wish.count,
    })
    for (const [index, row] of decided.entries()) {
      if (index % BREATH_EVERY === BREATH_EVERY - 1) await new Promise((resume) => setImmediate(resume))
      addRow(found, compared(row, before(row), after(row), sides.names))
    }
  }
  found.tookMs = Math.round(performance.now() - startedAt)
  return found
}

/** One row of it with both traces, line by line. @throws HubError `request/not-found`, `settings/not-saved`. */
export async function dryRunTraces(
  tx: Tx,
  section: SectionName,
  wish: { value: Record<string, unknown>; decisionId: DecisionId },
  integrationId?: IntegrationId,
): Promise<DryRunTraces> {
  const sides = await dryRunSides(tx, section, wish.value, integrationId)
  const row = await decidedConversation(tx, sides.saved.integration.id, wish.decisionId)
  if (row === undefined || sides.before === undefined || sides.after === undefined)
    throw new HubError('request/not-found')
  const before = sides.before(row)
  const after = sides.after(row)
  const names = namesOf(settingsWorld(sides.saved))
  const told = ({ facts, decision }: DecidedAnew, { settings }: SettingsGround) =>
    traceView(decision.trace, sides.names, { passing: settings[sectionOf(facts)], facts, names })
  const view = compared(row, before, after, sides.names).view()
  return {
    ...view,
    before: { ...view.before, trace: told(before, sides.saved) },
    after: { ...view.after, trace: told(after, sides.changed) },
  }
}

interface Sides {
  readonly saved: SettingsGround
  readonly changed: SettingsGround
  /** What each of them decides. */
  readonly before: ReturnType<typeof decideAnew>
  readonly after: ReturnType<typeof decideAnew>
  readonly names: NameBook
}

async function dryRunSides(
  tx: Tx,
  section: SectionName,
  given: Record<string, unknown>,
  integrationId: IntegrationId | undefined,
): Promise<Sides> {
  const { ground, value } = await savableSection(tx, section, given, integrationId)
  const changed = withSection(ground, section, value)
  return {
    saved: ground,
    changed,
    before: decideAnew(ground),
    after: decideAnew(changed),
    names: groundNames(ground),
  }
}

interface Compared {
  readonly upshots: { readonly before: Upshot; readonly after: Upshot }
  readonly differences: DryRunRow['differences']
  /** Words are only made for what is shown. */
  view(): DryRunRow
}

function compared(row: DecidedRow, before: DecidedAnew, after: DecidedAnew, names: NameBook): Compared {
  const upshots = { before: upshotOf(before.decision), after: upshotOf(after.decision) }
  // Of the conversation and its contact both sides know the same.
  const { facts } = before
  const differences = differencesOf(upshots.before, upshots.after)
  return {
    upshots,
    differences,
    view: () => ({
      decisionId: row.decisionId,
      conversation: {
        id: row.conversationId,
        number: Number(row.number),
        contactName: facts.contact.name ?? facts.contact.phones[0] ?? facts.contact.emails[0] ?? null,
        channelTitle: facts.conversation.channelTitle,
        startedAt: facts.conversation.startedAt,
        event: facts.event ?? 'chat',
      },
      differences,
      before: sideView(upshots.before, facts, names),
      after: sideView(upshots.after, facts, names),
    }),
  }
}

function addRow(found: DryRun, { upshots, differences, view }: Compared): void {
  found.compared++
  if (upshots.before.wouldAsk || upshots.after.wouldAsk) found.wouldAsk++
  for (const side of ['before', 'after'] as const) {
    if (upshots[side].outcome === 'passed') found[side].passed++
    if (upshots[side].created !== undefined) found[side].created++
  }
  if (differences.length === 0) found.same++
  else {
    found.differ++
    for (const one of differences) found.byDifference[one] = (found.byDifference[one] ?? 0) + 1
    found.rows.push(view())
  }
}
