import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { Json } from '@trunkline/contracts/json'
import type { Reason } from '@trunkline/contracts/outcome'
import type { IntegrationSettings } from '@trunkline/contracts/settings/index'
import { type SectionRules, transferFilter } from './rules.ts'
import { line, type TraceCode } from './trace.ts'

export interface GateInput {
  readonly facts: TransferFacts
  readonly settings: IntegrationSettings
  readonly rules: SectionRules
}

interface GateResult {
  readonly passes: boolean
  readonly values: Record<string, Json>
  /** Lines of the rules that the gate looked at, before its own. */
  readonly before?: readonly TraceLine[]
}

interface Gate {
  readonly code: TraceCode
  readonly stop: { readonly outcome: 'held' | 'not_passed'; readonly reason: Reason }
  readonly check: (input: GateInput) => GateResult
}

/** A conversation already written into a card is finished, whatever channels, data and timing say now (CHAT-24). */
function isBound(facts: TransferFacts): boolean {
  return facts.bound.targets.length > 0
}

function contactData({ facts, settings }: GateInput): GateResult {
  const { phones, emails, messengerIds } = facts.contact
  const { passWithoutContactData, messengerIdIsContactData } = settings.chats
  const by = isBound(facts)
    ? 'bound'
    : phones.length > 0
      ? 'phone'
      : emails.length > 0
        ? 'email'
        : passWithoutContactData
          ? 'not-required'
          : messengerIdIsContactData && messengerIds.length > 0
            ? 'messenger'
            : 'nothing'
  return {
    passes: by !== 'nothing',
    values: {
      by,
      phones: phones.length,
      emails: emails.length,
      messengerIds: messengerIds.length,
      passWithoutContactData,
      messengerIdIsContactData,
    },
  }
}

function timing({ facts, settings }: GateInput): GateResult {
  const closed = facts.conversation.closedAt !== undefined
  const bound = isBound(facts)
  const passes = settings.chats.timing === 'start' || closed || bound
  return { passes, values: { timing: settings.chats.timing, closed, bound } }
}

/** Gates g1…g8 of requirements §1.6, in order. */
export const GATES: readonly Gate[] = [
  {
    code: 'gate-portal',
    stop: { outcome: 'held', reason: 'reauthorise' },
    check: ({ facts }) => ({
      passes: facts.portal.state === 'connected',
      values: { state: facts.portal.state },
    }),
  },
  {
    code: 'gate-main',
    stop: { outcome: 'not_passed', reason: 'main-off' },
    check: ({ settings }) => ({ passes: settings.main.active, values: { active: settings.main.active } }),
  },
  {
    code: 'gate-section',
    stop: { outcome: 'not_passed', reason: 'section-off' },
    check: ({ settings }) => ({
      passes: settings.chats.active,
      values: { section: 'chats', active: settings.chats.active },
    }),
  },
  {
    code: 'gate-chats',
    stop: { outcome: 'not_passed', reason: 'chats-off' },
    check: ({ settings }) => ({
      passes: settings.chats.enabled,
      values: { enabled: settings.chats.enabled },
    }),
  },
  {
    code: 'gate-channel',
    stop: { outcome: 'not_passed', reason: 'channel-not-selected' },
    check: ({ facts, settings }) => {
      const selected = settings.chats.channelIds.includes(facts.conversation.channelId)
      const bound = isBound(facts)
      return {
        passes: selected || bound,
        values: {
          channelId: facts.conversation.channelId,
          channel: facts.conversation.channelTitle,
          selected,
          selectedCount: settings.chats.channelIds.length,
          bound,
        },
      }
    },
  },
  {
    code: 'gate-filter',
    stop: { outcome: 'not_passed', reason: 'denied-by-filter' },
    check: ({ facts, rules }) => {
      const result = transferFilter(rules.transfer, facts)
      return {
        passes: result.passes,
        values: {
          because: result.because,
          rules: rules.transfer.length,
          ...(result.rule === undefined ? {} : { rule: result.rule }),
        },
        before: result.trace,
      }
    },
  },
  {
    code: 'gate-contact-data',
    stop: { outcome: 'held', reason: 'no-contact-data' },
    check: contactData,
  },
  {
    code: 'gate-timing',
    stop: { outcome: 'held', reason: 'waiting-for-end' },
    check: timing,
  },
]

/**
 * Asks every gate and leaves a line for each, so that a person sees at once all that stands in the way;
 * the first one that stops is the outcome.
 */
export function passGates(input: GateInput, trace: TraceLine[]): Gate['stop'] | undefined {
  let stopped: Gate['stop'] | undefined
  for (const gate of GATES) {
    const { passes, values, before } = gate.check(input)
    trace.push(...(before ?? []), line(gate.code, passes ? 'pass' : 'stop', values))
    if (!passes) stopped ??= gate.stop
  }
  return stopped
}
