import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { PlanStep } from '@trunkline/contracts/crm/plan'
import type { Param, Ref } from '../client/reference.ts'
import { idRef, textWithRef } from '../client/reference.ts'
import type { PumpCommand } from '../pump/pump-contract.ts'
import { addActivityCommand } from './activity.ts'
import { commonFields, multifields, nameFields } from './card-fields.ts'
import { addCommentCommand, removeCommentCommand } from './comment.ts'
import { cardPath, ENTITY_TYPE_IDS, ORIGINATOR_ID } from './entity-types.ts'
import { fieldParam, fillCommand } from './fill-fields.ts'
import type { LeftOut } from './leave-out.ts'
import type { CommentFile, LedgerStep, WriteContext } from './ledger-step.ts'
import { notifyCommand } from './notify.ts'

/** Stands in the text of a notification for the address of the card it is about. */
export const CARD_LINK = '{{card}}'

/** A card that exists, or the one that a command before this one in the same batch makes. */
export type BoundTarget =
  | { readonly kind: 'card'; readonly card: EntityRef }
  | { readonly kind: 'made'; readonly type: EntityRef['type']; readonly command: string }

/** Finds what a target of a plan stands for; `undefined` while its step has neither run nor is in this batch. */
export type BindTarget = (target: EntityRef | { readonly step: string }) => BoundTarget | undefined

/** The entity that a step makes, if it makes one. */
export function madeType(step: PlanStep): EntityRef['type'] | undefined {
  switch (step.kind) {
    case 'create-contact':
      return 'contact'
    case 'create-lead':
      return 'lead'
    case 'create-deal':
      return 'deal'
    default:
      return undefined
  }
}

/** The target a step depends on, if any. */
export function targetOf(step: PlanStep): EntityRef | { readonly step: string } | undefined {
  switch (step.kind) {
    case 'create-contact':
      return undefined
    case 'create-lead':
    case 'create-deal':
      return step.contact
    case 'comment':
    case 'create-activity':
    case 'fill-fields':
    case 'attach-files':
    case 'remove-comment':
      return step.target
    case 'notify':
      return step.about
  }
}

/** What became known of a step since it was planned. */
export interface StepState {
  /** What the portal refused in a card that is being made. */
  readonly leftOut: LeftOut
  /** What of a `fill-fields` step has to be written. */
  readonly fill: Readonly<Record<string, Param>>
  /** Files of an `attach-files` step, opened. */
  readonly files: readonly CommentFile[]
}

/** One step of a plan as one command of Bitrix24, or `undefined` when its target is not there yet. */
export function stepCommand(
  ledgerStep: LedgerStep,
  name: string,
  bind: BindTarget,
  context: WriteContext,
  state: StepState,
): PumpCommand | undefined {
  const { step } = ledgerStep
  const target = targetOf(step)
  const bound = target === undefined ? undefined : bind(target)
  if (target !== undefined && bound === undefined) return undefined
  switch (step.kind) {
    case 'create-contact':
    case 'create-lead':
    case 'create-deal':
      return {
        name,
        method: 'crm.item.add',
        params: creation(ledgerStep, step, bound, context, state.leftOut),
      }
    case 'comment':
      return addCommentCommand(name, typeOf(bound!), idOf(bound!), ledgerStep.comment ?? '')
    case 'create-activity':
      return addActivityCommand(name, {
        ownerType: typeOf(bound!),
        ownerId: idOf(bound!),
        subject: step.subject,
        description: ledgerStep.description ?? '',
        responsibleId: step.responsibleId,
        deadlineAt: step.deadlineAt,
      })
    case 'fill-fields':
      return fillCommand(name, step.target, state.fill)
    case 'attach-files':
      return addCommentCommand(name, typeOf(bound!), idOf(bound!), ledgerStep.comment ?? '', state.files)
    case 'remove-comment':
      return removeCommentCommand(name, step.commentId)
    case 'notify':
      return notifyCommand(name, {
        userId: step.userId,
        message: withCardLink(ledgerStep.notifyText ?? '', bound!, context.portalOrigin),
        tag: ledgerStep.id,
      })
  }
}

