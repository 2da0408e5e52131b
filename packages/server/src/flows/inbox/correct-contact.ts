import { type FieldProblem, HubError } from '@trunkline/contracts/errors'
import type { ContactId } from '@trunkline/contracts/ids'
import { type Text, text } from '@trunkline/contracts/locale'
import { normaliseEmail, normalisePhone } from '@trunkline/domain/identity/normalise'
import { newId } from '../../ids.ts'
import {
  claimIdentity,
  dropIdentity,
  findIdentities,
  identitiesOf,
  lockContact,
  renameContact,
} from '../../store/contacts.ts'
import type { Tx } from '../../store/database.ts'
import { bumpRevision, conversationIdsOf } from '../../store/inbox.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { loadWorkspace } from '../../store/workspaces.ts'
import { scheduleTransfer } from '../schedule-transfer.ts'

export interface ContactCorrection {
  readonly name?: string
  /** Replaces the first phone; empty takes it away. */
  readonly phone?: string
  readonly email?: string
}

/**
 * An operator corrects a contact. Every conversation of the contact is looked at again for the portal, because contact
 * data may be what its transfer waits for. A phone or e-mail of another contact is refused: what somebody types is no
 * proof that two people are one.
 * @throws HubError `request/not-found`, `request/invalid`.
 */
export async function correctContact(tx: Tx, id: ContactId, change: ContactCorrection): Promise<void> {
  if ((await lockContact(tx, id)) === undefined) throw new HubError('request/not-found')
  const workspace = await loadWorkspace(tx)
  if (change.name !== undefined) {
    const name = change.name.trim()
    if (name === '') throw refused('/name', 'empty', text('Введите имя', 'Enter a name'))
    await renameContact(tx, id, name)
  }
  if (change.phone !== undefined)
    await replace(tx, id, 'phone', change.phone, (given) => normalisePhone(given, workspace.defaultRegion))
  if (change.email !== undefined) await replace(tx, id, 'email', change.email, normaliseEmail)
  for (const conversationId of await conversationIdsOf(tx, id)) {
    await bumpRevision(tx, conversationId)
    await scheduleTransfer(tx, { conversationId, contactId: id })
    await appendRealtime(tx, 'cabinet', { kind: 'conversation', conversationId })
  }
}

async function replace(
  tx: Tx,
  contactId: ContactId,
  kind: 'phone' | 'email',
  given: string,
  normalise: (given: string) => string | null,
): Promise<void> {
  const shown = (await identitiesOf(tx, contactId)).find((one) => one.kind === kind)
  const typed = given.trim()
  const value = typed === '' ? null : normalise(typed)
  if (typed !== '' && value === null) throw refused(`/${kind}`, 'format', WRONG[kind])
  if (shown?.value === value) return
  if (value !== null) {
    const [owner] = await findIdentities(tx, [{ kind, value }])
    if (owner !== undefined && owner.contactId !== contactId) throw refused(`/${kind}`, 'taken', TAKEN[kind])
  }
  if (shown !== undefined) await dropIdentity(tx, contactId, { kind, value: shown.value })
  if (value === null) return
  const owner = await claimIdentity(tx, { id: newId(), contactId, kind, value, raw: typed, vouched: false })
  // Another talk gave this value to somebody else a moment ago.
  if (owner !== contactId) throw refused(`/${kind}`, 'taken', TAKEN[kind])
}

const WRONG: Readonly<Record<'phone' | 'email', Text>> = {
  phone: text('Это не похоже на номер телефона', 'This is not a phone number'),
  email: text('Это не похоже на адрес почты', 'This is not an e-mail address'),
}
const TAKEN: Readonly<Record<'phone' | 'email', Text>> = {
  phone: text('Этот телефон уже есть у другого клиента', 'Another contact has this phone'),
  email: text('Эта почта уже есть у другого клиента', 'Another contact has this e-mail'),
}

function refused(pointer: string, code: string, words: Text): HubError {
  const fields: FieldProblem[] = [{ pointer, code, text: words }]
  return new HubError('request/invalid', { fields })
}
