import { type Text, text } from '@trunkline/contracts/locale'
import {
  type ChatsSettings,
  defaultSettings,
  type IntegrationSettings,
  type PassingSectionName,
  type PassingSettings,
} from '@trunkline/contracts/settings/index'
import type { Found } from './finding.ts'
import { cardMade } from './places.ts'
import type { SettingsWorld } from './settings-world.ts'

type Settings = Omit<IntegrationSettings, 'versions'>

/** Switches that cancel each other, and settings that another setting leaves without effect (CHAT-18, UIS-15). */
export function switchFindings(
  section: PassingSectionName,
  settings: Settings,
  world: SettingsWorld,
): Found[] {
  const value = settings[section]
  const things = THINGS[section]
  const found: Found[] = []
  const add = (code: string, pointer: string, severity: Found['severity'], message: Text, advice: Text) => {
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
  found.push(...idleOfContact(value), ...placesOfOtherCards(value, world), ...idleOfCards(section, value))
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

/** Rules of places for cards that are not made. */
function idleOfContact(value: PassingSettings): Found[] {
  return [
    { list: 'firstPlaceRules', creates: 'firstContactCreates', ru: 'первичном', en: 'first' } as const,
    {
      list: 'repeatedPlaceRules',
      creates: 'repeatedContactCreates',
      ru: 'повторном',
      en: 'repeated',
    } as const,
  ].flatMap(({ list, creates, ru, en }): Found[] => {
    if (makesCard(value[creates]) || !value[list].some((rule) => rule.active)) return []
    return [
      {
        code: 'place-rules-idle',
        pointer: `/${list}`,
        severity: 'note',
        message: text(
          `При ${ru} обращении карточка не создаётся, поэтому правила её стадии не действуют.`,
          `On ${en} contact no card is made, so the rules of its stage have no effect.`,
        ),
        advice: text(
          `Включите создание карточки при ${ru} обращении или выключите правила.`,
          `Have a card made on ${en} contact or switch the rules off.`,
        ),
      },
    ]
  })
}

/** Rules that put only a kind of card that is never made: stages of leads while all cards are deals, or the reverse. */
function placesOfOtherCards(value: PassingSettings, world: SettingsWorld): Found[] {
  const card = cardMade(value, world)
  if (card === undefined) return []
  return (['firstPlaceRules', 'repeatedPlaceRules'] as const).flatMap((list) => {
    const creates = list === 'firstPlaceRules' ? value.firstContactCreates : value.repeatedContactCreates
    if (!makesCard(creates)) return []
    return value[list].flatMap(({ active, title, place }, index): Found[] => {
      const lead = place.leadStageId !== ''
      const deal = place.pipelineId !== '' || place.dealStageId !== ''
      if (!active || lead === deal || lead === (card === 'lead')) return []
      return [
        {
          code: 'place-of-other-card',
          pointer: `/${list}/${index}/place`,
          severity: 'warning',
          message:
            card === 'deal'
              ? text(
                  `Правило «${title}» задаёт стадию лида, а новая карточка всегда сделка: стадия сделки останется первой.`,
                  `The rule “${title}” sets the stage of a lead, but a new card is always a deal: the deal’s stage stays the first.`,
                )
              : text(
                  `Правило «${title}» задаёт стадию сделки, а новая карточка всегда лид: стадия лида останется первой.`,
                  `The rule “${title}” sets the stage of a deal, but a new card is always a lead: the lead’s stage stays the first.`,
                ),
          advice: text(
            'Выберите стадию той карточки, которая создаётся.',
            'Choose a stage of the card that is made.',
          ),
        },
      ]
    })
  })
}

/** Settings of cards and activities that are never made. */
function idleOfCards(section: PassingSectionName, value: PassingSettings): Found[] {
  const created = [value.firstContactCreates, value.repeatedContactCreates]
  const cards = created.some(makesCard)
  const activities = created.some((what) => what === 'activity' || what === 'card-and-activity')
  const found: Found[] = []
  const note = (code: string, pointer: string, message: Text, advice: Text) =>
    found.push({ code, pointer, severity: 'note', message, advice })
  if (value.notifyResponsible && !cards) {
    note(
      'notify-idle',
      '/notifyResponsible',
      text(
        'Уведомление отправляется о новой карточке, а новые карточки не создаются.',
        'The notification is about a new card, and no new cards are made.',
      ),
      text('Включите создание карточек или выключите уведомление.', 'Have cards made or switch it off.'),
    )
  }
  const usual = defaultSettings(section)
  for (const key of ['activityTemplate', 'activityResponsibleId', 'activityDeadlineMin'] as const) {
    if (activities || value[key] === usual[key]) continue
    note(
      'activity-idle',
      `/${key}`,
      text(
        'Настройка относится к делу, а дела не создаются.',
        'This is about activities, and none are made.',
      ),
      text('Включите создание дела или очистите настройку.', 'Have an activity made or clear this setting.'),
    )
  }
  return found
}

const makesCard = (what: PassingSettings['firstContactCreates' | 'repeatedContactCreates']) =>
  what === 'card' || what === 'card-and-activity'

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
