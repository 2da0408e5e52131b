import type { TraceLine } from '@trunkline/contracts/crm/decision'
import { type Text, text } from '@trunkline/contracts/locale'
import { fieldLabel } from '../rules/catalogue.ts'
import { CREATION_SENTENCES } from './explain-creation.ts'
import { GATE_SENTENCES } from './explain-gates.ts'
import { cardName, dayOf, type NameBook, plural, shown } from './names.ts'
import { type CandidateReason, TRACE_CODES, type TraceCode } from './trace.ts'
import { cards, list, pick, type Sentence, type Values } from './trace-sentence.ts'
import { CANDIDATE_WHY, IDENTITY, PRIORITY, WARNINGS } from './trace-words.ts'

/**
 * A line of a trace as a sentence in both languages, with the values it compared. A code that this version does not
 * know is shown as it is.
 */
export function explainTrace(line: TraceLine, names: NameBook = {}): Text {
  const sentence = isTraceCode(line.code) ? SENTENCES[line.code] : undefined
  return sentence ? sentence(line.values, names, line.verdict) : text(line.code, line.code)
}

/** Why a candidate was or was not taken; the text beside it in the list of candidates. */
export function explainCandidate(values: Values): Text {
  const why = values.why
  return typeof why === 'string' && Object.hasOwn(CANDIDATE_WHY, why)
    ? CANDIDATE_WHY[why as CandidateReason]
    : text('Причина не записана', 'The reason was not recorded')
}

function isTraceCode(code: string): code is TraceCode {
  return (TRACE_CODES as readonly string[]).includes(code)
}

