import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { StepId } from '@trunkline/contracts/ids'
import { idOf, isRecord, listOf, textOf } from '../client/answer.ts'
import type { WireItem } from '../client/wire.ts'
import type { Pump, PumpCommand } from '../pump/pump-contract.ts'
import { findActivity } from './activity.ts'
import { ENTITY_TYPE_IDS, ORIGINATOR_ID } from './entity-types.ts'
import type { LedgerStep, WriteContext } from './ledger-step.ts'
import { itemsOf, readResult } from './read-result.ts'
import { madeType, targetOf } from './step-command.ts'

const PAGE = 50
/** Comments looked through in one card, newest first, before we say that ours is not there. */
const MAX_COMMENT_PAGES = 10

/** A write that did happen. */
export interface FoundWrite {
  readonly remoteId: string
  /** The card as the portal has it. */
  readonly item: WireItem | undefined
}

/**
 * Looks for writes whose answer was lost, before any of them is repeated.
 *
 * Cards are found by `originatorId` + `originId` (our step id), comments and to-dos by their marker in the card.
 * Notifications are not looked for, a repeated one replaces the first; nor are filled fields, which are read anyway
 * before they are written.
 * @param cardOf the card a target stands for, as far as it is known; the cards found here are added to it.
 * @returns what the steps that did run made. Throws HubError when the portal cannot be asked.
 */
export async function lookForLost(
  pump: Pump,
  lost: readonly LedgerStep[],
  cardOf: (
    target: EntityRef | { readonly step: string },
    found: ReadonlyMap<StepId, FoundWrite>,
  ) => EntityRef | undefined,
  context: WriteContext,
): Promise<ReadonlyMap<StepId, FoundWrite>> {
  const found = new Map<StepId, FoundWrite>()
  await findCards(pump, lost, found, context)
  await Promise.all(
    lost.map(async (ledgerStep) => {
      const { kind } = ledgerStep.step
      if (kind !== 'comment' && kind !== 'attach-files' && kind !== 'create-activity') return
      const card = cardOf(targetOf(ledgerStep.step)!, found)
      if (card === undefined) return
      const find = kind === 'create-activity' ? findActivity : findComment
      const id = await find(pump, card, markerOf(ledgerStep), context)
      if (id !== undefined) found.set(ledgerStep.id, { remoteId: id, item: undefined })
    }),
  )
  return found
}

/** The text by which a comment or to-do is known again. Throws TypeError when what is written does not hold it. */
export function markerOf(ledgerStep: LedgerStep): string {
  const { marker, comment, description, step } = ledgerStep
  const written = step.kind === 'create-activity' ? description : comment
  if (marker === undefined || marker === '' || !(written ?? '').includes(marker)) {
    throw new TypeError(`the text of ${step.kind} step ${ledgerStep.id} does not contain its marker`)
  }
  return marker
}

async function findCards(
  pump: Pump,
  lost: readonly LedgerStep[],
  found: Map<StepId, FoundWrite>,
  context: WriteContext,
): Promise<void> {
  const commands: PumpCommand[] = []
  for (const [type, entityTypeId] of Object.entries(ENTITY_TYPE_IDS)) {
    const ids = lost.filter(({ step }) => madeType(step) === type).map(({ id }) => id)
    if (ids.length === 0) continue
    commands.push({
      name: type,
      method: 'crm.item.list',
      params: {
        entityTypeId,
        select:
          type === 'lead' || type === 'deal'
            ? ['id', 'originId', 'contactIds', 'companyId']
            : ['id', 'originId'],
        filter: { '=originatorId': ORIGINATOR_ID, '@originId': ids },
        order: { id: 'ASC' },
        start: -1,
      },
    })
  }
  if (commands.length === 0) return
  const answer = await pump.group(commands, readOptions(context))
  for (const command of commands) {
    for (const item of itemsOf(readResult(answer, command.name))) {
      const id = idOf(item.id)
      const step = lost.find((one) => one.id === item.originId?.toLowerCase())
      // The first one made wins, should there be two.
      if (id !== undefined && step !== undefined && !found.has(step.id))
        found.set(step.id, { remoteId: id, item })
    }
  }
}

async function findComment(
  pump: Pump,
  card: EntityRef,
  marker: string,
  context: WriteContext,
): Promise<string | undefined> {
  for (let page = 0; page < MAX_COMMENT_PAGES; page++) {
    const answer = await pump.group(
      [
        {
          name: 'comments',
          method: 'crm.timeline.comment.list',
          params: {
            filter: { ENTITY_ID: Number(card.id), ENTITY_TYPE: card.type },
            select: ['ID', 'COMMENT'],
            order: { ID: 'DESC' },
            start: page * PAGE,
          },
        },
      ],
      readOptions(context),
    )
    const rows = listOf(readResult(answer, 'comments'))
    for (const row of rows) {
      if (isRecord(row) && (textOf(row['COMMENT']) ?? '').includes(marker)) return idOf(row['ID'])
    }
    if (rows.length < PAGE) return undefined
  }
  return undefined
}

function readOptions(context: WriteContext) {
  const { priority = 2, signal } = context
  return { priority, writes: false, ...(signal === undefined ? {} : { signal }) }
}
