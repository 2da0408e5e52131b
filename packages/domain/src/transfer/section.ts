import type { TransferFacts } from '@trunkline/contracts/crm/facts'
import type {
  ChatsSettings,
  IntegrationSettings,
  PassingSectionName,
  PassingSettings,
} from '@trunkline/contracts/settings/index'

/** Which section of the settings an event falls under: talks and requests are passed apart (CHAT-66, UIS-29). */
export function sectionOf(facts: Pick<TransferFacts, 'event'>): PassingSectionName {
  return facts.event === 'request' ? 'requests' : 'chats'
}

/** What both sections have, of the one that this event falls under. */
export function passingOf(
  facts: Pick<TransferFacts, 'event'>,
  settings: IntegrationSettings,
): PassingSettings {
  return settings[sectionOf(facts)]
}

/** What chats have beyond that; undefined for a request, which has no dialogue to begin, answer or end (AMB-24). */
export function chatOnly(
  facts: Pick<TransferFacts, 'event'>,
  settings: IntegrationSettings,
): Pick<ChatsSettings, 'messengerIdIsContactData' | 'ignoreOperatorStarted' | 'timing'> | undefined {
  return sectionOf(facts) === 'chats' ? settings.chats : undefined
}
