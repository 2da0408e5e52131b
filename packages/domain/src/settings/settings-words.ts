import { type Text, text } from '@trunkline/contracts/locale'
import type {
  ChatsSettings,
  IntegrationSettings,
  PassingSectionName,
  PassingSettings,
  SectionName,
} from '@trunkline/contracts/settings/index'
import { WEEK_DAYS } from '@trunkline/contracts/settings/main'
import { placeWords, ruleSentence, type SettingRule } from './rule-sentence.ts'
import { channelName, userName } from './said-names.ts'
import type { SettingsNames } from './settings-world.ts'

/** One setting, or one rule of a list, as a sentence. `pointer`: JSON Pointer into the section's value. */
export interface SettingSentence {
  readonly pointer: string
  readonly text: Text
}

type Value = IntegrationSettings[SectionName]

/** Every setting of a section and every rule in it, in the order of the form, as sentences. */
export function settingSentences<S extends SectionName>(
  section: S,
  value: IntegrationSettings[S],
  names: SettingsNames,
): SettingSentence[] {
  return Object.entries(value as Value).flatMap(([key, given]): SettingSentence[] => {
    const said = sentenceOf(section, key, value, names)
    if (said === undefined) return []
    const rules = Array.isArray(given) && RULE_LISTS.has(key) ? (given as readonly SettingRule[]) : []
    return [
      { pointer: `/${key}`, text: said },
      ...rules.map((rule, index) => ({
        pointer: `/${key}/${index}`,
        text: ruleSentence(rule, names, section as PassingSectionName),
      })),
    ]
  })
}

/** One setting as a sentence; of a list of rules only what holds of the list. Undefined for a name that is no setting. */
export function sentenceOf(
  section: SectionName,
  key: string,
  value: Value,
  names: SettingsNames,
): Text | undefined {
  const given = (value as unknown as Readonly<Record<string, unknown>>)[key]
  if (section === 'main') return MAIN[key as keyof typeof MAIN]?.(given as never)
  if (!Object.hasOwn(PASSING, key)) return undefined
  const said = PASSING[key as keyof ChatsSettings] as (given: unknown, words: Words) => Text
  return said(given, { section, things: THINGS[section], names, value: value as PassingSettings })
}

/** Settings that are lists of rules, each with a sentence of its own. */
export const RULE_LISTS: ReadonlySet<string> = new Set([
  'transferRules',
  'responsibleRules',
  'firstPlaceRules',
  'repeatedPlaceRules',
  'fieldMappings',
])

interface Words {
  readonly section: PassingSectionName
  readonly things: (typeof THINGS)[PassingSectionName]
  readonly names: SettingsNames
  readonly value: PassingSettings
}

/** What a section passes: nominative and genitive of the plural. */
const THINGS = {
  chats: { ru: 'чаты', ruOf: 'чатов', en: 'chats' },
  requests: { ru: 'офлайн-заявки', ruOf: 'офлайн-заявок', en: 'offline requests' },
} as const

const DAY_WORDS: Readonly<Record<(typeof WEEK_DAYS)[number], Text>> = {
  mon: text('понедельник', 'Monday'),
  tue: text('вторник', 'Tuesday'),
  wed: text('среда', 'Wednesday'),
  thu: text('четверг', 'Thursday'),
  fri: text('пятница', 'Friday'),
  sat: text('суббота', 'Saturday'),
  sun: text('воскресенье', 'Sunday'),
}

const MAIN: { [K in keyof IntegrationSettings['main']]: (value: IntegrationSettings['main'][K]) => Text } = {
  active: (on) =>
    on
      ? text('Интеграция включена.', 'The integration is on.')
      : text(
          'Интеграция выключена: ни один раздел ничего не передаёт.',
          'The integration is off: no section passes anything.',
        ),
  timeZone: (zone) =>
    zone === ''
      ? text('Время считается по часовому поясу компании.', 'Time goes by the time zone of the company.')
      : text(`Время считается по часовому поясу ${zone}.`, `Time goes by the time zone ${zone}.`),
  hasWorkHours: (on) =>
    on
      ? text('Известно, что пришло в рабочее время.', 'It is known what came in working time.')
      : text('Рабочего времени нет.', 'There are no working hours.'),
  workDays: (days) => {
    const said = joined(WEEK_DAYS.filter((day) => days.includes(day)).map((day) => DAY_WORDS[day]))
    return text(`Рабочие дни: ${said.ru}.`, `Working days: ${said.en}.`)
  },
  workFrom: (clock) => text(`Рабочий день начинается в ${clock}.`, `The working day begins at ${clock}.`),
  workTill: (clock) => text(`Рабочий день кончается в ${clock}.`, `The working day ends at ${clock}.`),
}

