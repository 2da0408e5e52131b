import { HubError } from '@trunkline/contracts/errors'
import type { ChannelId, ConversationId, IntegrationId, PortalId } from '@trunkline/contracts/ids'
import {
  type IntegrationSettings,
  SECTION_NAMES,
  SECTIONS,
  type SectionName,
} from '@trunkline/contracts/settings/index'
import { sql } from 'kysely'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { Tx } from './database.ts'

/** A company's settings for one portal. */
export interface IntegrationRow {
  readonly id: IntegrationId
  /** What people call it; empty while nobody named it. */
  readonly name: string
  readonly portalId: PortalId | null
}

export interface SettingsVersionRow {
  readonly section: SectionName
  readonly version: number
  readonly value: Record<string, unknown>
  readonly authorUserId: string | null
  readonly reason: string | null
  readonly at: Date
}

/** An integration of the workspace by its id; without one the oldest, which is made together with the workspace. */
export async function loadIntegration(tx: Tx, id?: IntegrationId): Promise<IntegrationRow> {
  const found = (await loadIntegrations(tx)).find((row) => id === undefined || row.id === id)
  if (found === undefined) throw new HubError('request/not-found')
  return found
}

/**
 * Every integration of the workspace, the oldest first; never empty. `with-deleted` is for reading what was: those that
 * were deleted come last.
 */
export async function loadIntegrations(
  tx: Tx,
  which: 'live' | 'with-deleted' = 'live',
): Promise<IntegrationRow[]> {
  const { rows } = await sql<IntegrationRow>`select id, name, portal_id as "portalId" from integrations
    ${which === 'live' ? sql`where deleted_at is null` : sql``}
    order by deleted_at is not null, created_at, id`.execute(tx.kysely)
  if (rows[0] === undefined) throw new Error('the workspace has no integration')
  return rows
}

/**
 * Makes whoever changes which integrations there are, or whose a channel is, wait for one another until the end of the
 * transaction. @returns how many there are.
 */
export async function lockIntegrations(tx: Tx): Promise<number> {
  const { rows } = await sql`select 1 from integrations where deleted_at is null
    order by id for no key update`.execute(tx.kysely)
  return rows.length
}

/**
 * The integration that a conversation belongs to.
 * @returns undefined while nobody decided it, because nothing of the conversation was ever to be transferred, and when
 * the integration was deleted.
 */
export async function integrationOfTransfer(
  tx: Tx,
  conversationId: ConversationId,
): Promise<IntegrationRow | undefined> {
  const { rows } = await sql<IntegrationRow>`select i.id, i.name, i.portal_id as "portalId" from transfers t
    join integrations i on i.workspace_id = t.workspace_id and i.id = t.integration_id
      and i.deleted_at is null
    where t.conversation_id = ${conversationId} order by t.state = 'passed' desc, i.created_at limit 1`.execute(
    tx.kysely,
  )
  return rows[0]
}

/** An integration with its settings of this moment, which are shared: nobody may change them. */
export interface IntegrationInForce extends IntegrationRow {
  readonly settings: IntegrationSettings
}

/** The newest saved version of each section of the integration `i` of a statement, as JSON. */
export const savedVersions = sql`(select coalesce(jsonb_object_agg(section, version), '{}') from (
    select section, max(version) as version from settings_versions where integration_id = i.id group by section
  ) newest)`

/** Every integration of the workspace with its settings, the oldest first; never empty. */
export async function integrationsInForce(tx: Tx): Promise<IntegrationInForce[]> {
  const { rows } = await sql<
    IntegrationRow & { versions: SavedVersions }
  >`select i.id, i.name, i.portal_id as "portalId", ${savedVersions} as versions
    from integrations i where i.deleted_at is null order by i.created_at, i.id`.execute(tx.kysely)
  if (rows[0] === undefined) throw new Error('the workspace has no integration')
  const all: IntegrationInForce[] = []
  for (const { versions, ...row } of rows)
    all.push({ ...row, settings: await settingsOfVersions(tx, row.id, versions) })
  return all
}

/** The integration whose section passes this channel; undefined when none does. Pure. */
export function integrationOfChannel(
  integrations: readonly IntegrationInForce[],
  channelId: ChannelId,
  section: 'chats' | 'requests',
): IntegrationInForce | undefined {
  return integrations.find(({ settings }) => settings[section].channelIds.includes(channelId))
}

/** Adds an integration, without a portal and with nothing switched on. */
export async function insertIntegration(tx: Tx, id: IntegrationId, name = ''): Promise<void> {
  await sql`insert into integrations (workspace_id, id, name) values (${tx.workspaceId}, ${id}, ${name})`.execute(
    tx.kysely,
  )
}

export async function renameIntegration(tx: Tx, id: IntegrationId, name: string): Promise<void> {
  await sql`update integrations set name = ${name} where id = ${id}`.execute(tx.kysely)
}

