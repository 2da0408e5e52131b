import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { Finding, NamedCard, NamedConversation, Repair } from '@trunkline/contracts/crm/reconciliation'
import { type Text, text } from '@trunkline/contracts/locale'

/** What may be done about a finding, the most useful first. Nothing of the portal's is ever deleted but our comments. */
export function repairsOf(finding: Finding): readonly Repair[] {
  switch (finding.kind) {
    case 'card-gone':
      return ['decide-anew', 'seen']
    case 'comment-gone':
    case 'activity-gone':
      return ['write-again', 'seen']
    case 'comment-doubled':
      return ['remove-extra', 'seen']
    case 'cards-doubled':
      return ['move', 'seen']
    case 'card-stray':
      // Most often the card is one too many, so looking at it comes first.
      return canTie(finding) ? ['seen', 'tie'] : ['seen']
  }
}

/** Only a lead or deal holds a conversation, and only of a step that we know it is known whose. */
function canTie({ card, conversation }: Extract<Finding, { kind: 'card-stray' }>): boolean {
  return conversation !== undefined && (card.type === 'lead' || card.type === 'deal')
}

/** What is amiss, as one sentence in both languages. */
export function findingTitle(finding: Finding): Text {
  switch (finding.kind) {
    case 'card-gone':
      return text(
        `${capital(RU_CARD[finding.card.type])} ${ruNamed(finding.card)} ${RU_DELETED[finding.card.type]} в Битрикс24, а ${ruConversations(finding.conversations)} записаны туда`,
        `The ${EN_CARD[finding.card.type]} ${enNamed(finding.card)} was deleted in Bitrix24, and ${enConversations(finding.conversations)} had been written into it`,
      )
    case 'comment-gone':
      return text(
        `Из ${RU_OF[finding.card.type]} ${ruNamed(finding.card)} удалён комментарий с перепиской № ${finding.conversation.number}${finding.part > 1 ? `, часть ${finding.part}` : ''}`,
        `The comment with conversation No. ${finding.conversation.number}${finding.part > 1 ? `, part ${finding.part},` : ''} was deleted from the ${EN_CARD[finding.card.type]} ${enNamed(finding.card)}`,
      )
    case 'activity-gone':
      return text(
        `Из ${RU_OF[finding.card.type]} ${ruNamed(finding.card)} удалено дело по переписке № ${finding.conversation.number}`,
        `The activity of conversation No. ${finding.conversation.number} was deleted from the ${EN_CARD[finding.card.type]} ${enNamed(finding.card)}`,
      )
    case 'comment-doubled':
      return text(
        `В ${RU_IN[finding.card.type]} ${ruNamed(finding.card)} переписка № ${finding.conversation.number} записана больше одного раза`,
        `The ${EN_CARD[finding.card.type]} ${enNamed(finding.card)} holds conversation No. ${finding.conversation.number} more than once`,
      )
    case 'cards-doubled':
      return text(
        `У одного клиента две открытые карточки, созданные нами: ${RU_CARD[finding.kept.type]} ${ruNamed(finding.kept)} и ${RU_CARD[finding.extra.type]} ${ruNamed(finding.extra)}`,
        `One client has two open cards that we made: the ${EN_CARD[finding.kept.type]} ${enNamed(finding.kept)} and the ${EN_CARD[finding.extra.type]} ${enNamed(finding.extra)}`,
      )
    case 'card-stray':
      return text(
        `${capital(RU_CARD[finding.card.type])} ${ruNamed(finding.card)} с нашей меткой: по журналу шагов мы такую карточку не создавали`,
        `The ${EN_CARD[finding.card.type]} ${enNamed(finding.card)} bears our mark, but no step of ours made it`,
      )
  }
}

