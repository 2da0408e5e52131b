import type { EntityRef } from '@trunkline/contracts/crm/entity'
import { HubError } from '@trunkline/contracts/errors'
import { isGone } from '../client/errors.ts'
import type { CommandAnswer, GroupAnswer, Pump, PumpCommand } from '../pump/pump-contract.ts'
import { fieldsToWrite, readCards } from './fill-fields.ts'
import { leaveOutNext } from './leave-out.ts'
import type { LedgerStep, StepLedger, StepsResult, WriteContext } from './ledger-step.ts'
import { lookForLost, markerOf } from './look-for-lost.ts'
import type { ClientCheck } from './mend.ts'
import { dropStrayComment, mendClients } from './mend.ts'
import { itemOf } from './read-result.ts'
import type { BoundTarget } from './step-command.ts'
import { madeType, stepCommand, targetOf } from './step-command.ts'
import {
  cardOf,
  finish,
  isMarked,
  isRepeatable,
  leftOutNote,
  remoteIdOf,
  resultOf,
  settleMsOf,
  type Work,
  workOf,
} from './step-work.ts'

/** Rounds of one call: more than one for what was refused for a moment, refused for a field, or waited for another. */
const MAX_ROUNDS = 6

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
  const works = steps.map(workOf)
  for (const { ledgerStep } of works) if (isMarked(ledgerStep)) markerOf(ledgerStep)

  for (let round = 0; round < MAX_ROUNDS; round++) {
    await settleUnknown(pump, works, ledger, context, now())
    if (works.some(({ state }) => state === 'unknown')) break
    await prepareFills(pump, works, ledger, context)
    await openNextFiles(works)
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
  const settleMs = settleMsOf(context)
  for (const work of lost) {
    const write = found.get(work.ledgerStep.id)
    if (write !== undefined) finish(work, write.remoteId, write.item)
    else if (isRepeatable(work.ledgerStep) || nowMs >= (work.sentAt ?? 0) + settleMs) work.state = 'planned'
  }
  await recordFresh(pump, works, ledger, context)
}

/**
 * Reads the cards whose fields are to be filled and tells what each still needs. One that needs nothing is done; one
 * that cannot be read is done with a note, because a mapping never stops a transfer (CHAT-75).
 */
async function prepareFills(
  pump: Pump,
  works: readonly Work[],
  ledger: StepLedger,
  context: WriteContext,
): Promise<void> {
  const fills = works.flatMap((work) => {
    const { step } = work.ledgerStep
    const isOpen = work.state === 'planned' || work.state === 'waiting'
    return step.kind === 'fill-fields' && isOpen ? [{ work, step }] : []
  })
  if (fills.length === 0) return
  const cards = await readCards(
    pump,
    fills.map(({ step }) => step.target),
    context,
  )
  for (const [index, { work, step }] of fills.entries()) {
    const card = cards[index]!
    if (card.outcome === 'failed') {
      const codes = step.fields.map(({ code }) => code)
      work.note = leftOutNote(codes, card.error)
      finish(work, step.target.id, undefined)
      continue
    }
    const wanted = fieldsToWrite(step.fields, card.values)
    work.fill = Object.fromEntries(Object.entries(wanted).filter(([code]) => !work.leftOut.has(code)))
    if (Object.keys(work.fill).length === 0) finish(work, step.target.id, undefined)
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
  await Promise.all(
    fresh.map(({ ledgerStep, remoteId, note }) => ledger.done(ledgerStep.id, remoteId!, note)),
  )
  for (const work of fresh) work.isFresh = false
}

/** Commands of the steps that can run now, in the order of the plan. */
function nextCommands(works: readonly Work[], context: WriteContext): Sent[] {
  const sent: Sent[] = []
  works.forEach((work, index) => {
    if (work.state !== 'planned' && work.state !== 'waiting') return
    if (!isPrepared(work, works)) return
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
    const command = stepCommand(work.ledgerStep, `s${index}`, bind, context, {
      leftOut: work.leftOut,
      fill: work.fill ?? {},
      files: work.files ?? [],
    })
    if (command !== undefined) sent.push({ work, command, predecessor })
  })
  return sent
}

/** Opens the files of one step a round, so that few of them are in memory at a time. */
async function openNextFiles(works: readonly Work[]): Promise<void> {
  const next = works.find(
    (work) =>
      work.ledgerStep.step.kind === 'attach-files' && (work.state === 'planned' || work.state === 'waiting'),
  )
  if (next === undefined) return
  next.files = (await next.ledgerStep.openFiles?.()) ?? []
}

/** Nothing is taken out of a card before it stands in another one. */
function isPrepared({ ledgerStep, files }: Work, works: readonly Work[]): boolean {
  const { step } = ledgerStep
  if (step.kind === 'attach-files') return files !== undefined
  if (step.kind !== 'remove-comment') return true
  return step.after.every((key) => {
    const before = works.filter((other) => other.ledgerStep.step.key === key)
    return before.length > 0 && before.every(({ state }) => state === 'done')
  })
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
  for (const { work } of sent) {
    work.sentAt = now()
    work.files = undefined
  }
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
    const remoteId = remoteIdOf(step, row.result)
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
    if (step.kind === 'comment' || step.kind === 'attach-files')
      await dropStrayComment(pump, remoteId, context)
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
  if (step.kind === 'fill-fields' || context.onFieldRefused !== 'stop') {
    const leftOut = leaveOutNext(step, row.error, work.leftOut)
    if (leftOut !== undefined) {
      work.leftOut = leftOut
      work.note = leftOutNote([...leftOut], row.error)
      work.state = 'planned'
      return ledger.released(id, row.error)
    }
  }
  if (step.kind === 'fill-fields') {
    work.note = leftOutNote(Object.keys(work.fill ?? {}), row.error)
    return finish(work, step.target.id, undefined)
  }
  if (step.kind === 'attach-files') {
    // The transcript links to them anyway.
    work.note = row.error
    return finish(work, 'refused', undefined)
  }
  if (step.kind === 'remove-comment') {
    // One that is not there is what was wanted; one that we may not take away stays, and the step says so.
    if (!isGone(row.error)) work.note = row.error
    return finish(work, step.commentId, undefined)
  }
  work.state = 'failed'
  return ledger.failed(id, row.error)
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