/** A sentence for every setting; a new setting without one does not compile. */
const PASSING: { [K in keyof ChatsSettings]: (value: ChatsSettings[K], words: Words) => Text } = {
  active: (on) =>
    on ? text('Раздел включён.', 'The section is on.') : text('Раздел выключен.', 'The section is off.'),
  enabled: (on, { things }) =>
    on
      ? text(`Передавать ${things.ru} в Битрикс24.`, `Pass ${things.en} to Bitrix24.`)
      : text(`Не передавать ${things.ru} в Битрикс24.`, `Do not pass ${things.en} to Bitrix24.`),
  channelIds: (ids, { things, names }) => {
    if (ids.length === 0) return text('Не выбран ни один канал.', 'No channel is selected.')
    const said = joined(ids.map((id) => channelName(id, names)))
    return text(`Передаются ${things.ru} каналов: ${said.ru}.`, `Passed are ${things.en} of: ${said.en}.`)
  },
  passWithoutContactData: (on, { things }) =>
    on
      ? text(
          `Передавать ${things.ru} и без телефона и почты.`,
          `Pass ${things.en} even without a phone and an e-mail.`,
        )
      : text(
          `Без телефона и почты ${things.ru} ждут и передаются целиком, когда данные появятся.`,
          `Without a phone and an e-mail ${things.en} wait and are passed in full once these appear.`,
        ),
  transferRules: (rules) => {
    const active = rules.filter((rule) => rule.active)
    if (active.length === 0) {
      return text('Фильтр передачи пуст: проходит всё.', 'The transfer filter is empty: everything passes.')
    }
    return active.some((rule) => rule.action === 'allow')
      ? text(
          'Проходит только то, что разрешено хотя бы одним правилом и ни одним не запрещено.',
          'Only what at least one rule allows and none denies passes.',
        )
      : text('Проходит всё, что не запрещено правилами.', 'Everything passes that no rule denies.')
  },
  defaultResponsibleId: (id, { names, value }) => {
    if (id === '') return text('Ответственный по умолчанию не выбран.', 'No default responsible is chosen.')
    const user = userName(id, names)
    return value.responsibleRules.some((rule) => rule.active)
      ? text(
          `Если ни одно правило не подошло, ответственный — ${user.ru}.`,
          `If no rule fits, the responsible is ${user.en}.`,
        )
      : text(`Ответственный всегда — ${user.ru}.`, `The responsible is always ${user.en}.`)
  },
  responsibleRules: (rules) =>
    listSentence(
      rules,
      text('Правил ответственного нет.', 'There are no rules of the responsible.'),
      text(
        'Ответственного назначает первое подошедшее правило.',
        'The first rule that fits gives the responsible.',
      ),
    ),
  notifyResponsible: (on) =>
    on
      ? text(
          'Ответственный получает уведомление о новой карточке.',
          'The responsible is notified about a new card.',
        )
      : text('Уведомления о новых карточках не отправляются.', 'No notifications about new cards are sent.'),
  cardKind: (kind) =>
    kind === 'deal'
      ? text('Новая карточка — всегда сделка с контактом.', 'A new card is always a deal with a contact.')
      : text(
          'Новая карточка — лид, а в простом режиме CRM сделка с контактом.',
          'A new card is a lead, or in simple CRM mode a deal with a contact.',
        ),
  firstContactCreates: (what) =>
    ({
      card: text('При первичном обращении создаётся карточка.', 'On first contact a card is made.'),
      'card-and-activity': text(
        'При первичном обращении создаются карточка и дело.',
        'On first contact a card and an activity are made.',
      ),
      nothing: text(
        'При первичном обращении ничего не создаётся: передаются только известные клиенты.',
        'On first contact nothing is made: only known clients are passed.',
      ),
    })[what],
  firstPlace: (place, { names }) => defaultPlace(placeWords(place, names), FIRST),
  firstPlaceRules: (rules) => placeRulesSentence(rules, FIRST),
  repeatedContactCreates: (what) =>
    ({
      nothing: text(
        'При повторном обращении ничего не создаётся: переписка идёт в найденную карточку.',
        'On repeated contact nothing is made: the conversation goes into the card that was found.',
      ),
      activity: text(
        'При повторном обращении создаётся дело в найденной карточке.',
        'On repeated contact an activity is made in the card that was found.',
      ),
      card: text(
        'При повторном обращении создаётся новая карточка.',
        'On repeated contact a new card is made.',
      ),
      'card-and-activity': text(
        'При повторном обращении создаются новая карточка и дело.',
        'On repeated contact a new card and an activity are made.',
      ),
    })[what],
  repeatedPlace: (place, { names }) => defaultPlace(placeWords(place, names), REPEATED),
  repeatedPlaceRules: (rules) => placeRulesSentence(rules, REPEATED),
  commentPriority: (priority) =>
    ({
      deal: text(
        'Переписка идёт в открытую сделку, если её нет — в лид, затем в контакт или компанию.',
        'The conversation goes into an open deal, else into a lead, then the contact or the company.',
      ),
      lead: text(
        'Переписка идёт в открытый лид, если его нет — в сделку, затем в контакт или компанию.',
        'The conversation goes into an open lead, else into a deal, then the contact or the company.',
      ),
      both: text(
        'Переписка идёт и в самую новую открытую сделку, и в самый новый открытый лид.',
        'The conversation goes both into the newest open deal and into the newest open lead.',
      ),
    })[priority],
  addToClosed: (on) =>
    on
      ? text(
          'Если все карточки клиента закрыты, переписка идёт в закрытую последней.',
          'When all cards of the client are closed the conversation goes into the one closed last.',
        )
      : text('В закрытые карточки переписка не пишется.', 'Nothing is written into closed cards.'),
  activityTemplate: (template) =>
    template === ''
      ? text('Дело называется так же, как новая карточка.', 'An activity is called as a new card is.')
      : text(`Дело называется «${template}».`, `An activity is called “${template}”.`),
  activityDeadlineMin: (minutes) => {
    const span = duration(minutes)
    return text(`Срок дела — ${span.ru} после обращения.`, `An activity is due ${span.en} after the contact.`)
  },
  activityResponsibleId: (id, { names }) => {
    if (id === '') {
      return text(
        'Дело достаётся ответственному за карточку.',
        'An activity goes to the responsible of the card.',
      )
    }
    const user = userName(id, names)
    return text(`Исполнитель дела — ${user.ru}.`, `Activities go to ${user.en}.`)
  },
  copyToPerson: (on) =>
    on
      ? text(
          'Комментарии сохраняются и в найденный контакт или компанию.',
          'Comments are also saved to the contact or company that was found.',
        )
      : text('Копия в контакт или компанию не сохраняется.', 'No copy is saved to the contact or company.'),
  attachments: (how) =>
    how === 'files'
      ? text('Вложения передаются файлами.', 'Attachments are passed as files.')
      : text('Вложения передаются ссылками.', 'Attachments are passed as links.'),
  utmLabels: (labels) => {
    if (labels.length === 0) {
      return text('Рекламные метки не передаются.', 'Advertising labels are not passed.')
    }
    const list = labels.map((label) => `utm_${label}`).join(', ')
    return text(`В новую карточку пишутся метки ${list}.`, `A new card gets the labels ${list}.`)
  },
  utmTouch: (touch) =>
    touch === 'first'
      ? text('Метки берутся из самого первого посещения.', 'Labels are those of the very first visit.')
      : text(
          'Метки берутся из посещения, в котором клиент написал.',
          'Labels are those of the visit in which the client wrote.',
        ),
  titleTemplate: (template) =>
    template === ''
      ? text(
          'Новая карточка называется по типу события, каналу и имени или телефону клиента.',
          'A new card is called by event type, channel, and the name or phone of the client.',
        )
      : text(`Новая карточка называется «${template}».`, `A new card is called “${template}”.`),
  mapFields: (on) =>
    on
      ? text('Дополнительные поля передаются.', 'Additional fields are passed.')
      : text('Дополнительные поля не передаются.', 'Additional fields are not passed.'),
  fieldMappings: (mappings) =>
    listSentence(
      mappings,
      text('Соответствие полей пусто.', 'The field mapping is empty.'),
      text('Поля пишутся по строкам соответствия.', 'Fields are written by the lines of the mapping.'),
    ),
  messengerIdIsContactData: (on) =>
    on
      ? text(
          'Аккаунт мессенджера считается контактными данными.',
          'A messenger account counts as contact data.',
        )
      : text(
          'Аккаунт мессенджера не считается контактными данными.',
          'A messenger account does not count as contact data.',
        ),
  ignoreOperatorStarted: (on) =>
    on
      ? text(
          'Чаты, которые начал оператор, передаются, только когда клиент ответит.',
          'Chats that an operator began are passed only once the client answers.',
        )
      : text(
          'Чаты, которые начал оператор, тоже передаются.',
          'Chats that an operator began are passed too.',
        ),
  ignoreGroups: (on) =>
    on
      ? text('Групповые чаты не передаются.', 'Group chats are not passed.')
      : text('Групповые чаты тоже передаются.', 'Group chats are passed too.'),
  timing: (timing) =>
    ({
      start: text(
        'Чат передаётся с первым сообщением, переписка дописывается сразу.',
        'A chat is passed with its first message, the conversation is written as it goes.',
      ),
      operator: text(
        'Чат передаётся, когда ответил оператор, дальше переписка дописывается сразу.',
        'A chat is passed when an operator has answered; from then on it is written as it goes.',
      ),
      end: text('Чат передаётся после завершения.', 'A chat is passed after it has ended.'),
    })[timing],
}

