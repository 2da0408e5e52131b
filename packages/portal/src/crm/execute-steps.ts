import type { EntityRef } from '@trunkline/contracts/crm/entity'
import { HubError } from '@trunkline/contracts/errors'
import type { StepId } from '@trunkline/contracts/ids'
import { idOf } from '../client/answer.ts'
import type { WireItem } from '../client/wire.ts'
import type { CommandAnswer, GroupAnswer, Pump, PumpCommand } from '../pump/pump-contract.ts'
import type { LedgerStep, StepLedger, StepsResult, WriteContext } from './ledger-step.ts'
import type { FoundWrite } from './look-for-lost.ts'
import { lookForLost, markerOf } from './look-for-lost.ts'
import type { ClientCheck } from './mend.ts'
import { dropStrayComment, mendClients } from './mend.ts'
import { itemOf } from './read-result.ts'
import type { BoundTarget } from './step-command.ts'
import { madeType, stepCommand, targetOf } from './step-command.ts'

/** Rounds of one call: a second one for what was refused for a moment or waited for something lost and found. */
const MAX_ROUNDS = 4
const DEFAULT_SETTLE_MS = 65_000
/** When to come again for steps that were refused for a moment and the portal did not say for how long. */
const DEFAULT_WAIT_MS = 5_000

/** A step while it is being carried out. */
interface Work {
  readonly ledgerStep: LedgerStep
  remoteId: string | undefined
  sentAt: number | undefined
  error: HubError | undefined
  state: 'planned' | 'done' | 'failed' | 'unknown' | 'waiting'
  /** Done in this call; the ledger hears of it once the card's client was compared with the plan. */
  isFresh: boolean
  /** The card as the portal said it made it. */
  seen: WireItem | undefined
}

/** One command that left. */
interface Sent {
  readonly work: Work
  readonly command: PumpCommand
  /** The step of the same batch that it refers to. */
  readonly predecessor: Work | undefined
}

/**
 * Carries out the steps of one conversation's plan, each at most once.
 *
 * 1. Steps that may have run (`sentAt`) are looked for; those found are done. One that is not found is repeated only
 *    when nothing of its request can still be running.
 * 2. What is left goes as one group into a batch, later steps referring to the cards that earlier ones make.
 *    `ledger.sent` is committed before the request leaves.
 * 3. Each row is judged by itself, and then by what it referred to: a comment that followed a card which was not made
 *    is taken away again, a card whose contact came out wrong is mended.
 *
 * Call it again with fresh ledger rows when the result says so. Throws HubError when nothing could be asked at all
 * (portal paused or unreachable); the ledger is right in that case too.
 */
export async function executeSteps(
  pump: Pump,
  steps: readonly LedgerStep[],
  ledger: StepLedger,
  context: WriteContext,
): Promise<StepsResult> {
  const now = context.now ?? Date.now
  const works: Work[] = steps.map((ledgerStep) => ({
    ledgerStep,
    remoteId: ledgerStep.remoteId,
    sentAt: ledgerStep.remoteId === undefined ? ledgerStep.sentAt : undefined,
    error: undefined,
    state:
      ledgerStep.remoteId !== undefined ? 'done' : ledgerStep.sentAt !== undefined ? 'unknown' : 'planned',
    isFresh: false,
    seen: undefined,
  }))
  for (const { ledgerStep } of works) if (ledgerStep.step.kind === 'comment') markerOf(ledgerStep)

  for (let round = 0; round < MAX_ROUNDS; round++) {
    await settleUnknown(pump, works, ledger, context, now())
    if (works.some(({ state }) => state === 'unknown')) break
    const sent = nextCommands(works, context)
    if (sent.length === 0) break
    await sendRound(pump, works, sent, ledger, context, now)
  }
  return resultOf(works, context, now())
}

