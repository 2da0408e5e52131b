import { type Static, Type } from 'typebox'
import { text } from '../locale.ts'
import { field } from './field.ts'

/**
 * The Chats section: which conversations reach Bitrix24, and what they become there.
 * Rules on combinations that JSON Schema cannot say are in domain/transfer/settings-problems.ts.
 */
export const ChatsSettings = Type.Object(
  {
    active: Type.Boolean(
      field({
        default: false,
        label: text('Раздел «Чаты» активен', 'Chats section is active'),
        hint: text(
          'Действует вместе с главным выключателем: передача идёт, только когда включены оба.',
          'Works together with the master switch: conversations are passed only while both are on.',
        ),
        group: 'section',
        req: ['UIS-14', 'CHAT-18'],
      }),
    ),
    enabled: Type.Boolean(
      field({
        default: false,
        label: text('Передавать чаты', 'Pass chats'),
        hint: text(
          'Если выключено, чаты остаются во входящих и в Битрикс24 не передаются.',
          'When off, chats stay in the inbox and are not passed to Bitrix24.',
        ),
        group: 'section',
        req: ['CHAT-23'],
      }),
    ),
    channelIds: Type.Array(
      Type.String({ minLength: 36, maxLength: 36 }),
      field({
        default: [],
        maxItems: 500,
        uniqueItems: true,
        control: 'channels',
        label: text('Каналы', 'Channels'),
        hint: text(
          'Только эти каналы создают лиды и сделки. Новый канал сам сюда не попадает.',
          'Only these channels create leads and deals. A new channel is not added here by itself.',
        ),
        group: 'what',
        requiredWhen: { field: 'enabled', equals: true },
        req: ['CHAT-24', 'UIS-18'],
      }),
    ),
    defaultResponsibleId: Type.String(
      field({
        default: '',
        maxLength: 20,
        pattern: '^[0-9]*$',
        control: 'portal-user',
        label: text('Ответственный по умолчанию', 'Default responsible'),
        hint: text(
          'Сотрудник портала, которому достаются лиды и сделки, если правила не назначили другого.',
          'The portal user who gets leads and deals when no rule chose another.',
        ),
        group: 'who',
        requiredWhen: { field: 'enabled', equals: true },
        req: ['CHAT-25', 'UIS-19'],
      }),
    ),
    firstContactCreates: Type.Union(
      [Type.Literal('by-crm-mode'), Type.Literal('deal')],
      field({
        default: 'by-crm-mode',
        control: 'choice',
        choices: {
          'by-crm-mode': text(
            'По режиму CRM: лид в классическом, сделка с контактом в простом',
            'By CRM mode: a lead in classic, a deal with a contact in simple',
          ),
          deal: text('Всегда сделка с контактом', 'Always a deal with a contact'),
        },
        label: text('При первичном обращении создавать', 'On first contact create'),
        hint: text(
          'Первичное обращение: в Битрикс24 нет ни контакта, ни компании, ни лида, ни сделки этого клиента.',
          'First contact: Bitrix24 holds no contact, company, lead or deal of this client.',
        ),
        group: 'first',
        req: ['CHAT-43', 'UIS-21'],
      }),
    ),
    repeatedContactCreates: Type.Union(
      [Type.Literal('nothing')],
      field({
        default: 'nothing',
        control: 'choice',
        choices: {
          nothing: text('Ничего: писать в найденную карточку', 'Nothing: write into the card that was found'),
        },
        label: text('При повторном обращении создавать', 'On repeated contact create'),
        hint: text(
          'Переписка попадёт в карточку, найденную по порядку ниже.',
          'The conversation goes into the card found by the order below.',
        ),
        group: 'repeated',
        req: ['CHAT-44', 'CHAT-46'],
      }),
    ),
    commentPriority: Type.Union(
      [Type.Literal('deal'), Type.Literal('lead'), Type.Literal('both')],
      field({
        default: 'deal',
        control: 'choice',
        choices: {
          deal: text('Сначала сделка, затем лид', 'Deal first, then lead'),
          lead: text('Сначала лид, затем сделка', 'Lead first, then deal'),
          both: text('В самую новую сделку и в самый новый лид', 'Into the newest deal and the newest lead'),
        },
        label: text('Куда писать при повторном обращении', 'Where to write on repeated contact'),
        hint: text(
          'Берётся самая новая открытая карточка; если нет ни сделки, ни лида, переписка идёт в контакт, затем в компанию.',
          'The newest open card is taken; when there is neither deal nor lead the conversation goes to the contact, then the company.',
        ),
        group: 'repeated',
        req: ['CHAT-47', 'CHAT-49', 'CHAT-51', 'CHAT-52'],
      }),
    ),
    addToClosed: Type.Boolean(
      field({
        default: false,
        label: text('Писать и в закрытые карточки', 'Also write into closed cards'),
        hint: text(
          'Если все лиды и сделки клиента закрыты, переписка попадёт в закрытую последней.',
          'When all leads and deals of the client are closed the conversation goes into the one closed last.',
        ),
        group: 'repeated',
        req: ['CHAT-76', 'CHAT-78'],
      }),
    ),
    timing: Type.Union(
      [Type.Literal('start'), Type.Literal('end')],
      field({
        default: 'start',
        control: 'choice',
        choices: {
          start: text(
            'В начале чата, переписка дописывается сразу',
            'At the start; the conversation is written as it goes',
          ),
          end: text('После завершения чата', 'After the chat has ended'),
        },
        label: text('Когда передавать', 'When to pass'),
        hint: text(
          'В начале: карточка создаётся с первым сообщением, комментарий обновляется не чаще раза в пять секунд.',
          'At the start: the card is made with the first message, its comment is updated at most once in five seconds.',
        ),
        group: 'when',
        req: ['CHAT-62', 'CHAT-63', 'UIS-22'],
      }),
    ),
    passWithoutContactData: Type.Boolean(
      field({
        default: false,
        label: text('Передавать чаты без контактных данных', 'Pass chats without contact data'),
        hint: text(
          'Если выключено, чат без телефона и почты ждёт и передаётся целиком, как только данные появятся.',
          'When off, a chat without phone and e-mail waits and is passed in full as soon as they appear.',
        ),
        group: 'what',
        req: ['UIS-23'],
      }),
    ),
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
    notifyResponsible: Type.Boolean(
      field({
        default: false,
        label: text('Уведомлять ответственного о новой карточке', 'Notify the responsible about a new card'),
        hint: text(
          'Одно уведомление в Битрикс24 на каждый созданный лид или сделку.',
          'One notification in Bitrix24 for each lead or deal created.',
        ),
        group: 'who',
        req: ['CHAT-65', 'UIS-24'],
      }),
    ),
  },
  { additionalProperties: false },
)
export type ChatsSettings = Static<typeof ChatsSettings>
