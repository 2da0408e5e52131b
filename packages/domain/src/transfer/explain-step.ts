import type { PlanStep, Target } from '@trunkline/contracts/crm/plan'
import { type Text, text } from '@trunkline/contracts/locale'
import { cardName, type NameBook, userName } from './names.ts'
import { CREATE_CONTACT, CREATE_DEAL, CREATE_LEAD } from './step-keys.ts'
import { refText } from './trace.ts'

/** States of a row of the step ledger (architecture §3.8). */
export const STEP_STATUSES = ['planned', 'sent', 'done', 'failed', 'unknown'] as const
export type StepStatus = (typeof STEP_STATUSES)[number]

const MADE: Readonly<Record<string, Text>> = {
  [CREATE_CONTACT]: text('новый контакт', 'the new contact'),
  [CREATE_LEAD]: text('новый лид', 'the new lead'),
  [CREATE_DEAL]: text('новая сделка', 'the new deal'),
}

/** What a step does, in the nominative, with what it does it to. */
function subject(step: PlanStep, names: NameBook): Text {
  switch (step.kind) {
    case 'create-contact':
      return named('Новый контакт', 'New contact', step.fields.name)
    case 'create-lead':
      return named('Новый лид', 'New lead', step.fields.title)
    case 'create-deal':
      return named('Новая сделка', 'New deal', step.fields.title)
    case 'comment': {
      const target = targetName(step.target, names)
      return text(`Переписка в карточке (${target.ru})`, `Conversation in the card (${target.en})`)
    }
    case 'create-activity': {
      const target = targetName(step.target, names)
      return text(`Дело «${step.subject}» (${target.ru})`, `Activity “${step.subject}” (${target.en})`)
    }
    case 'fill-fields': {
      const target = targetName(step.target, names)
      return text(
        `Дополнительные поля карточки (${target.ru})`,
        `Additional fields of the card (${target.en})`,
      )
    }
    case 'attach-files': {
      const target = targetName(step.target, names)
      const n = step.fileIds.length
      return text(`Файлы (${n}) в карточке (${target.ru})`, `Files (${n}) in the card (${target.en})`)
    }
    case 'remove-comment': {
      const target = targetName(step.target, names)
      return text(
        `Удаление переписки из прежней карточки (${target.ru})`,
        `Removal of the conversation from the card before (${target.en})`,
      )
    }
    case 'notify': {
      const user = userName(step.userId, names)
      const about = targetName(step.about, names)
      return text(`Уведомление (${user.ru}; ${about.ru})`, `Notification (${user.en}; ${about.en})`)
    }
  }
}

function named(ru: string, en: string, name: string | undefined): Text {
  return name === undefined || name === '' ? text(ru, en) : text(`${ru} «${name}»`, `${en} “${name}”`)
}

function targetName(target: Target, names: NameBook): Text {
  if (!('step' in target)) return cardName(refText(target), names)
  return MADE[target.step] ?? text('новая карточка', 'the new card')
}

const STATUS: Readonly<Record<StepStatus, Text>> = {
  planned: text('в очереди', 'waiting its turn'),
  sent: text('отправлено, ждём ответа портала', 'sent, waiting for the portal’s answer'),
  done: text('готово', 'done'),
  failed: text('не удалось', 'failed'),
  unknown: text(
    'ответ портала потерян, проверяем, что записано',
    'the portal’s answer was lost, checking what was written',
  ),
}

/** A CRM write and how it stands as a sentence: «Новая сделка «Чат Telegram — Анна»: готово.» */
export function explainStep(step: PlanStep, status: StepStatus, names: NameBook = {}): Text {
  const what = subject(step, names)
  const state = STATUS[status]
  return text(`${what.ru}: ${state.ru}.`, `${what.en}: ${state.en}.`)
}
