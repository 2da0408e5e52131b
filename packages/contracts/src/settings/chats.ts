import { type Static, Type } from 'typebox'
import { text } from '../locale.ts'
import { field } from './field.ts'
import { passingFields } from './passing.ts'

/**
 * The Chats section: which conversations reach Bitrix24, and what they become there.
 * Rules on combinations that JSON Schema cannot say are in domain/transfer/settings-problems.ts.
 */
export const ChatsSettings = Type.Object(
  {
    ...passingFields({
      sectionActive: text('Раздел «Чаты» активен', 'Chats section is active'),
      enabled: text('Передавать чаты', 'Pass chats'),
      enabledHint: text(
        'Если выключено, чаты остаются во входящих и в Битрикс24 не передаются.',
        'When off, chats stay in the inbox and are not passed to Bitrix24.',
      ),
      withoutContactData: text('Передавать чаты без контактных данных', 'Pass chats without contact data'),
      withoutContactDataHint: text(
        'Если выключено, чат без телефона и почты ждёт и передаётся целиком, как только данные появятся.',
        'When off, a chat without phone and e-mail waits and is passed in full as soon as they appear.',
      ),
    }),
    messengerIdIsContactData: Type.Boolean(
      field({
        default: false,
        label: text(
          'Считать аккаунт мессенджера контактными данными',
          'Treat a messenger account as contact data',
        ),
        hint: text(
          'Тогда чат из Telegram передаётся и без телефона. Посетитель сайта так не считается.',
          'Then a Telegram chat is passed even without a phone. A site visitor does not count.',
        ),
        group: 'what',
        req: ['UIS-23'],
        enabledWhen: {
          field: 'passWithoutContactData',
          equals: false,
          why: text('Сейчас передаются все чаты', 'All chats are passed now'),
        },
      }),
    ),
    ignoreOperatorStarted: Type.Boolean(
      field({
        default: false,
        label: text('Не передавать чаты, которые начал оператор', 'Do not pass chats that an operator began'),
        hint: text(
          'Такой чат передаётся, как только клиент ответит.',
          'Such a chat is passed as soon as the client answers.',
        ),
        group: 'what',
        req: ['CHAT-67'],
      }),
    ),
    ignoreGroups: Type.Boolean(
      field({
        default: true,
        label: text('Не передавать групповые чаты', 'Do not pass group chats'),
        hint: text(
          'Чат, в котором пишут несколько человек, остаётся во входящих: чей он клиент, неизвестно.',
          'A chat in which several people write stays in the inbox: nobody knows whose client it is.',
        ),
        group: 'what',
        laterAdded: true,
        req: ['CHAT-58', 'CHAT-67'],
      }),
    ),
    timing: Type.Union(
      [Type.Literal('start'), Type.Literal('operator'), Type.Literal('end')],
      field({
        default: 'start',
        control: 'choice',
        choices: {
          start: text(
            'В начале чата, переписка дописывается сразу',
            'At the start; the conversation is written as it goes',
          ),
          operator: text(
            'Когда ответил оператор, дальше переписка дописывается сразу',
            'When an operator has answered; from then on it is written as it goes',
          ),
          end: text('После завершения чата', 'After the chat has ended'),
        },
        label: text('Когда передавать', 'When to pass'),
        hint: text(
          'В начале: карточка создаётся с первым сообщением, комментарий обновляется не чаще раза в пять секунд. Чат, который закрыли без ответа, передаётся при закрытии.',
          'At the start: the card is made with the first message, its comment is updated at most once in five seconds. A chat closed without an answer is passed when it closes.',
        ),
        group: 'when',
        req: ['CHAT-62', 'CHAT-63', 'UIS-22'],
      }),
    ),
  },
  { additionalProperties: false },
)
export type ChatsSettings = Static<typeof ChatsSettings>
