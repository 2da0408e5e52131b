import type { Decision } from '@trunkline/contracts/crm/decision'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { PassingSectionName } from '@trunkline/contracts/settings/index'
import { decider } from '@trunkline/domain/transfer/decide'
import { sectionOf } from '@trunkline/domain/transfer/input'
import type { DecidedRow } from '../../store/decided.ts'
import type { PortalRow } from '../../store/portals.ts'
import { type FactsAround, factsAround, progressFacts } from '../transfer/conversation-facts.ts'
import { directoryFacts, mappedFields, portalFacts } from '../transfer/portal-facts.ts'
import type { SettingsGround } from './settings-ground.ts'

/** A conversation decided anew, with the facts that it was decided from. */
export interface DecidedAnew {
  readonly facts: TransferFacts
  readonly decision: Decision
}

/**
 * Decides conversations anew under the settings of a ground, by the procedure of live ones. Conditions are read once.
 * Undefined when the integration has no portal: then nothing was ever decided for one either.
 */
export function decideAnew(ground: SettingsGround): ((row: DecidedRow) => DecidedAnew) | undefined {
  const { portal, settings } = ground
  if (portal === undefined) return undefined
  const decide = decider(settings)
  const around = {
    chats: factsAroundNow(ground, portal, 'chats'),
    requests: factsAroundNow(ground, portal, 'requests'),
  }
  return (row) => {
    const facts = factsAnew(row, around[sectionOf(row.facts)])
    return { facts, decision: decide(facts) }
  }
}

/**
 * The facts of a decision made before, as they would be if the conversation were decided for the first time today. Where
 * nothing changed since, they equal the facts of that decision.
 *
 * Kept as they were: the conversation, its contact, and what the portal answered about the client. So no call is needed,
 * and both sets of settings look at the same client.
 * As they are now: what is around the conversation (`around`), because settings can only be judged by what exists; and
 * whether an operator answered and the conversation ended, because a decision made at its start would otherwise seem to
 * wait for ever.
 * Forgotten: the cards it was written into and those deleted since. Kept of what it made is the contact of a card that was
 * only half made: the portal's answer names that contact, and without this it would pass for an old client.
 */
function factsAnew(row: DecidedRow, around: FactsAround): TransferFacts {
  const { gone: _gone, ...facts } = row.facts
  const { closedAt: _at, operatorJoinedAt: _joinedAt, operatorName: _name, ...talk } = facts.conversation
  return {
    ...facts,
    ...around,
    conversation: { ...talk, ...progressFacts(row) },
    bound: { ...facts.bound, targets: [] },
  }
}

/**
 * What is around the conversations of a section as it is now, under the settings of this ground. The portal counts as
 * connected: a broken connection would hold everything, and no setting would make a difference.
 */
function factsAroundNow(
  { workspace, settings, users, pipelines, fields }: SettingsGround,
  portal: PortalRow,
  section: PassingSectionName,
): FactsAround {
  const directory = users === null || pipelines === null ? undefined : directoryFacts(users, pipelines)
  const mapped = mappedFields(settings[section], fields ?? undefined)
  return factsAround(
    workspace,
    settings.main,
    portalFacts({ ...portal, state: 'connected' }, directory, mapped),
  )
}
