import { HubError } from '@trunkline/contracts/errors'
import type {
  SettingsChange,
  SettingsVersion,
  SettingsVersionDocument,
  SettingsVersionsPage,
} from '@trunkline/contracts/http/settings'
import type { IntegrationId, UserId, WorkspaceId } from '@trunkline/contracts/ids'
import type { SectionName } from '@trunkline/contracts/settings/index'
import { diff, type SettingChange } from '@trunkline/domain/settings/diff'
import { namesOf, type SettingsNames } from '@trunkline/domain/settings/settings-world'
import type { Database, Tx } from '../../store/database.ts'
import {
  loadIntegration,
  lockIntegrations,
  presentValue,
  type SettingsVersionRow,
} from '../../store/settings.ts'
import { loadVersion, versionsPage } from '../../store/settings-versions.ts'
import type { Member, UserBook } from '../people/user-book.ts'
import { afterSaving, savableSection, writeSection } from './save-section.ts'
import { loadGround, type SettingsGround } from './settings-ground.ts'
import { settingsWorld } from './settings-world.ts'

export interface VersionsDeps {
  readonly database: Database
  readonly users: Pick<UserBook, 'users'>
}

/** A page of who saved a section when and why, and what they changed, the newest first. */
export async function settingsVersions(
  deps: VersionsDeps,
  workspaceId: WorkspaceId,
  section: SectionName,
  page: { cursor: string | undefined; limit: number },
  integrationId?: IntegrationId,
): Promise<SettingsVersionsPage> {
  const read = await deps.database.inWorkspace(workspaceId, async (tx) => {
    const ground = await loadGround(tx, integrationId)
    const found = await versionsPage(tx, { integrationId: ground.integration.id, section }, page)
    return { ground, ...found }
  })
  const telling = await tellingOf(deps, read.ground, read.rows)
  return {
    data: read.rows.map((row, index) => versionView(telling, row, read.rows[index + 1] ?? read.before)),
    nextCursor: read.nextCursor,
  }
}

/** One version with its value. @throws HubError `request/not-found`. */
export async function versionDocument(
  deps: VersionsDeps,
  workspaceId: WorkspaceId,
  section: SectionName,
  version: number,
  integrationId?: IntegrationId,
): Promise<SettingsVersionDocument> {
  const read = await deps.database.inWorkspace(workspaceId, async (tx) => {
    const ground = await loadGround(tx, integrationId)
    const of = { integrationId: ground.integration.id, section }
    const row = await loadVersion(tx, { ...of, version })
    if (row === undefined) throw new HubError('request/not-found')
    return { ground, row, before: await loadVersion(tx, { ...of, version: version - 1 }) }
  })
  const telling = await tellingOf(deps, read.ground, [read.row])
  const value = presentValue(section, read.row.value)
  return {
    ...versionView(telling, read.row, read.before),
    value,
    ifRestored: changesBetween(telling.names, section, { ...read.ground.settings[section] }, value),
  }
}

/**
 * Saves an old value as a new version, by the rules of today.
 * @throws HubError `request/not-found`, `request/conflict` when somebody saved meanwhile, `settings/not-saved` when what
 * was fine then cannot be saved now.
 */
export async function restoreVersion(
  tx: Tx,
  actor: Member,
  section: SectionName,
  wish: { restored: number; version: number; reason: string | undefined },
  integrationId?: IntegrationId,
): Promise<void> {
  await lockIntegrations(tx)
  const integration = await loadIntegration(tx, integrationId)
  const row = await loadVersion(tx, { integrationId: integration.id, section, version: wish.restored })
  if (row === undefined) throw new HubError('request/not-found')
  const { value } = await savableSection(tx, section, presentValue(section, row.value), integration.id)
  await writeSection(tx, actor, integration.id, section, {
    value,
    version: wish.version,
    reason: wish.reason,
    action: 'settings-restored',
    details: { restored: wish.restored },
  })
  await afterSaving(tx)
}

/** What turns one value of a section into another, in words. */
export function changesBetween(
  names: SettingsNames,
  section: SectionName,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): SettingsChange[] {
  return diff(section, before as never, after as never, names).map((change) => changeView(section, change))
}

export function changeView(section: SectionName, change: SettingChange): SettingsChange {
  return {
    section,
    pointer: change.pointer,
    kind: change.kind,
    before: change.before && { ...change.before },
    after: change.after && { ...change.after },
    text: { ...change.sentence },
  }
}

interface Telling {
  readonly ground: SettingsGround
  readonly names: SettingsNames
  readonly authors: ReadonlyMap<string, { readonly name: string }>
}

async function tellingOf(
  deps: VersionsDeps,
  ground: SettingsGround,
  rows: readonly SettingsVersionRow[],
): Promise<Telling> {
  const ids = [...new Set(rows.flatMap((row) => (row.authorUserId === null ? [] : [row.authorUserId])))]
  return {
    ground,
    names: namesOf(settingsWorld(ground)),
    authors: await deps.users.users(ids as UserId[]),
  }
}

function versionView(
  { ground, names, authors }: Telling,
  row: SettingsVersionRow,
  before: SettingsVersionRow | undefined,
): SettingsVersion {
  const name = authors.get(row.authorUserId ?? '')?.name
  return {
    version: row.version,
    at: row.at.toISOString(),
    author: row.authorUserId === null || name === undefined ? null : { userId: row.authorUserId, name },
    reason: row.reason,
    current: row.version === ground.settings.versions[row.section],
    changes: changesBetween(
      names,
      row.section,
      presentValue(row.section, before?.value),
      presentValue(row.section, row.value),
    ),
  }
}