const SENTENCES: Readonly<Record<TraceCode, Sentence>> = {
  ...GATE_SENTENCES,
  'filter-rule': (values) => {
    const rule = shown(values.rule)
    const deny = values.action === 'deny'
    return values.matched === true
      ? text(
          `Подошло правило «${rule}»: ${deny ? 'не передавать' : 'передавать'}.`,
          `The rule “${rule}” matched: ${deny ? 'do not pass' : 'pass'}.`,
        )
      : text(`Правило «${rule}» не подошло.`, `The rule “${rule}” did not match.`)
  },
  'rule-warning': (values) => {
    const why = pick(WARNINGS, values.warning)
    if (values.field === '') {
      return text(
        `Условие правила «${shown(values.rule)}» не проверено: ${why.ru}.`,
        `A condition of the rule “${shown(values.rule)}” could not be checked: ${why.en}.`,
      )
    }
    const known = fieldLabel(shown(values.field))
    return text(
      `Условие правила «${shown(values.rule)}» не проверено: ${why.ru} (${known.ru}).`,
      `A condition of the rule “${shown(values.rule)}” could not be checked: ${why.en} (${known.en}).`,
    )
  },
  'card-gone': (values, names) => {
    const deleted = cards(list(values.cards), names)
    return text(
      `Карточку удалили в Битрикс24, в неё больше не пишем, куда писать — решено заново: ${deleted.ru}.`,
      `The card was deleted in Bitrix24, nothing more goes there and it was decided anew where to write: ${deleted.en}.`,
    )
  },
  moved: (values, names) => {
    const from = cards(list(values.from), names)
    const to = cards([shown(values.to)], names, [shown(values.title)])
    const by = shown(values.by)
    return text(
      `Переписку переносит ${by}, теперь она здесь: ${to.ru}. Из прежней карточки она удаляется: ${from.ru}. Новые сообщения пойдут в новую.`,
      `Moved by ${by}, the conversation is now here: ${to.en}. It is removed from the card before: ${from.en}. New messages go to the new one.`,
    )
  },
  bound: (values, names) => {
    const written = cards(list(values.targets), names)
    return text(
      `Обращение уже записано в Битрикс24, новое дописывается туда же: ${written.ru}.`,
      `It is already in Bitrix24, and what is new goes on being written there: ${written.en}.`,
    )
  },
  lookup: (values) => {
    const keys = [
      [Number(values.phones), 'телефонам', 'phone'],
      [Number(values.emails), 'почте', 'e-mail'],
      [Number(values.known), 'прошлым обращениям', 'earlier conversations'],
    ] as const
    const used = keys.filter(([count]) => count > 0)
    const ru = used.map(([, word]) => word).join(', ')
    const en = used.map(([, , word]) => word).join(', ')
    if (values.found === null) {
      return text(
        `Нужно спросить Битрикс24 о клиенте. Поиск по: ${ru}.`,
        `Bitrix24 has to be asked about the client. Searched by: ${en}.`,
      )
    }
    const found = Number(values.found)
    return found === 0
      ? text(`Битрикс24 ничего не нашёл. Поиск по: ${ru}.`, `Bitrix24 found nothing. Searched by: ${en}.`)
      : text(
          `Битрикс24 нашёл ${plural(found, 'карточку', 'карточки', 'карточек')}. Поиск по: ${ru}.`,
          `Bitrix24 found ${found === 1 ? '1 card' : `${found} cards`}. Searched by: ${en}.`,
        )
  },
  'no-keys': () =>
    text(
      'Искать клиента в Битрикс24 не по чему: нет ни телефона, ни почты, ни прошлых обращений.',
      'There is nothing to search Bitrix24 by: no phone, no e-mail, no earlier conversations.',
    ),
  identity: (values) => {
    const by = pick(IDENTITY, values.by)
    return text(`Клиент узнан ${by.ru}.`, `The client was recognised ${by.en}.`)
  },
  candidate: (values, names) => {
    const card = cardName(`${shown(values.type)}:${shown(values.id)}`, names, shown(values.title))
    const by = pick(IDENTITY, values.by)
    const why = explainCandidate(values)
    const closed = values.closed === true
    const day = dayOf(closed ? values.closedAt : values.createdAt)
    const dates = closed
      ? text(`закрыто ${day}`.trim(), day === '' ? 'closed' : `closed on ${day}`)
      : text(`создано ${day}`.trim(), day === '' ? 'created' : `created on ${day}`)
    return text(
      `Найдено ${by.ru}: ${card.ru}, ${dates.ru} — ${why.ru}.`,
      `Found ${by.en}: ${card.en}, ${dates.en} — ${why.en}.`,
    )
  },
  class: (values) =>
    values.class === 'first'
      ? text(
          'Первичное обращение: в Битрикс24 нет карточек этого клиента.',
          'First contact: Bitrix24 holds no card of this client.',
        )
      : text(
          `Повторное обращение: в Битрикс24 у клиента ${plural(Number(values.found), 'карточка', 'карточки', 'карточек')}.`,
          `Repeated contact: the client has ${values.found === 1 ? '1 card' : `${shown(values.found)} cards`} in Bitrix24.`,
        ),
  'creation-continued': (values, names) => {
    const contact = cardName(shown(values.contact), names)
    return text(
      `Контакт для этого обращения уже создан (${contact.ru}), работа продолжена с этого места.`,
      `The card of the contact was already made (${contact.en}); work went on from there.`,
    )
  },
  'came-back': () =>
    text(
      'Клиент вернулся: все его лиды и сделки закрыты, писать в закрытые не разрешено, контакта и компании нет. Дальше — как при первичном обращении.',
      'The client came back: all their leads and deals are closed, writing into closed ones is not allowed, there is no contact or company. It goes on as a first contact.',
    ),
  'repeated-creates': (values) =>
    values.repeatedContactCreates === 'card-and-activity'
      ? text(
          'При повторном обращении настройки велят создать новую карточку и дело.',
          'On repeated contact the settings make a new card and an activity.',
        )
      : text(
          'При повторном обращении настройки велят создать новую карточку.',
          'On repeated contact the settings make a new card.',
        ),
  'known-only': (values) =>
    values.class === 'first'
      ? text(
          'Клиент незнаком, а настройки разрешают передавать только известных: ничего не создаётся.',
          'The client is not known, and the settings pass known clients only: nothing is made.',
        )
      : text(
          'Писать клиенту некуда, а создавать карточки при первичном обращении настройки не разрешают.',
          'There is nothing to write into, and the settings make no cards on first contact.',
        ),
  copy: (values, names) => {
    const targets = list(values.targets)
    if (targets.length > 0) {
      const where = cards(targets, names, list(values.titles))
      return text(
        `Та же переписка копируется сюда: ${where.ru}.`,
        `The same text is copied here: ${where.en}.`,
      )
    }
    return Number(values.found) > 0
      ? text(
          'Копировать в контакт и компанию не нужно: запись и так идёт туда.',
          'No copy for the contact and company is needed: the text goes there anyway.',
        )
      : text(
          'Копировать некуда: ни контакт, ни компания не найдены.',
          'There is nowhere to copy to: neither a contact nor a company was found.',
        )
  },
  target: (values, names) => {
    const where = cards(list(values.targets), names, list(values.titles))
    const priority = pick(PRIORITY, values.commentPriority)
    const why: Readonly<Record<string, Text>> = {
      active: text(
        `самое новое из открытого, порядок: ${priority.ru}`,
        `the newest open one, order: ${priority.en}`,
      ),
      closed: text('всё закрыто, взято закрытое последним', 'all are closed, the one closed last was taken'),
      contact: text('подходящей сделки или лида нет', 'there is no fitting deal or lead'),
      company: text(
        'нет ни подходящей сделки или лида, ни контакта',
        'there is no fitting deal or lead and no contact',
      ),
    }
    const reason = pick(why, values.rule)
    return text(
      `Записывается сюда: ${where.ru} (${reason.ru}).`,
      `It is written here: ${where.en} (${reason.en}).`,
    )
  },
  ...CREATION_SENTENCES,
}
