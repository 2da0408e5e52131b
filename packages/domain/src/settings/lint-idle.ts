import { type Text, text } from '@trunkline/contracts/locale'
import {
  defaultSettings,
  type PassingSectionName,
  type PassingSettings,
} from '@trunkline/contracts/settings/index'
import type { FindingCode, Found } from './finding.ts'
import { cardMade } from './places.ts'
import type { SettingsWorld } from './settings-world.ts'

/** Settings that another setting leaves without effect. */
export function idleFindings(
  section: PassingSectionName,
  value: PassingSettings,
  world: SettingsWorld,
): Found[] {
  return [
    ...idleOfContact(value),
    ...placesOfOtherCards(value, world),
    ...idleOfCards(section, value),
    ...idleChoices(value, world),
  ]
}

/** Choices about found cards that change nothing as the others stand (AMB-22, AMB-34, CHAT-76). */
function idleChoices(value: PassingSettings, { crmMode }: SettingsWorld): Found[] {
  const found: Found[] = []
  const warn = (code: FindingCode, pointer: string, message: Text, advice: Text) =>
    found.push({ code, pointer, severity: 'warning', message, advice })
  const makesOnRepeated = makesCard(value.repeatedContactCreates)
  if (value.addToClosed && makesOnRepeated) {
    warn(
      'closed-unused',
      '/addToClosed',
      text(
        'Не действует: при повторном обращении создаётся новая карточка, в найденные не пишем.',
        'Has no effect: a repeated contact makes a new card, nothing is written into found ones.',
      ),
      text(
        'Выключите настройку или не создавайте карточку при повторном обращении.',
        'Switch this off or have no card made on repeated contact.',
      ),
    )
  }
  if (value.firstContactCreates === 'nothing' && value.passWithoutContactData) {
    warn(
      'unknown-never-pass',
      '/passWithoutContactData',
      text(
        'Почти не действует: передаются только известные клиенты, а без контактных данных клиента не узнать.',
        'Has hardly any effect: only known clients are passed, and without contact data a client is not recognised.',
      ),
      text(
        'Выключите настройку или создавайте карточку при первичном обращении.',
        'Switch this off or have a card made on first contact.',
      ),
    )
  }
  if (crmMode === 'simple' && value.commentPriority === 'lead' && !makesOnRepeated) {
    warn(
      'leads-off',
      '/commentPriority',
      text(
        'Портал работает в простом режиме CRM: новых лидов в нём не бывает.',
        'The portal works in simple CRM mode: it gets no new leads.',
      ),
      text('Выберите сделки.', 'Choose deals.'),
    )
  }
  return found
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
  const note = (code: FindingCode, pointer: string, message: Text, advice: Text) =>
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