/** It passes nothing from now on. Its portal and settings stay with it: what it wrote is told by them. */
export async function deleteIntegration(tx: Tx, id: IntegrationId): Promise<void> {
  await sql`update integrations set deleted_at = now() where id = ${id}`.execute(tx.kysely)
}

export async function choosePortal(
  tx: Tx,
  integrationId: IntegrationId,
  portalId: PortalId | null,
): Promise<void> {
  await sql`update integrations set portal_id = ${portalId} where id = ${integrationId}`.execute(tx.kysely)
  await sql`update portals set installed_at = null where id = ${portalId}`.execute(tx.kysely)
}

/** The newest saved version of each section that was ever saved. */
export async function latestVersions(tx: Tx, integrationId: IntegrationId): Promise<SettingsVersionRow[]> {
  const { rows } = await sql<SettingsVersionRow>`select distinct on (section) section, version, value,
      author_user_id as "authorUserId", reason, at
    from settings_versions where integration_id = ${integrationId} order by section, version desc`.execute(
    tx.kysely,
  )
  return rows
}

/**
 * The settings in force: saved values over the defaults of the schemas. Version 0 = never saved.
 * A value saved under an older schema is brought to the present one: unknown keys go, new ones get their default.
 */
export async function settingsInForce(tx: Tx, integrationId: IntegrationId): Promise<IntegrationSettings> {
  const saved = new Map((await latestVersions(tx, integrationId)).map((row) => [row.section, row]))
  const versions: Record<string, number> = {}
  const values: Record<string, unknown> = {}
  for (const name of SECTION_NAMES) {
    versions[name] = saved.get(name)?.version ?? 0
    values[name] = sharedPresentValue(name, saved.get(name)?.value)
  }
  return { ...values, versions } as unknown as IntegrationSettings
}

/** The newest version of each section that was ever saved. */
export type SavedVersions = Readonly<Partial<Record<SectionName, number>>>

/** Settings by their versions: a saved version is never changed, so equal numbers stand for equal settings. */
const knownSettings = new Map<string, IntegrationSettings>()
const MAX_KNOWN_SETTINGS = 500

/**
 * As `settingsInForce`, for somebody who knows the newest version of each saved section: read once, then remembered.
 * The answer is shared: nobody may change it.
 */
export async function settingsOfVersions(
  tx: Tx,
  integrationId: IntegrationId,
  saved: SavedVersions,
): Promise<IntegrationSettings> {
  const keyOf = (versions: SavedVersions) =>
    [integrationId, ...SECTION_NAMES.map((name) => versions[name] ?? 0)].join(' ')
  const known = knownSettings.get(keyOf(saved))
  if (known !== undefined) return known
  const settings = await settingsInForce(tx, integrationId)
  if (knownSettings.size >= MAX_KNOWN_SETTINGS) knownSettings.clear()
  // Under the versions that were read: somebody may have saved since the caller looked.
  knownSettings.set(keyOf(settings.versions), settings)
  return settings
}

/** Values brought to the present schema lately, by what is stored: each decision reads them, and it is slow. */
const presentValues = new Map<string, Record<string, unknown>>()
const MAX_PRESENT_VALUES = 1_000

/** As `presentValue`, remembered. The answer is shared: nobody may change it. */
function sharedPresentValue(section: SectionName, stored: unknown): Record<string, unknown> {
  const key = `${section} ${JSON.stringify(stored)}`
  const known = presentValues.get(key)
  if (known !== undefined) return known
  const value = presentValue(section, stored)
  if (presentValues.size >= MAX_PRESENT_VALUES) presentValues.clear()
  presentValues.set(key, value)
  return value
}

/** A stored value as the present schema wants it. */
export function presentValue(section: SectionName, stored: unknown): Record<string, unknown> {
  const schema: TSchema = SECTIONS[section].schema
  const whole = Value.Default(schema, Value.Clean(schema, structuredClone(stored ?? {})))
  return whole as Record<string, unknown>
}

/**
 * Saves the next version.
 * @returns the new version, or undefined when `version` is not the newest any more (somebody saved meanwhile).
 */
export async function saveSettings(
  tx: Tx,
  save: {
    integrationId: IntegrationId
    section: SectionName
    version: number
    value: unknown
    authorUserId: string | null
    reason: string | null
  },
): Promise<number | undefined> {
  const { rows } = await sql<{ version: number }>`insert into settings_versions
      (workspace_id, integration_id, section, version, value, author_user_id, reason)
    select ${tx.workspaceId}, ${save.integrationId}, ${save.section}, ${save.version + 1}, ${JSON.stringify(save.value)}::jsonb,
      ${save.authorUserId}, ${save.reason}
    where ${save.version} = (select coalesce(max(version), 0) from settings_versions
      where integration_id = ${save.integrationId} and section = ${save.section})
    on conflict do nothing returning version`.execute(tx.kysely)
  return rows[0]?.version
}
