import { type Text, text } from '@trunkline/contracts/locale'
import {
  type ChatsSettings,
  defaultSettings,
  type IntegrationSettings,
  type PassingSectionName,
  type PassingSettings,
} from '@trunkline/contracts/settings/index'
import type { FindingCode, Found } from './finding.ts'
import type { SettingsWorld } from './settings-world.ts'

type Settings = Omit<IntegrationSettings, 'versions'>

/** Switches that cancel each other (CHAT-18, UIS-15). */
export function switchFindings(section: PassingSectionName, settings: Settings): Found[] {
  const value = settings[section]
  const things = THINGS[section]
  const found: Found[] = []
  const add = (
    code: FindingCode,
    pointer: string,
    severity: Found['severity'],
    message: Text,
    advice: Text,
  ) => {
    found.push({ code, pointer, severity, message, advice })
  }

  if (value.enabled && !value.active) {
    add(
      'section-off',
      '/active',
      'error',
      text(
        `Передача ${things.ru} настроена, но раздел выключен: в Битрикс24 ничего не уходит.`,
        `Passing ${things.en} is set up, but the section is off: nothing goes to Bitrix24.`,
      ),
      text('Включите раздел.', 'Switch the section on.'),
    )
  }
  if (value.active && !settings.main.active) {
    add(
      'main-off',
      '/active',
      'error',
      text(
        'Раздел включён, но интеграция выключена на главной вкладке: в Битрикс24 ничего не уходит.',
        'The section is on, but the integration is off in the Main section: nothing goes to Bitrix24.',
      ),
      text('Включите интеграцию на главной вкладке.', 'Switch the integration on in the Main section.'),
    )
  }
  if (value.active && !value.enabled && isConfigured(section, value)) {
    add(
      'passing-off',
      '/enabled',
      'warning',
      text(
        `Раздел включён и настроен, но передача ${things.ru} выключена: они остаются во входящих.`,
        `The section is on and set up, but passing ${things.en} is off: they stay in the inbox.`,
      ),
      text('Включите передачу.', 'Switch passing on.'),
    )
  }
  if (value.enabled && value.channelIds.length === 0) {
    add(
      'no-channels',
      '/channelIds',
      'error',
      text(
        'Не выбран ни один канал: ничего передаваться не будет.',
        'No channel is selected: nothing will be passed.',
      ),
      text('Выберите каналы.', 'Select channels.'),
    )
  }
  return found
}

/** Channels that reach nobody's cards, while the integration works. */
export function nowhereFindings(settings: Settings, world: SettingsWorld): Found[] {
  const works = (section: PassingSectionName) =>
    settings.main.active && settings[section].active && settings[section].enabled
  if (!works('chats') && !works('requests')) return []
  return world.channels
    .filter(
      (channel) =>
        channel.elsewhere !== true &&
        (['chats', 'requests'] as const).every(
          (section) => !settings[section].channelIds.includes(channel.id),
        ),
    )
    .map((channel) => ({
      code: 'channel-nowhere',
      pointer: '/channelIds',
      severity: 'note',
      message: text(
        `Канал «${channel.title}» не выбран ни в одном разделе: обращения из него остаются во входящих.`,
        `The channel “${channel.title}” is selected in no section: what comes over it stays in the inbox.`,
      ),
      advice: text(
        'Если так и задумано, ничего не делайте; иначе выберите канал.',
        'If this is meant, do nothing; otherwise select the channel.',
      ),
    }))
}

/** Whether anything but the section's switch differs from the defaults. */
function isConfigured(section: PassingSectionName, value: PassingSettings | ChatsSettings): boolean {
  const given = { ...value, active: false, enabled: false }
  const usual = { ...defaultSettings(section), active: false, enabled: false }
  return JSON.stringify(sorted(given)) !== JSON.stringify(sorted(usual))
}

function sorted(value: object): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** What a section passes, genitive in Russian. */
const THINGS: Readonly<Record<PassingSectionName, Text>> = {
  chats: text('чатов', 'chats'),
  requests: text('офлайн-заявок', 'offline requests'),
}
