import { HubError } from '@trunkline/contracts/errors'
import type { Integration } from '@trunkline/contracts/http/settings'
import type { IntegrationId } from '@trunkline/contracts/ids'
import { text } from '@trunkline/contracts/locale'
import { newId } from '../../ids.ts'
import { insertAudit } from '../../store/audit.ts'
import type { Tx } from '../../store/database.ts'
import { appendRealtime } from '../../store/realtime.ts'
import {
  deleteIntegration,
  insertIntegration,
  loadIntegration,
  loadIntegrations,
  lockIntegrations,
  renameIntegration,
} from '../../store/settings.ts'
import { replaceNotices } from '../../store/settings-notices.ts'
import type { Member } from '../people/user-book.ts'
import { leavePortal } from '../portals/take-portal.ts'
import { integrationView } from './settings-document.ts'

/** Every integration of the company, the oldest first. */
export async function integrationViews(tx: Tx): Promise<Integration[]> {
  const views: Integration[] = []
  for (const { id } of await loadIntegrations(tx)) views.push(await integrationView(tx, id))
  return views
}

/** Adds an integration: no portal, nothing switched on, no channel. @throws HubError `request/invalid` for a name in use. */
export async function addIntegration(tx: Tx, actor: Member, given: string): Promise<Integration> {
  const name = await freeName(tx, given, undefined)
  const id = newId<IntegrationId>()
  await insertIntegration(tx, id, name)
  await note(tx, actor, 'integration-added', name)
  return integrationView(tx, id)
}

/** @throws HubError `request/not-found`, `request/invalid` for a name in use. */
export async function nameIntegration(
  tx: Tx,
  actor: Member,
  id: IntegrationId,
  given: string,
): Promise<Integration> {
  await loadIntegration(tx, id)
  const name = await freeName(tx, given, id)
  await renameIntegration(tx, id, name)
  await note(tx, actor, 'integration-renamed', name)
  return integrationView(tx, id)
}

/**
 * Deletes an integration. Its channels are free for another one; what it was still to pass is settled as not passed; its
 * decisions, cards and settings stay as history.
 * @throws HubError `request/not-found`, `request/conflict` for the last one.
 */
export async function removeIntegration(tx: Tx, actor: Member, id: IntegrationId): Promise<void> {
  const integrations = await lockIntegrations(tx)
  const { name } = await loadIntegration(tx, id)
  if (integrations === 1)
    throw new HubError('request/conflict', {
      publicText: text(
        'Это единственная интеграция, без неё передавать нечем. Чтобы остановить передачу, выключите её на вкладке «Главная».',
        'This is the only integration: without it nothing could be passed. To stop the passing switch its Main section off.',
      ),
    })
  await deleteIntegration(tx, id)
  await leavePortal(tx, id)
  await replaceNotices(tx, id, [])
  await note(tx, actor, 'integration-deleted', name)
  await appendRealtime(tx, 'cabinet', { kind: 'settings', section: 'main' })
}

async function freeName(tx: Tx, given: string, but: IntegrationId | undefined): Promise<string> {
  const name = given.trim()
  await lockIntegrations(tx)
  const taken = (await loadIntegrations(tx)).some((one) => one.id !== but && one.name === name)
  if (name === '' || taken)
    throw new HubError('request/invalid', {
      fields: [
        {
          pointer: '/name',
          code: taken ? 'taken' : 'required',
          text: taken
            ? text('Интеграция с таким названием уже есть.', 'There is an integration of that name.')
            : text('Заполните поле', 'Fill in this field'),
        },
      ],
    })
  return name
}

function note(tx: Tx, actor: Member, action: string, subject: string): Promise<void> {
  return insertAudit(tx, { id: newId(), actorUserId: actor.userId, actorName: actor.name, action, subject })
}
