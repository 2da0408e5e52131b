import { type Text, text } from '@trunkline/contracts/locale'
import { folded } from '../rules/evaluate.ts'

/** A thing of this installation that a document may mean. */
export interface Candidate {
  readonly id: string
  readonly name: string
  readonly email?: string
  /** Two things of one name are still different when this differs: the type of a channel. */
  readonly kind?: string
}

/** What a document says of a thing. Nothing at all = none. */
export interface Meant {
  readonly id?: string
  readonly name?: string
  readonly email?: string
  readonly kind?: string
}

export interface Resolution {
  /** Id in this installation; the document's own where the thing was not found; '' for none. */
  readonly id: string
  readonly problem?: { readonly code: string; readonly message: Text }
}

/**
 * Which thing of this installation a document means. An id decides when the name beside it is that of the thing (or is
 * left out, or `lasting`: no other installation gives the same id to something else); otherwise the e-mail, then the
 * name, if it belongs to one thing only. What is not found is a problem, and the id is kept as the document has it.
 *
 * `candidates` null: the directory was never read, so ids are taken as they are. `what`: the kind of thing, nominative.
 */
export function resolve(
  meant: Meant,
  candidates: readonly Candidate[] | null,
  what: Text,
  lasting = false,
): Resolution {
  const id = meant.id ?? ''
  const name = meant.name ?? ''
  const email = meant.email ?? ''
  if (id === '' && name === '' && email === '') return { id: '' }
  const called = name || email || id
  if (candidates === null) {
    return id !== ''
      ? { id }
      : fail(id, 'not-read', what, called, [
          'справочник портала ещё не прочитан, найти по имени нельзя',
          'the portal’s directory was never read, so it cannot be found by name',
        ])
  }
  const byId = candidates.find((one) => one.id === id)
  if (byId && (lasting || name === '' || sameName(byId.name, name))) return { id: byId.id }
  const byEmail = email === '' ? [] : candidates.filter((one) => sameName(one.email ?? '', email))
  if (byEmail.length === 1 && byEmail[0]) return { id: byEmail[0].id }
  const named = candidates.filter(
    (one) => name !== '' && sameName(one.name, name) && (meant.kind === undefined || one.kind === meant.kind),
  )
  if (named.length === 1 && named[0]) return { id: named[0].id }
  if (named.length > 1) {
    return fail(id, 'ambiguous', what, called, [
      'здесь несколько с таким названием, укажите id',
      'several here have this name, give the id',
    ])
  }
  if (byId) {
    return fail(id, 'other-name', what, called, [
      `здесь под номером ${id} «${byId.name}»; исправьте название или id`,
      `here No. ${id} is “${byId.name}”; correct the name or the id`,
    ])
  }
  return fail(id, 'unknown', what, called, ['здесь этого нет', 'there is none such here'])
}

function fail(
  id: string,
  code: string,
  what: Text,
  called: string,
  [ru, en]: readonly [string, string],
): Resolution {
  return {
    id,
    problem: { code, message: text(`${what.ru} «${called}»: ${ru}.`, `${what.en} “${called}”: ${en}.`) },
  }
}

function sameName(one: string, other: string): boolean {
  return one !== '' && folded(one.trim()) === folded(other.trim())
}