/** Why it may have happened, and what is worth doing. */
export function findingHint(finding: Finding): Text {
  switch (finding.kind) {
    case 'card-gone':
      return text(
        'Если карточку удалили нарочно, отметьте как просмотренное. Иначе решите заново: правила выберут другую карточку клиента или создадут новую, с перепиской целиком.',
        'If it was deleted on purpose, mark it as seen. Otherwise decide anew: the rules choose another card of the client or make a new one, with the whole conversation.',
      )
    case 'comment-gone':
      return text(
        'Комментарий можно записать ещё раз: с перепиской такой, какая она сейчас.',
        'The comment can be written again, with the conversation as it is now.',
      )
    case 'activity-gone':
      return text(
        'Завершённые дела остаются в карточке, это удалили. Его можно поставить ещё раз.',
        'Completed activities stay in a card; this one was deleted. It can be made again.',
      )
    case 'comment-doubled':
      return text(
        'Лишние комментарии можно удалить: останется тот, который мы обновляем.',
        'The extra comments can be removed: the one that we keep up to date stays.',
      )
    case 'cards-doubled':
      return text(
        `Переписка перейдёт в карточку ${ruNamed(finding.kept)}. Карточку ${ruNamed(finding.extra)} мы не удаляем: посмотрите её и закройте сами.`,
        `The conversation moves to ${enNamed(finding.kept)}. We do not delete ${enNamed(finding.extra)}: look at it and close it yourself.`,
      )
    case 'card-stray':
      return finding.known === undefined
        ? text(
            'Так бывает, когда базу Trunkline восстановили из копии. Переписки за этой карточкой нет; решите, нужна ли она.',
            'This happens when the database of Trunkline was restored from a copy. No conversation stands behind this card; decide whether you need it.',
          )
        : text(
            `Тот же шаг создал карточку № ${finding.known.id}, переписка идёт в неё. Посмотрите обе: переписку можно перенести сюда, а лишнюю карточку удалите сами, мы её не трогаем.`,
            `The same step made card No. ${finding.known.id}, and the conversation goes there. Look at both: the conversation can be moved here, and the card that is not needed is yours to delete, we leave it alone.`,
          )
  }
}

/** The words on the button of a repair, and what is said when it was done. */
export function repairWords(repair: Repair, finding: Finding): { readonly label: Text; readonly done: Text } {
  switch (repair) {
    case 'decide-anew':
      return {
        label: text('Решить заново', 'Decide anew'),
        done: text('Решаем заново, это займёт несколько секунд', 'Deciding anew, it takes a few seconds'),
      }
    case 'write-again':
      return finding.kind === 'activity-gone'
        ? {
            label: text('Поставить дело ещё раз', 'Make the activity again'),
            done: text('Дело будет поставлено', 'The activity is being made'),
          }
        : {
            label: text('Записать ещё раз', 'Write again'),
            done: text('Комментарий будет записан', 'The comment is being written'),
          }
    case 'remove-extra':
      return {
        label: text('Удалить лишние комментарии', 'Remove the extra comments'),
        done: text('Лишние комментарии удаляются', 'The extra comments are being removed'),
      }
    case 'move':
      return {
        label: text('Перенести переписку', 'Move the conversation'),
        done: text('Переписка переносится', 'The conversation is being moved'),
      }
    case 'tie':
      return {
        label: text('Перенести переписку сюда', 'Move the conversation here'),
        done: text('Переписка переносится', 'The conversation is being moved'),
      }
    case 'seen':
      return {
        label: text('Просмотрено', 'Mark as seen'),
        done: text('Отмечено как просмотренное', 'Marked as seen'),
      }
  }
}

const RU_CARD: Readonly<Record<EntityType, string>> = {
  lead: 'лид',
  deal: 'сделка',
  contact: 'контакт',
  company: 'компания',
}
const RU_DELETED: Readonly<Record<EntityType, string>> = {
  lead: 'удалён',
  deal: 'удалена',
  contact: 'удалён',
  company: 'удалена',
}
/** Из чего. */
const RU_OF: Readonly<Record<EntityType, string>> = {
  lead: 'лида',
  deal: 'сделки',
  contact: 'контакта',
  company: 'компании',
}
/** В чём. */
const RU_IN: Readonly<Record<EntityType, string>> = {
  lead: 'лиде',
  deal: 'сделке',
  contact: 'контакте',
  company: 'компании',
}
const EN_CARD: Readonly<Record<EntityType, string>> = {
  lead: 'lead',
  deal: 'deal',
  contact: 'contact',
  company: 'company',
}

function ruNamed(card: NamedCard): string {
  return card.title === '' ? `№ ${card.id}` : `«${card.title}» (№ ${card.id})`
}

function enNamed(card: NamedCard): string {
  return card.title === '' ? `No. ${card.id}` : `“${card.title}” (No. ${card.id})`
}

function ruConversations(conversations: readonly NamedConversation[]): string {
  const list = conversations.map(({ number }) => `№ ${number}`).join(', ')
  return conversations.length === 1 ? `сообщения переписки ${list}` : `переписки ${list}`
}

function enConversations(conversations: readonly NamedConversation[]): string {
  const list = conversations.map(({ number }) => `No. ${number}`).join(', ')
  return conversations.length === 1 ? `conversation ${list}` : `conversations ${list}`
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}
