import { type Locale, type Text, text } from '@trunkline/contracts/locale'
import { fieldLabel } from '../rules/catalogue.ts'
import { cardName, cardWord, fieldName, type NameBook, placeName, shown, userName } from './names.ts'
import type { TraceCode } from './trace.ts'
import { list, pick, type Sentence, type Values } from './trace-sentence.ts'
import { MAPPING_WHY } from './trace-words.ts'

/** Place, with an empty string for what the portal chooses. */
function placeOf(values: Values, names: NameBook): Text {
  const id = (value: Values[string] | undefined) => (typeof value === 'string' ? value : '')
  return placeName(shown(values.card), id(values.stageId), id(values.pipelineId), names)
}

type CreationCode = Extract<
  TraceCode,
  | 'create'
  | `place${string}`
  | `responsible${string}`
  | 'no-responsible'
  | 'notify'
  | 'utm'
  | 'mapping'
  | 'activity'
>

/** What is said of a card that is made and of what is put into it. */
export const CREATION_SENTENCES: Readonly<Record<CreationCode, Sentence>> = {
  create: (values, names) => {
    const title = shown(values.title)
    const mode = values.crmMode === 'classic' ? text('классический', 'classic') : text('простой', 'simple')
    const why =
      values.setting === 'deal'
        ? text('так выбрано в настройках', 'the settings say so')
        : text(`режим CRM — ${mode.ru}`, `the CRM mode is ${mode.en}`)
    const company = values.company === undefined ? undefined : cardName(shown(values.company), names)
    const tied = (language: Locale) => (company === undefined ? '' : `, ${company[language]}`)
    if (values.card === 'lead' && values.contact === 'none') {
      return text(
        `Создаётся лид «${title}»${tied('ru')}: ${why.ru}.`,
        `A lead “${title}” is made${tied('en')}: ${why.en}.`,
      )
    }
    if (values.contact === 'new') {
      return text(
        `Создаётся сделка «${title}» с новым контактом${tied('ru')}: ${why.ru}.`,
        `A deal “${title}” with a new contact${tied('en')} is made: ${why.en}.`,
      )
    }
    const contact = cardName(shown(values.contact), names)
    return values.card === 'lead'
      ? text(
          `Создаётся лид «${title}», его ${contact.ru}${tied('ru')}: ${why.ru}.`,
          `A lead “${title}” is made, with ${contact.en}${tied('en')}: ${why.en}.`,
        )
      : text(
          `Создаётся сделка «${title}», её ${contact.ru}${tied('ru')}: ${why.ru}.`,
          `A deal “${title}” is made, with ${contact.en}${tied('en')}: ${why.en}.`,
        )
  },
  'place-rule': (values, _names, verdict) => {
    const rule = shown(values.rule)
    if (values.matched !== true) {
      return text(`Правило воронок «${rule}» не подошло.`, `The pipeline rule “${rule}” did not match.`)
    }
    if (values.excepted === true) {
      return text(
        `Правило воронок «${rule}» не действует: сработало его исключение.`,
        `The pipeline rule “${rule}” does not apply: its exception holds.`,
      )
    }
    return verdict === 'chose'
      ? text(`Подошло правило воронок «${rule}».`, `The pipeline rule “${rule}” matched.`)
      : text(
          `Правило воронок «${rule}» подошло, но применить его нельзя.`,
          `The pipeline rule “${rule}” matched but cannot be used.`,
        )
  },
  'place-unusable': (values, names) => {
    const place = placeOf(values, names)
    const from =
      values.from === 'default'
        ? text('по умолчанию', 'by default')
        : text(`правила «${shown(values.rule)}»`, `of the rule “${shown(values.rule)}”`)
    return text(
      `Такой стадии или воронки в портале больше нет: ${place.ru} (${from.ru}).`,
      `The portal has no such stage or pipeline any more: ${place.en} (${from.en}).`,
    )
  },
  place: (values, names) => {
    const place = placeOf(values, names)
    const by: Readonly<Record<string, Text>> = {
      rule: text(`по правилу «${shown(values.rule)}»`, `by the rule “${shown(values.rule)}”`),
      default: text('по умолчанию', 'by default'),
    }
    const why = pick(by, values.by)
    if (place.ru === '') {
      return values.by === 'rule'
        ? text(
            `Новая карточка попадает на первую стадию портала (${why.ru}).`,
            `The new card goes to the portal’s own first stage (${why.en}).`,
          )
        : text(
            'Новая карточка попадает на первую стадию портала.',
            'The new card goes to the portal’s own first stage.',
          )
    }
    return text(
      `Новая карточка попадает сюда: ${place.ru} (${why.ru}).`,
      `The new card goes here: ${place.en} (${why.en}).`,
    )
  },
  utm: (values) => {
    const labels = list(values.labels)
      .map((label) => `utm_${label}`)
      .join(', ')
    if (values.touch === 'first') {
      return text(
        `Рекламные метки — первого посещения: ${labels}.`,
        `Advertising labels are of the first visit: ${labels}.`,
      )
    }
    return values.setting === 'first'
      ? text(
          `Первое посещение неизвестно, рекламные метки — этого: ${labels}.`,
          `The first visit is not known; advertising labels are of this one: ${labels}.`,
        )
      : text(
          `Рекламные метки — этого посещения: ${labels}.`,
          `Advertising labels are of this visit: ${labels}.`,
        )
  },
  mapping: (values, names) => {
    const source = fieldLabel(shown(values.source))
    const entity = cardWord(shown(values.entity))
    const field = fieldName(shown(values.entity), shown(values.target), names)
    const ru = `${source.ru} → поле «${field}» (${entity.ru})`
    const en = `${source.en} → field “${field}” (${entity.en})`
    if (values.why === 'written') return text(`Дополнительное поле: ${ru}.`, `Additional field: ${en}.`)
    const why = pick(MAPPING_WHY, values.why)
    return text(
      `Дополнительное поле не заполнено: ${ru}, ${why.ru}.`,
      `Additional field left out: ${en}, ${why.en}.`,
    )
  },
  activity: (values, names, verdict) => {
    const where =
      values.target === 'new' ? text('новая карточка', 'the new card') : cardName(shown(values.target), names)
    if (verdict === 'skip') {
      return text(
        `Дело не создаётся, исполнить его некому: ${where.ru}.`,
        `No activity is made, there is nobody to do it: ${where.en}.`,
      )
    }
    const user = userName(shown(values.userId), names)
    const by: Readonly<Record<string, Text>> = {
      setting: text('так выбрано в настройках', 'the settings say so'),
      card: text('ответственный за карточку', 'the responsible of the card'),
      rules: text('по правилам ответственных', 'by the rules of responsibles'),
    }
    const why = pick(by, values.by)
    return text(
      `Создаётся дело «${shown(values.subject)}» (${where.ru}), исполнитель: ${user.ru} (${why.ru}).`,
      `An activity “${shown(values.subject)}” is made (${where.en}), done by: ${user.en} (${why.en}).`,
    )
  },
  'responsible-rule': (values, names, verdict) => {
    const rule = shown(values.rule)
    const user = userName(shown(values.userId), names)
    if (values.matched !== true) {
      return text(
        `Правило ответственных «${rule}» не подошло.`,
        `The rule of responsibles “${rule}” did not match.`,
      )
    }
    if (values.userId === '') {
      return text(
        `Правило ответственных «${rule}» подошло, но сотрудник в нём не выбран.`,
        `The rule of responsibles “${rule}” matched, but no user is chosen in it.`,
      )
    }
    return verdict === 'chose'
      ? text(
          `Подошло правило ответственных «${rule}»: ${user.ru}.`,
          `The rule of responsibles “${rule}” matched: ${user.en}.`,
        )
      : text(
          `Правило ответственных «${rule}» подошло, но назначить нельзя: ${user.ru}.`,
          `The rule of responsibles “${rule}” matched but cannot be used: ${user.en}.`,
        )
  },
  'responsible-unusable': (values, names) => {
    if (values.from === 'unset') {
      return text('Ответственный по умолчанию не выбран.', 'No default responsible is chosen.')
    }
    const user = userName(shown(values.userId), names)
    return values.from === 'activity'
      ? text(
          `Уволен или удалён с портала, исполнителем дела быть не может: ${user.ru}.`,
          `Dismissed or removed from the portal and cannot do the activity: ${user.en}.`,
        )
      : text(
          `Уволен или удалён с портала, ответственным быть не может: ${user.ru}.`,
          `Dismissed or removed from the portal and cannot be responsible: ${user.en}.`,
        )
  },
  responsible: (values, names) => {
    const user = userName(shown(values.userId), names)
    const by: Readonly<Record<string, Text>> = {
      rule: text(`по правилу «${shown(values.rule)}»`, `by the rule “${shown(values.rule)}”`),
      default: text('по умолчанию', 'by default'),
      acting: text(
        'от имени этого сотрудника работает приложение',
        'the application works in this user’s name',
      ),
    }
    const why = pick(by, values.by)
    return text(`Ответственный — ${user.ru} (${why.ru}).`, `Responsible: ${user.en} (${why.en}).`)
  },
  'no-responsible': () =>
    text(
      'Назначить ответственного некому: выберите его в настройках.',
      'There is nobody to be responsible: choose one in the settings.',
    ),
  notify: (values, names) => {
    const user = userName(shown(values.userId), names)
    return values.notifyResponsible === true
      ? text(
          `Ответственный получит одно уведомление: ${user.ru}.`,
          `The responsible gets one notification: ${user.en}.`,
        )
      : text('Уведомления о новых карточках выключены.', 'Notifications about new cards are off.')
  },
}