/** Looks for what may have run. What is not found and can no longer appear is planned again. */
async function settleUnknown(
  pump: Pump,
  works: readonly Work[],
  ledger: StepLedger,
  context: WriteContext,
  nowMs: number,
): Promise<void> {
  const lost = works.filter(({ state }) => state === 'unknown')
  if (lost.length === 0) return
  const found = await lookForLost(
    pump,
    lost.map(({ ledgerStep }) => ledgerStep),
    (target, ids) => cardOf(works, target, ids),
    context,
  )
  const settleMs = context.settleMs ?? DEFAULT_SETTLE_MS
  for (const work of lost) {
    const write = found.get(work.ledgerStep.id)
    if (write !== undefined) finish(work, write.remoteId, write.item)
    else if (work.ledgerStep.step.kind === 'notify' || nowMs >= (work.sentAt ?? 0) + settleMs)
      work.state = 'planned'
  }
  await recordFresh(pump, works, ledger, context)
}

/**
 * Puts clients right, and only then tells the ledger of what was done: should we die in between, the card is looked
 * for and compared again.
 */
async function recordFresh(
  pump: Pump,
  works: readonly Work[],
  ledger: StepLedger,
  context: WriteContext,
): Promise<void> {
  await mendClients(pump, clientsToCheck(works), context)
  const fresh = works.filter(({ isFresh }) => isFresh)
  await Promise.all(fresh.map(({ ledgerStep, remoteId }) => ledger.done(ledgerStep.id, remoteId!)))
  for (const work of fresh) work.isFresh = false
}

/** Commands of the steps that can run now, in the order of the plan. */
function nextCommands(works: readonly Work[], context: WriteContext): Sent[] {
  const sent: Sent[] = []
  works.forEach((work, index) => {
    if (work.state !== 'planned' && work.state !== 'waiting') return
    let predecessor: Work | undefined
    const bind = (target: EntityRef | { readonly step: string }): BoundTarget | undefined => {
      const card = cardOf(works, target)
      if (card !== undefined) return { kind: 'card', card }
      if (!('step' in target)) return undefined
      const maker = sent.find(({ work: other }) => other.ledgerStep.step.key === target.step)
      const type = maker === undefined ? undefined : madeType(maker.work.ledgerStep.step)
      if (maker === undefined || type === undefined) return undefined
      predecessor = maker.work
      return { kind: 'made', type, command: maker.command.name }
    }
    const command = stepCommand(work.ledgerStep, `s${index}`, bind, context)
    if (command !== undefined) sent.push({ work, command, predecessor })
  })
  return sent
}

async function sendRound(
  pump: Pump,
  works: readonly Work[],
  sent: readonly Sent[],
  ledger: StepLedger,
  context: WriteContext,
  now: () => number,
): Promise<void> {
  let sentAt: number | undefined
  let answer: GroupAnswer
  try {
    answer = await pump.group(
      sent.map(({ command }) => command),
      {
        priority: context.priority ?? 2,
        writes: true,
        ...(context.signal === undefined ? {} : { signal: context.signal }),
        async beforeSend() {
          await ledger.sent(sent.map(({ work }) => work.ledgerStep.id))
          sentAt = now()
        },
      },
    )
  } catch (error) {
    // The pump rejects only when nothing of the group ran.
    if (sentAt !== undefined && error instanceof HubError) {
      await Promise.all(sent.map(({ work }) => ledger.released(work.ledgerStep.id, error)))
    }
    throw error
  }
  for (const { work } of sent) work.sentAt = now()
  // In the order of the plan: a row is judged by the one it referred to.
  for (const one of sent) await settleRow(pump, one, answer[one.command.name]!, ledger, context)
  await recordFresh(pump, works, ledger, context)
}

