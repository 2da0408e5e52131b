import { kindOf } from '@trunkline/domain/settings/finding'
import { lint } from '@trunkline/domain/settings/lint'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import type { Tx } from '../../store/database.ts'
import { appendRealtime } from '../../store/realtime.ts'
import { loadIntegrations } from '../../store/settings.ts'
import { replaceNotices } from '../../store/settings-notices.ts'
import { loadGround, type SettingsGround } from './settings-ground.ts'
import { settingsWorld } from './settings-world.ts'

/**
 * Brings the notices of the first page in line with what the settings point to now: a deleted stage, field or channel, a
 * dismissed employee, cards that the present CRM mode does not make (AMB-22). What is new also goes into the audit, so that one can see when it happened. A section that passes
 * nothing raises none.
 *
 * Call it in the transaction that changed what there is to point to: after a directory sync, a save, the deletion of a
 * channel. Twice is harmless.
 */
export async function noticeBrokenSettings(tx: Tx): Promise<void> {
  for (const { id } of await loadIntegrations(tx)) await noticeBrokenOf(tx, await loadGround(tx, id))
}

async function noticeBrokenOf(tx: Tx, ground: SettingsGround): Promise<void> {
  const broken = lint(ground.settings, settingsWorld(ground)).filter(
    ({ section, code }) =>
      kindOf(code).noticed === true && section !== 'main' && ground.settings[section].enabled,
  )
  const { added, removed } = await replaceNotices(
    tx,
    ground.integration.id,
    broken.map(({ section, pointer, code, message }) => ({ section, pointer, code, message })),
  )
  for (const { section, pointer, code, message } of added)
    await insertAudit(tx, {
      id: newId(),
      actorUserId: null,
      actorName: null,
      action: 'settings-broken',
      subject: message[ground.workspace.locale],
      details: { section, pointer, code },
    })
  if (added.length + removed > 0) await appendRealtime(tx, 'cabinet', { kind: 'ledger' })
}
