import { text } from '@trunkline/contracts/locale'
import type { PassingSectionName, PassingSettings } from '@trunkline/contracts/settings/index'
import type { Found } from './finding.ts'
import type { SettingsWorld } from './settings-world.ts'

/** Site chats that are passed without asking who writes (CHAT-79). A request's form asks by itself. */
export function siteChatFindings(
  section: PassingSectionName,
  value: PassingSettings,
  world: SettingsWorld,
): Found[] {
  if (section !== 'chats' || !value.enabled) return []
  return value.channelIds.flatMap((id, index): Found[] => {
    const channel = world.channels.find((one) => one.id === id)
    if (channel?.contactForm !== false) return []
    return [
      {
        code: 'no-contact-form',
        pointer: `/channelIds/${index}`,
        severity: 'warning',
        message: text(
          `У чата на сайте «${channel.title}» нет формы контактов: один и тот же посетитель может завести несколько карточек.`,
          `The site chat “${channel.title}” has no contact form: one visitor may end up with several cards.`,
        ),
        advice: text(
          'Включите форму в настройках канала.',
          'Switch the form on in the settings of the channel.',
        ),
        link: { page: 'channel', params: { channelId: channel.id } },
      },
    ]
  })
}
