import type { ContactProfile } from '@trunkline/contracts/channel/inbound-event'
import type { ChannelId, ContactId } from '@trunkline/contracts/ids'
import { channelIdentity, matchContact } from '@trunkline/domain/identity/match'
import { normaliseEmail, normalisePhone } from '@trunkline/domain/identity/normalise'
import { newId } from '../ids.ts'
import {
  claimIdentity,
  findIdentities,
  identitiesOf,
  insertContact,
  loadContact,
  mergeContacts,
  renameContact,
  vouchIdentity,
} from '../store/contacts.ts'
import type { Tx } from '../store/database.ts'
import { loadWorkspace } from '../store/workspaces.ts'

/**
 * The contact a profile belongs to, made if need be: channel identity, phone and e-mail decide, uniqueness in the
 * database settles a race. Contacts that turn out to be one person are merged, with the evidence kept.
 * @returns who it is, and whether nobody knew them before.
 */
export async function resolveContact(
  tx: Tx,
  channelId: ChannelId,
  profile: ContactProfile,
): Promise<{ readonly contactId: ContactId; readonly isNew: boolean }> {
  const region = profile.phone ? (await loadWorkspace(tx)).defaultRegion : ''
  const person = {
    channel: channelIdentity(channelId, profile.externalId),
    phone: profile.phone ? normalisePhone(profile.phone, region) : null,
    email: profile.email ? normaliseEmail(profile.email) : null,
    vouched:
      profile.vouched === true
        ? (['phone', 'email'] as const).filter((kind) => !profile.typed?.includes(kind))
        : [],
  }
  const wanted = [
    { kind: 'channel' as const, value: person.channel },
    ...(person.phone === null ? [] : [{ kind: 'phone' as const, value: person.phone }]),
    ...(person.email === null ? [] : [{ kind: 'email' as const, value: person.email }]),
  ]
  const found = await findIdentities(tx, wanted)
  const contactIds = [...new Set(found.map((row) => row.contactId))]
  const rows =
    contactIds.length === 0 ? [] : (await Promise.all(contactIds.map((id) => identitiesOf(tx, id)))).flat()
  const match = matchContact({ person, rows })
  const contactId = (match.contactId as ContactId | null) ?? newId<ContactId>()
  for (const from of match.mergeFrom)
    await mergeContacts(tx, {
      id: newId(),
      from: from as ContactId,
      into: contactId,
      evidence: { evidence: match.evidence },
    })
  for (const [index, add] of match.addIdentities.entries()) {
    const raw = add.kind === 'phone' ? profile.phone : add.kind === 'email' ? profile.email : undefined
    const identity = { id: newId<string>(), ...add, ...(raw === undefined ? {} : { raw }) }
    // Whoever is new is known by the channel at least, so the first identity brings the contact along.
    const owner =
      match.contactId === null && index === 0
        ? await insertContact(tx, { id: contactId, name: nameOf(profile) }, identity)
        : await claimIdentity(tx, { ...identity, contactId })
    // Another talk of the same person was a moment faster; its rows are visible now, so looking again joins the two.
    if (owner !== contactId) return resolveContact(tx, channelId, profile)
  }
  for (const vouched of match.vouchFor) await vouchIdentity(tx, vouched)
  if (match.contactId !== null) {
    const name = nameOf(profile)
    const known = await loadContact(tx, contactId)
    if (name !== null && known?.name == null) await renameContact(tx, contactId, name)
  }
  return { contactId, isNew: match.contactId === null }
}

function nameOf(profile: ContactProfile): string | null {
  return profile.name?.trim().slice(0, 200) || profile.username?.trim().slice(0, 200) || null
}
