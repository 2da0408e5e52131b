import type { TraceLine } from '@trunkline/contracts/crm/decision'
import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type { Json } from '@trunkline/contracts/json'
import type { Reason } from '@trunkline/contracts/outcome'
import type { PassingSectionName } from '@trunkline/contracts/settings/index'
import type { DecisionInput } from './input.ts'
import { transferFilter } from './rules.ts'
import { line, type TraceCode } from './trace.ts'

interface GateResult {
  readonly passes: boolean
  readonly values: Record<string, Json>
  /** Instead of the gate's own reason. */
  readonly reason?: Reason
  /** Lines of the rules that the gate looked at, before its own. */
  readonly before?: readonly TraceLine[]
}

interface Stop {
  readonly outcome: 'held' | 'not_passed'
  readonly reason: Reason
}

interface Gate {
  readonly code: TraceCode
  readonly stop: Stop
  readonly check: (input: DecisionInput) => GateResult
}

/** A conversation already written into a card is finished, whatever channels, data and timing say now (CHAT-24). */
function isBound(facts: TransferFacts): boolean {
  return facts.bound.targets.length > 0
}

const portal: Gate = {
  code: 'gate-portal',
  stop: { outcome: 'held', reason: 'reauthorise' },
  check: ({ facts }) => ({
    passes: facts.portal.state === 'connected',
    values: { state: facts.portal.state },
  }),
}

const main: Gate = {
  code: 'gate-main',
  stop: { outcome: 'not_passed', reason: 'main-off' },
  check: ({ settings }) => ({ passes: settings.main.active, values: { active: settings.main.active } }),
}

const section: Gate = {
  code: 'gate-section',
  stop: { outcome: 'not_passed', reason: 'section-off' },
  check: (input) => {
    const { active } = input.passing
    return { passes: active, values: { section: input.section, active } }
  },
}

/** CHAT-23: chats and requests are switched on apart. */
function enabled({ passing }: DecisionInput): GateResult {
  return { passes: passing.enabled, values: { enabled: passing.enabled } }
}

const chats: Gate = {
  code: 'gate-chats',
  stop: { outcome: 'not_passed', reason: 'chats-off' },
  check: enabled,
}

const requests: Gate = {
  code: 'gate-requests',
  stop: { outcome: 'not_passed', reason: 'requests-off' },
  check: enabled,
}

const channel: Gate = {
  code: 'gate-channel',
  stop: { outcome: 'not_passed', reason: 'channel-not-selected' },
  check: ({ facts, passing }) => {
    const { channelIds } = passing
    const selected = channelIds.includes(facts.conversation.channelId)
    const bound = isBound(facts)
    return {
      passes: selected || bound,
      values: {
        channelId: facts.conversation.channelId,
        channel: facts.conversation.channelTitle,
        selected,
        selectedCount: channelIds.length,
        bound,
      },
    }
  },
}

/** A form sent to try it out never becomes a card (requirements §1.8). */
const technical: Gate = {
  code: 'gate-technical',
  stop: { outcome: 'not_passed', reason: 'technical-request' },
  check: ({ facts }) => {
    const trial = facts.request?.technical === true
    return { passes: !trial, values: { technical: trial } }
  },
}

/** A chat that an operator began is of no interest until the client answers (requirements §1.8, is_ignore_outgoing_chats). */
const startedBy: Gate = {
  code: 'gate-started-by',
  stop: { outcome: 'not_passed', reason: 'operator-started' },
  check: ({ facts, chat }) => {
    const ignoreOperatorStarted = chat?.ignoreOperatorStarted === true
    const by = facts.conversation.startedBy ?? 'contact'
    const contactWrote = facts.conversation.contactWrote ?? true
    const bound = isBound(facts)
    return {
      passes: !ignoreOperatorStarted || by === 'contact' || contactWrote || bound,
      values: { startedBy: by, contactWrote, ignoreOperatorStarted, bound },
    }
  },
}

/** A chat of several people is nobody's until somebody says otherwise (requirements §1.8, is_group_chat; AMB-12). */
const group: Gate = {
  code: 'gate-group',
  stop: { outcome: 'not_passed', reason: 'group-chat' },
  check: ({ facts, chat }) => {
    const ignoreGroups = chat?.ignoreGroups === true
    const isGroup = facts.conversation.isGroup === true
    const bound = isBound(facts)
    return { passes: !ignoreGroups || !isGroup || bound, values: { isGroup, ignoreGroups, bound } }
  },
}

const filter: Gate = {
  code: 'gate-filter',
  stop: { outcome: 'not_passed', reason: 'denied-by-filter' },
  check: (input) => {
    const result = transferFilter(input)
    return {
      passes: result.passes,
      values: {
        because: result.because,
        rules: input.passing.transferRules.length,
        ...(result.rule === undefined ? {} : { rule: result.rule }),
      },
      before: result.trace,
    }
  },
}

const contactData: Gate = {
  code: 'gate-contact-data',
  stop: { outcome: 'held', reason: 'no-contact-data' },
  check: ({ facts, passing, chat }) => {
    const { phones, emails, messengerIds } = facts.contact
    const { passWithoutContactData } = passing
    const messengerIdIsContactData = chat?.messengerIdIsContactData === true
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
  },
}

/** CHAT-62, CHAT-63, UIS-22: from the first message, from an operator's answer, or after the end. */
const timing: Gate = {
  code: 'gate-timing',
  stop: { outcome: 'held', reason: 'waiting-for-end' },
  check: ({ facts, chat }) => {
    const from = chat?.timing ?? 'start'
    const closed = facts.conversation.closedAt !== undefined
    const operatorJoined = facts.conversation.operatorJoinedAt !== undefined
    const bound = isBound(facts)
    return {
      passes: from === 'start' || closed || bound || (from === 'operator' && operatorJoined),
      values: { timing: from, closed, operatorJoined, bound },
      ...(from === 'operator' ? { reason: 'waiting-for-operator' as const } : {}),
    }
  },
}

/** Gates g1…g8 of requirements §1.6 for each section, in order. */
export const GATES: Readonly<Record<PassingSectionName, readonly Gate[]>> = {
  chats: [portal, main, section, chats, channel, startedBy, group, filter, contactData, timing],
  requests: [portal, main, section, requests, channel, technical, filter, contactData],
}

/**
 * Asks every gate and leaves a line for each, so that a person sees at once all that stands in the way;
 * the first one that stops is the outcome.
 */
export function passGates(input: DecisionInput, trace: TraceLine[]): Stop | undefined {
  let stopped: Stop | undefined
  for (const gate of GATES[input.section]) {
    const { passes, values, before, reason } = gate.check(input)
    trace.push(...(before ?? []), line(gate.code, passes ? 'pass' : 'stop', values))
    if (!passes) stopped ??= reason === undefined ? gate.stop : { ...gate.stop, reason }
  }
  return stopped
}
