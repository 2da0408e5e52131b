import { newId } from '@trunkline/contracts/ids'
import type { PlaceRule, ResponsibleRule, TransferRule } from '@trunkline/contracts/settings/rules'

/** The three lists of rules: they differ in what follows when the conditions hold. */
export type RuleKind = 'transfer' | 'responsible' | 'place'
/** One rule with the fields of all three, as the editor holds it; a list has rules of one kind only. */
export type AnyRule = Omit<TransferRule, 'action'> &
  Partial<
    Pick<TransferRule, 'action'> & Pick<ResponsibleRule, 'userId'> & Pick<PlaceRule, 'place' | 'except'>
  >

const MAX_TITLE_CHARS = 100

/** A lasting id for a rule or a row made in the browser. */
export function freshId(): string {
  return newId<string>(Date.now(), (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>))
}

/** A rule without conditions: it fits everything until they are added. */
export function freshRule(kind: RuleKind, title: string): AnyRule {
  const head = { id: freshId(), title, active: true, when: { combinator: 'and' as const, rules: [] } }
  if (kind === 'transfer') return { ...head, action: 'deny' }
  if (kind === 'responsible') return { ...head, userId: '' }
  return { ...head, place: { leadStageId: '', pipelineId: '', dealStageId: '' } }
}

/** The list with one element taken from one place and put at another. Places outside the list change nothing. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list]
  if (from < 0 || to < 0 || from >= next.length || to >= next.length) return next
  const [taken] = next.splice(from, 1)
  next.splice(to, 0, taken!)
  return next
}

/** The list with a copy of one rule right under it; the copy has an id of its own. */
export function duplicated(list: readonly AnyRule[], index: number, title: string): AnyRule[] {
  const source = list[index]
  if (!source) return [...list]
  const copy = { ...(JSON.parse(JSON.stringify(source)) as AnyRule), id: freshId() }
  return list.toSpliced(index + 1, 0, { ...copy, title: title.slice(0, MAX_TITLE_CHARS) })
}
