import { type Text, text } from '@trunkline/contracts/locale'
import type { PassingSectionName, PassingSettings } from '@trunkline/contracts/settings/index'
import type { Place } from '@trunkline/contracts/settings/rules'
import type { RuleCatalogue } from '../rules/catalogue.ts'
import type { FindingCode, Found } from './finding.ts'
import { conditionFindings } from './lint-conditions.ts'
import { mappingFindings } from './lint-mappings.ts'
import { cardMade, missingOfPlace } from './places.ts'
import { userFault } from './reference-faults.ts'
import type { SettingsWorld } from './settings-world.ts'

/** Settings that point to what is no longer there, or never was: channels, users, stages, fields, parameters. */
export function goneFindings(
  section: PassingSectionName,
  value: PassingSettings,
  world: SettingsWorld,
  catalogue: RuleCatalogue,
): Found[] {
  const conditions = (
    ['transferRules', 'responsibleRules', 'firstPlaceRules', 'repeatedPlaceRules'] as const
  ).flatMap((list) =>
    value[list].flatMap((rule, index) => {
      if (!rule.active) return []
      const at = `/${list}/${index}`
      const except = 'except' in rule && rule.except !== undefined ? rule.except : undefined
      return [
        ...conditionFindings(rule.when, `${at}/when`, rule.title, value, world, catalogue),
        ...(except ? conditionFindings(except, `${at}/except`, rule.title, value, world, catalogue) : []),
      ]
    }),
  )
  return [
    ...channelsGone(value, world),
    ...usersGone(value, world),
    ...placesGone(value, world),
    ...conditions,
    ...mappingFindings(section, value, world),
  ]
}

function channelsGone(value: PassingSettings, world: SettingsWorld): Found[] {
  return value.channelIds.flatMap((id, index): Found[] => {
    if (world.channels.some((channel) => channel.id === id)) return []
    return [
      {
        code: 'channel-gone',
        pointer: `/channelIds/${index}`,
        severity: 'warning',
        message: text(
          'В списке есть канал, которого больше нет.',
          'The list holds a channel that no longer exists.',
        ),
        advice: text('Уберите его из списка.', 'Take it off the list.'),
      },
    ]
  })
}

function usersGone(value: PassingSettings, world: SettingsWorld): Found[] {
  const found: Found[] = []
  const instead = text(
    'Карточки пока достаются сотруднику, от имени которого подключено приложение.',
    'For now cards go to the user in whose name the application is connected.',
  )
  if (value.enabled && value.defaultResponsibleId === '') {
    found.push({
      code: 'responsible-missing',
      pointer: '/defaultResponsibleId',
      severity: 'error',
      message: text(
        'Ответственный по умолчанию не выбран: у карточек, под которые не подошло ни одно правило, нет владельца.',
        'No default responsible is chosen: cards that no rule fits have no owner.',
      ),
      advice: text('Выберите сотрудника портала.', 'Choose a portal user.'),
    })
  }
  const checkUser = (id: string, pointer: string, what: Text, then: Text, severity: Found['severity']) => {
    const wrong = wrongUser(id, world)
    if (wrong === undefined) return
    found.push({
      code: wrong.code,
      pointer,
      severity,
      message: text(`${what.ru}: ${wrong.words.ru}. ${then.ru}`, `${what.en}: ${wrong.words.en}. ${then.en}`),
      advice: text('Выберите работающего сотрудника.', 'Choose an active user.'),
    })
  }
  if (value.defaultResponsibleId !== '') {
    checkUser(
      value.defaultResponsibleId,
      '/defaultResponsibleId',
      text('Ответственный по умолчанию', 'Default responsible'),
      instead,
      'error',
    )
  }
  value.responsibleRules.forEach((rule, index) => {
    if (!rule.active) return
    checkUser(
      rule.userId,
      `/responsibleRules/${index}/userId`,
      text(`Правило «${rule.title}»`, `Rule “${rule.title}”`),
      text('Действует следующее подошедшее правило.', 'The next rule that fits applies.'),
      'warning',
    )
  })
  if (value.activityResponsibleId !== '') {
    checkUser(
      value.activityResponsibleId,
      '/activityResponsibleId',
      text('Исполнитель дела', 'Who does the activity'),
      text('Дело достаётся ответственному за карточку.', 'The activity goes to the responsible of the card.'),
      'warning',
    )
  }
  return found
}