const FIRST = text('первичном', 'first')
const REPEATED = text('повторном', 'repeated')

function defaultPlace(place: Text, contact: Text): Text {
  return text(
    `По умолчанию при ${contact.ru} обращении ${place.ru}.`,
    `By default on ${contact.en} contact ${place.en}.`,
  )
}

function placeRulesSentence(rules: readonly { readonly active: boolean }[], contact: Text): Text {
  return listSentence(
    rules,
    text(
      `Правил стадии при ${contact.ru} обращении нет.`,
      `There are no rules of the stage on ${contact.en} contact.`,
    ),
    text(
      `При ${contact.ru} обращении стадию задаёт первое подошедшее правило.`,
      `On ${contact.en} contact the first rule that fits gives the stage.`,
    ),
  )
}

function listSentence(rules: readonly { readonly active: boolean }[], none: Text, some: Text): Text {
  return rules.some((rule) => rule.active) ? some : none
}

/** «A», «B». */
export function joined(names: readonly Text[]): Text {
  return text(names.map((name) => name.ru).join(', '), names.map((name) => name.en).join(', '))
}

/** Minutes as people say them: 2 h 5 min, 3 d. */
export function duration(minutes: number): Text {
  const days = Math.floor(minutes / 1440)
  const hours = Math.floor((minutes % 1440) / 60)
  const rest = minutes % 60
  const parts = [
    [days, 'дн.', 'd'],
    [hours, 'ч', 'h'],
    [rest, 'мин', 'min'],
  ] as const
  const said = parts.filter(([count]) => count > 0)
  const shown = said.length > 0 ? said : ([[0, 'мин', 'min']] as const)
  return text(
    shown.map(([count, ru]) => `${count} ${ru}`).join(' '),
    shown.map(([count, , en]) => `${count} ${en}`).join(' '),
  )
}