async function settleRow(
  pump: Pump,
  { work, predecessor }: Sent,
  row: CommandAnswer,
  ledger: StepLedger,
  context: WriteContext,
): Promise<void> {
  const { id, step } = work.ledgerStep
  const isStray = predecessor !== undefined && predecessor.state !== 'done'
  if (row.outcome === 'unknown') {
    work.state = 'unknown'
    work.error = row.error
    return ledger.unknown(id, row.error)
  }
  if (row.outcome === 'done') {
    const remoteId = remoteIdOf(step.kind, row.result)
    if (remoteId === undefined) {
      const error = new HubError('portal/unknown-outcome', { certain: false, detail: `${step.kind}: no id` })
      work.state = 'unknown'
      work.error = error
      return ledger.unknown(id, error)
    }
    // A card stands whatever became of its contact: the contact is put right afterwards.
    if (!isStray || madeType(step) !== undefined) {
      return finish(work, remoteId, itemOf(row.result))
    }
    if (step.kind === 'comment') await dropStrayComment(pump, remoteId, context)
  }
  if (isStray) {
    const reason = predecessor.error ?? new HubError('portal/refused')
    // What the step waits for may still come: it was lost, or refused for a moment only.
    work.state = predecessor.state === 'failed' ? 'failed' : 'planned'
    work.error = reason
    return ledger.released(id, reason)
  }
  if (row.outcome === 'done') return
  work.error = row.error
  if (row.error.kind === 'rate-limit' || row.error.kind === 'retryable') {
    work.state = 'waiting'
    return ledger.released(id, row.error)
  }
  work.state = 'failed'
  return ledger.failed(id, row.error)
}

function finish(work: Work, remoteId: string, seen: WireItem | undefined): void {
  work.remoteId = remoteId
  work.state = 'done'
  work.error = undefined
  work.isFresh = true
  work.seen = seen
}

/** The portal's id of what a step made. A user who switched notices off gets `off`: there is nothing to repeat. */
function remoteIdOf(kind: LedgerStep['step']['kind'], result: unknown): string | undefined {
  if (kind === 'notify') return idOf(result) ?? 'off'
  if (kind === 'comment') return idOf(result)
  return idOf(itemOf(result)?.id)
}

/** The card a target stands for, when it is known. */
function cardOf(
  works: readonly Work[],
  target: EntityRef | { readonly step: string },
  found?: ReadonlyMap<StepId, FoundWrite>,
): EntityRef | undefined {
  if (!('step' in target)) return target
  const maker = works.find(({ ledgerStep }) => ledgerStep.step.key === target.step)
  const type = maker === undefined ? undefined : madeType(maker.ledgerStep.step)
  const id = maker?.remoteId ?? (maker === undefined ? undefined : found?.get(maker.ledgerStep.id)?.remoteId)
  return type === undefined || id === undefined ? undefined : { type, id }
}

/** Cards whose client must be compared with the plan: those done in this round, and those whose contact was. */
function clientsToCheck(works: readonly Work[]): readonly ClientCheck[] {
  return works.flatMap((work) => {
    const type = madeType(work.ledgerStep.step)
    const target = targetOf(work.ledgerStep.step)
    if (type === undefined || target === undefined || work.remoteId === undefined) return []
    const maker =
      'step' in target ? works.find(({ ledgerStep }) => ledgerStep.step.key === target.step) : undefined
    if (!work.isFresh && maker?.isFresh !== true) return []
    const client = cardOf(works, target)
    return client === undefined ? [] : [{ card: { type, id: work.remoteId }, client, seen: work.seen }]
  })
}

function resultOf(works: readonly Work[], context: WriteContext, nowMs: number): StepsResult {
  const remoteIds = new Map(
    works.flatMap(({ ledgerStep, remoteId }) =>
      remoteId === undefined ? [] : [[ledgerStep.id, remoteId] as const],
    ),
  )
  const unknown = works.filter(({ state }) => state === 'unknown')
  if (unknown.length > 0) {
    const settledAt =
      Math.max(...unknown.map(({ sentAt }) => sentAt ?? nowMs)) + (context.settleMs ?? DEFAULT_SETTLE_MS)
    return { state: 'unknown', retryAfterMs: Math.max(1_000, settledAt - nowMs), remoteIds }
  }
  if (works.some(({ state }) => state === 'failed')) return { state: 'failed', remoteIds }
  const open = works.filter(({ state }) => state !== 'done')
  if (open.length === 0) return { state: 'done', remoteIds }
  const waits = open.map(({ error }) => error?.retryAfterMs ?? DEFAULT_WAIT_MS)
  return { state: 'waiting', retryAfterMs: Math.max(...waits), remoteIds }
}
