import type { SettingsWorld } from '@trunkline/domain/settings/settings-world'
import { adapterOf } from '../channel-account.ts'
import { contactForm, type SettingsGround } from './settings-ground.ts'

/** What the linter and the rules of saving compare with, and where sentences take their names from. */
export function settingsWorld(ground: SettingsGround): SettingsWorld {
  const { pipelines, fields } = ground
  return {
    channels: ground.channels.map((row) => ({
      id: row.id,
      title: row.title,
      type: row.type,
      ...contactForm(row),
      ...(ground.elsewhere.chats.has(row.id) || ground.elsewhere.requests.has(row.id)
        ? { elsewhere: true }
        : {}),
    })),
    channelTypes: Object.fromEntries(
      ground.channels.map((row) => [row.type, { ...adapterOf(row.type).title }]),
    ),
    portalUsers:
      ground.users?.map(({ id, name, active, email }) => ({
        id,
        name,
        active,
        ...(email === undefined ? {} : { email }),
      })) ?? null,
    crmMode: ground.portal?.crmMode ?? null,
    leadStages: pipelines?.filter(({ entity }) => entity === 'lead').flatMap(({ stages }) => stages) ?? null,
    pipelines:
      pipelines
        ?.filter(({ entity }) => entity === 'deal')
        .map(({ id, name, stages }) => ({ id, name, stages })) ?? null,
    cardFields:
      fields === null
        ? null
        : Object.fromEntries(
            Object.entries(Object.groupBy(fields, (field) => field.entity)).map(([entity, of]) => [
              entity,
              of,
            ]),
          ),
  }
}