/** Why a user cannot be responsible, in words; undefined when they can. */
function wrongUser(id: string, world: SettingsWorld): { code: FindingCode; words: Text } | undefined {
  const found = userFault(id, world)
  switch (found?.fault) {
    case undefined:
      return undefined
    case 'missing':
      return { code: 'user-missing', words: text('сотрудник не выбран', 'no user is chosen') }
    case 'gone':
      return {
        code: 'user-gone',
        words: text(`сотрудника № ${id} на портале нет`, `the portal has no user No. ${id}`),
      }
    case 'dismissed':
      return {
        code: 'user-dismissed',
        words: text(`${found.name} больше не работает`, `${found.name} no longer works there`),
      }
  }
}

function placesGone(value: PassingSettings, world: SettingsWorld): Found[] {
  const places: [pointer: string, place: Place, name: Text, then: Text][] = [
    [
      '/firstPlace',
      value.firstPlace,
      text('Стадия по умолчанию', 'Default stage'),
      text('Карточка попадает на первую стадию портала.', 'The card goes to the portal’s first stage.'),
    ],
    [
      '/repeatedPlace',
      value.repeatedPlace,
      text('Стадия по умолчанию при повторном обращении', 'Default stage on repeated contact'),
      text('Карточка попадает на первую стадию портала.', 'The card goes to the portal’s first stage.'),
    ],
  ]
  for (const list of ['firstPlaceRules', 'repeatedPlaceRules'] as const) {
    value[list].forEach((rule, index) => {
      if (!rule.active) return
      places.push([
        `/${list}/${index}/place`,
        rule.place,
        text(`Правило «${rule.title}»`, `Rule “${rule.title}”`),
        text('Действует следующее подошедшее правило.', 'The next rule that fits applies.'),
      ])
    })
  }
  const card = cardMade(value, world)
  return places.flatMap(([pointer, place, name, then]) =>
    missingOfPlace(place, world).map((part): Found => {
      const what = PARTS[part]
      const idle = card !== undefined && what.card !== card
      const follows = idle ? OF_OTHER_CARD[what.card] : then
      return {
        code: what.code,
        pointer: `${pointer}/${what.field}`,
        severity: idle ? 'note' : 'warning',
        message: text(
          `${name.ru}: ${what.words.ru} на портале больше нет. ${follows.ru}`,
          `${name.en}: the portal no longer has ${what.words.en}. ${follows.en}`,
        ),
        advice: text('Выберите другую.', 'Choose another one.'),
      }
    }),
  )
}

const OF_OTHER_CARD = {
  lead: text(
    'Лиды сейчас не создаются, поэтому это ни на что не влияет.',
    'No leads are made now, so nothing comes of it.',
  ),
  deal: text(
    'Сделки сейчас не создаются, поэтому это ни на что не влияет.',
    'No deals are made now, so nothing comes of it.',
  ),
} as const

const PARTS = {
  leadStage: {
    code: 'stage-gone',
    card: 'lead',
    field: 'leadStageId',
    words: text('этой стадии лида', 'this stage of a lead'),
  },
  pipeline: {
    code: 'pipeline-gone',
    card: 'deal',
    field: 'pipelineId',
    words: text('этой воронки', 'this pipeline'),
  },
  dealStage: {
    code: 'stage-gone',
    card: 'deal',
    field: 'dealStageId',
    words: text('этой стадии в выбранной воронке', 'this stage in the chosen pipeline'),
  },
} as const
