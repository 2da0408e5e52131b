import { type FieldProblem, HubError } from '@trunkline/contracts/errors'
import type { IntegrationId, PortalId } from '@trunkline/contracts/ids'
import { type Text, text } from '@trunkline/contracts/locale'
import { type PassingSettings, SECTIONS, type SectionName } from '@trunkline/contracts/settings/index'
import { settingsProblems } from '@trunkline/domain/transfer/settings-problems'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import type { Tx } from '../../store/database.ts'
import { loadPortal } from '../../store/portals.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { loadIntegration, loadIntegrations, lockIntegrations, saveSettings } from '../../store/settings.ts'
import type { Member } from '../people/user-book.ts'
import { wakeHeld } from '../portals/portal-state.ts'
import { takePortal } from '../portals/take-portal.ts'
import { noticeBrokenSettings } from './notice-broken-settings.ts'
import { sectionShape } from './section-shape.ts'
import { loadGround, type SettingsGround } from './settings-ground.ts'
import { settingsWorld } from './settings-world.ts'

/** A section's value that may be saved, and the ground it was looked at on. */
export interface Savable {
  readonly ground: SettingsGround
  readonly value: Record<string, unknown>
}

/**
 * What keeps a section's value from being saved, at each field; `ground` is as of this moment.
 * @param at pointer of the value in the request, such as `/value`.
 */
export function sectionProblems(
  ground: SettingsGround,
  section: SectionName,
  given: Record<string, unknown>,
  at: string,
): { readonly value: Record<string, unknown> } | { readonly problems: FieldProblem[] } {
  const shape = sectionShape(section, given, at)
  if ('problems' in shape) return shape
  const problems = [
    ...settingsProblems(section, shape.value as never, settingsWorld(ground)),
    ...channelProblems(ground, section, shape.value),
  ].map(({ pointer, code, message }): FieldProblem => ({ pointer: `${at}${pointer}`, code, text: message }))
  return problems.length > 0 ? { problems } : shape
}

/** A channel has one integration: what comes over it would otherwise go to two portals, or to whichever was first. */
function channelProblems(
  ground: SettingsGround,
  section: SectionName,
  value: Record<string, unknown>,
): { pointer: string; code: string; message: Text }[] {
  if (section === 'main') return []
  const { channelIds } = value as Pick<PassingSettings, 'channelIds'>
  return channelIds.flatMap((id, index) => {
    const other = ground.elsewhere[section].get(id)
    if (other === undefined) return []
    return [
      {
        pointer: `/channelIds/${index}`,
        code: 'channel-elsewhere',
        message: text(
          `Этот канал передаёт другая интеграция: ${other}. Сначала уберите его там.`,
          `Another integration passes this channel: ${other}. Take it off there first.`,
        ),
      },
    ]
  })
}

/**
 * A value that may be saved. Whoever saves it calls `lockIntegrations` first: another integration might take the same
 * channel meanwhile. @throws HubError `settings/not-saved` with a message at each field.
 */
export async function savableSection(
  tx: Tx,
  section: SectionName,
  given: Record<string, unknown>,
  integrationId?: IntegrationId,
): Promise<Savable> {
  const ground = await loadGround(tx, integrationId)
  const looked = sectionProblems(ground, section, given, '/value')
  if ('problems' in looked) throw new HubError('settings/not-saved', { fields: looked.problems })
  return { ground, value: looked.value }
}

/**
 * Saves a section as its next version; what was held is looked at again under the new settings.
 * @returns the new version.
 * @throws HubError `settings/not-saved` with a message at each field, `request/conflict` when somebody saved meanwhile.
 */
export async function saveSection(
  tx: Tx,
  actor: Member,
  section: SectionName,
  save: { value: Record<string, unknown>; version: number; reason: string | undefined },
  integrationId?: IntegrationId,
): Promise<number> {
  await lockIntegrations(tx)
  const { ground, value } = await savableSection(tx, section, save.value, integrationId)
  const version = await writeSection(tx, actor, ground.integration.id, section, {
    value,
    version: save.version,
    reason: save.reason,
    action: 'settings-saved',
  })
  await afterSaving(tx)
  return version
}

/** Writes a value that was found savable, with its line in the audit. @throws HubError `request/conflict`. */
export async function writeSection(
  tx: Tx,
  actor: Member,
  integrationId: IntegrationId,
  section: SectionName,
  save: {
    value: Record<string, unknown>
    version: number
    reason: string | undefined
    /** What the audit calls it: `settings-saved`, `settings-restored`, `settings-imported`. */
    action: string
    details?: Record<string, unknown>
  },
): Promise<number> {
  const reason = save.reason?.trim() ?? ''
  const version = await saveSettings(tx, {
    integrationId,
    section,
    version: save.version,
    value: save.value,
    authorUserId: actor.userId,
    reason: reason === '' ? null : reason,
  })
  if (version === undefined) throw new HubError('request/conflict')
  await note(tx, actor, save.action, SECTIONS[section].title.ru, {
    section,
    version,
    ...(await integrationName(tx, integrationId)),
    ...save.details,
  })
  await appendRealtime(tx, 'cabinet', { kind: 'settings', section })
  return version
}

/** Said in the audit once there are several. */
async function integrationName(tx: Tx, id: IntegrationId): Promise<{ integration?: string }> {
  const integrations = await loadIntegrations(tx)
  const found = integrations.find((one) => one.id === id)
  return integrations.length < 2 || found === undefined ? {} : { integration: found.name }
}

/** What follows from saved settings: what was held is looked at again, notices are brought up to date. */
export async function afterSaving(tx: Tx): Promise<void> {
  await wakeHeld(tx)
  await noticeBrokenSettings(tx)
}

/** Chooses the portal that the integration writes to; what waits goes there from now on. @throws HubError `request/invalid`. */
export async function chooseIntegrationPortal(
  tx: Tx,
  actor: Member,
  portalId: PortalId,
  integrationId?: IntegrationId,
): Promise<void> {
  // Locked: it is not deleted before the integration has it.
  const portal = await loadPortal(tx, portalId, 'lock')
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
  const integration = await loadIntegration(tx, integrationId)
  if (integration.portalId === portalId) return
  await takePortal(tx, actor, integration, portal)
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
