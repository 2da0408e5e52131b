import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { PortalFieldFacts, TransferFacts } from '@trunkline/contracts/crm/facts'
import type { PortalField } from '@trunkline/portal'
import type { DecidedRow } from '../../store/decided.ts'
import type { SettingsGround } from './settings-ground.ts'

/**
 * The facts of a decision made before, as they would be if the conversation were decided for the first time today.
 *
 * Kept as they were: the conversation, its contact, and what the portal answered about the client. So no call is needed,
 * and both sets of settings look at the same client.
 * As they are now: users, pipelines, stages, fields and CRM mode, because settings can only be judged by what exists;
 * and whether an operator answered and the conversation ended, because a decision made at its start would otherwise seem
 * to wait for ever.
 * Forgotten: the cards it was written into and those deleted since. Kept of what it made is the contact of a card that was
 * only half made: the portal's answer names that contact, and without this it would pass for an old client.
 * The portal counts as connected: a broken connection would hold everything, and no setting would make a difference.
 */
export function factsAnew(row: DecidedRow, portal: TransferFacts['portal']): TransferFacts {
  const { gone: _gone, ...facts } = row.facts
  return {
    ...facts,
    portal,
    conversation: {
      ...facts.conversation,
      ...(row.closedAt === null ? {} : { closedAt: row.closedAt.toISOString() }),
      ...(row.operatorJoinedAt === null ? {} : { operatorJoinedAt: row.operatorJoinedAt.toISOString() }),
      ...(row.operatorName === null || row.operatorName === '' ? {} : { operatorName: row.operatorName }),
    },
    bound: { ...facts.bound, targets: [] },
  }
}

/** The portal as it is now, as far as decisions look at it. Undefined when the integration has none. */
export function portalFactsNow(ground: SettingsGround): TransferFacts['portal'] | undefined {
  const { portal, users, pipelines, fields } = ground
  if (portal === undefined) return undefined
  return {
    id: portal.id,
    state: 'connected',
    crmMode: portal.crmMode ?? 'simple',
    activeUserIds: (users ?? [])
      .filter((user) => user.active)
      .map((user) => user.id)
      .sort(),
    actingUserId: portal.actingUser?.id ?? '',
    ...(pipelines === null
      ? {}
      : {
          stages: {
            lead: pipelines.filter(({ entity }) => entity === 'lead').flatMap(stageIds),
            deal: Object.fromEntries(
              pipelines
                .filter(({ entity }) => entity === 'deal')
                .map((pipeline) => [pipeline.id, stageIds(pipeline)]),
            ),
          },
        }),
    ...(fields === null ? {} : { fields: fieldFacts(fields) }),
  }
}

function stageIds({ stages }: { readonly stages: readonly { readonly id: string }[] }): string[] {
  return stages.map((stage) => stage.id)
}

/** Every kind of card is there: one without fields has none, which is not the same as never read. */
function fieldFacts(fields: readonly PortalField[]): NonNullable<TransferFacts['portal']['fields']> {
  const facts: Record<EntityType, Record<string, PortalFieldFacts>> = {
    lead: {},
    deal: {},
    contact: {},
    company: {},
  }
  for (const { entity, code, type, multiple, readOnly, items } of fields)
    facts[entity][code] = { type, multiple, readOnly, ...(items === undefined ? {} : { items }) }
  return facts
}