type Creation = Extract<PlanStep, { kind: 'create-contact' | 'create-lead' | 'create-deal' }>

function creation(
  ledgerStep: LedgerStep,
  step: Creation,
  client: BoundTarget | undefined,
  context: WriteContext,
  leftOut: LeftOut,
): { readonly [key: string]: Param } {
  const { fields } = step
  const type = madeType(step)!
  const { responsibleId: _, ...unassigned } = fields
  return {
    entityTypeId: ENTITY_TYPE_IDS[type],
    fields: {
      ...(fields.title === undefined || type === 'contact' ? {} : { title: fields.title }),
      ...(type === 'deal' ? {} : { ...nameFields(personName(type, fields)), ...multifields(fields) }),
      ...commonFields(leftOut.has('responsible') ? unassigned : fields),
      ...placeFields(type, fields, leftOut),
      ...(context.sourceId === undefined ? {} : { sourceId: context.sourceId }),
      ...(fields.sourceDescription === undefined ? {} : { sourceDescription: fields.sourceDescription }),
      ...(client === undefined ? {} : clientFields(client)),
      ...(step.kind === 'create-contact' || step.company === undefined
        ? {}
        : { companyId: Number(step.company.id) }),
      ...customFields(fields, leftOut),
      originatorId: ORIGINATOR_ID,
      originId: ledgerStep.id,
    },
    ...(fields.custom === undefined ? {} : { useOriginalUfNames: 'Y' }),
  }
}

/** Where a card is put. Both kinds of card call it `stageId` here. Source: reference/bitrix24.md §4.10. */
function placeFields(
  type: EntityRef['type'],
  fields: Creation['fields'],
  leftOut: LeftOut,
): Record<string, Param> {
  const { stageId, pipelineId } = fields
  return {
    ...(type !== 'deal' || pipelineId === undefined || leftOut.has('pipeline')
      ? {}
      : { categoryId: Number(pipelineId) }),
    ...(type === 'contact' || stageId === undefined || leftOut.has('stage') ? {} : { stageId }),
  }
}

/** Mapped fields by the codes of the directory (`crm.item.fields` with the user fields' original names). */
function customFields(fields: Creation['fields'], leftOut: LeftOut): Record<string, Param> {
  return Object.fromEntries(
    Object.entries(fields.custom ?? {})
      .filter(([code]) => !leftOut.has(code))
      .map(([code, value]) => [code, fieldParam(value)]),
  )
}

/** A contact must have a name, a lead has its title. */
function personName(type: EntityRef['type'], fields: Creation['fields']): string | undefined {
  if (type !== 'contact') return fields.name
  return fields.name ?? fields.title ?? fields.phones?.[0] ?? fields.emails?.[0]
}

function clientFields(client: BoundTarget): Record<string, Param> {
  return typeOf(client) === 'company' ? { companyId: idOf(client) } : { contactIds: [idOf(client)] }
}

function idOf(target: BoundTarget): number | Ref {
  return target.kind === 'card' ? Number(target.card.id) : idRef(target.command, ['item', 'id'])
}

function typeOf(target: BoundTarget): EntityRef['type'] {
  return target.kind === 'card' ? target.card.type : target.type
}

function withCardLink(text: string, target: BoundTarget, portalOrigin: string): Param {
  const at = text.indexOf(CARD_LINK)
  if (at < 0) return text
  const before = text.slice(0, at)
  const after = text.slice(at + CARD_LINK.length).replaceAll(CARD_LINK, '')
  if (target.kind === 'card')
    return `${before}${portalOrigin}${cardPath(target.card.type, target.card.id)}${after}`
  const path = `/crm/${target.type}/details/`
  return textWithRef(
    `${before}${portalOrigin}${path}`,
    { ...idRef(target.command, ['item', 'id']), guarded: false },
    after,
  )
}
