import { HubError } from '@trunkline/contracts/errors'
import type { PortalId } from '@trunkline/contracts/ids'
import { text } from '@trunkline/contracts/locale'
import { SECTIONS, type SectionName } from '@trunkline/contracts/settings/index'
import { settingsProblems } from '@trunkline/domain/transfer/settings-problems'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { newId } from '../../ids.ts'
import { schemaProblems } from '../../schema-problems.ts'
import { insertAudit } from '../../store/audit.ts'
import type { Tx } from '../../store/database.ts'
import { rerouteLane } from '../../store/lane-routes.ts'
import { loadPortal } from '../../store/portals.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { choosePortal, loadIntegration, saveSettings, settingsInForce } from '../../store/settings.ts'
import type { Member } from '../people/user-book.ts'
import { wakeHeld } from '../portals/portal-state.ts'
import { TRANSFER_LANE } from '../transfer/transfer-contact.ts'
import { settingsWorld } from './settings-context.ts'

/**
 * Saves a section as its next version; what was held is looked at again under the new settings.
 * @throws HubError `settings/not-saved` with a message at each field, `request/conflict` when somebody saved meanwhile.
 */
export async function saveSection(
  tx: Tx,
  actor: Member,
  section: SectionName,
  save: { value: Record<string, unknown>; version: number; reason: string | undefined },
): Promise<void> {
  const schema: TSchema = SECTIONS[section].schema
  const value = Value.Default(schema, structuredClone(save.value)) as Record<string, unknown>
  const misfits = schemaProblems(schema, value, '/value')
  if (misfits.length > 0) throw new HubError('settings/not-saved', { fields: misfits })
  const integration = await loadIntegration(tx)
  const { main } = await settingsInForce(tx, integration.id)
  const { context } = await settingsWorld(tx, integration, main)
  const problems = settingsProblems(section, value as never, context)
  if (problems.length > 0)
    throw new HubError('settings/not-saved', {
      fields: problems.map(({ pointer, code, message }) => ({
        pointer: `/value${pointer}`,
        code,
        text: message,
      })),
    })
  const version = await saveSettings(tx, {
    integrationId: integration.id,
    section,
    version: save.version,
    value,
    authorUserId: actor.userId,
    reason: save.reason ?? null,
  })
  if (version === undefined) throw new HubError('request/conflict')
  await note(tx, actor, 'settings-saved', SECTIONS[section].title.ru, { section, version })
  await wakeHeld(tx)
  await appendRealtime(tx, 'cabinet', { kind: 'settings', section })
}

/** Chooses the portal that the integration writes to; what waits goes there from now on. @throws HubError `request/invalid`. */
export async function chooseIntegrationPortal(tx: Tx, actor: Member, portalId: PortalId): Promise<void> {
  const portal = await loadPortal(tx, portalId)
  if (portal === undefined)
    throw new HubError('request/invalid', {
      fields: [
        {
          pointer: '/portalId',
          code: 'unknown',
          text: text('Такого портала нет', 'There is no such portal'),
        },
      ],
    })
  const integration = await loadIntegration(tx)
  if (integration.portalId === portalId) return
  await choosePortal(tx, integration.id, portalId)
  await rerouteLane(tx, TRANSFER_LANE, portalId)
  await note(tx, actor, 'portal-chosen', portal.name ?? portal.origin, {})
  await wakeHeld(tx)
  await appendRealtime(tx, 'cabinet', { kind: 'portal', portalId })
}

function note(
  tx: Tx,
  actor: Member,
  action: string,
  subject: string,
  details: Record<string, unknown>,
): Promise<void> {
  return insertAudit(tx, {
    id: newId(),
    actorUserId: actor.userId,
    actorName: actor.name,
    action,
    subject,
    details,
  })
}
