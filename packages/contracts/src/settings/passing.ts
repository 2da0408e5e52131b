import { Type } from 'typebox'
import { type Text, text } from '../locale.ts'
import { field } from './field.ts'
import { FieldMapping, MAX_RULES_IN_LIST, Place, PlaceRule, ResponsibleRule, TransferRule } from './rules.ts'

/** The words that differ between what is passed: chats or offline requests. */
export interface PassingWords {
  readonly sectionActive: Text
  readonly enabled: Text
  readonly enabledHint: Text
  readonly withoutContactData: Text
  readonly withoutContactDataHint: Text
}

const NO_PLACE = { leadStageId: '', pipelineId: '', dealStageId: '' }
const literals = <const V extends readonly string[]>(...values: V) =>
  values.map((value) => Type.Literal(value)) as {
    -readonly [K in keyof V]: Type.TLiteral<V[K]>
  }
const ruleList = { default: [], maxItems: MAX_RULES_IN_LIST }
const cardMade = (field: 'firstContactCreates' | 'repeatedContactCreates') => ({
  field,
  equals: ['card', 'card-and-activity'],
  why: text(
    'Не нужно, пока при таком обращении карточка не создаётся',
    'Not needed while such a contact makes no card',
  ),
})

/**
 * The settings that chats and offline requests share, each section with its own values (CHAT-66). Order is the order
 * of the form. What may be combined is said by domain/transfer/settings-problems.ts.
 */
export function passingFields(words: PassingWords) {
  return {
    active: Type.Boolean(
      field({
        default: false,
        label: words.sectionActive,
        hint: text(
          'Действует вместе с главным выключателем: передача идёт, только когда включены оба.',
          'Works together with the master switch: passing goes on only while both are on.',
        ),
        group: 'section',
        req: ['UIS-14', 'CHAT-18'],
      }),
    ),
    enabled: Type.Boolean(
      field({
        default: false,
        label: words.enabled,
        hint: words.enabledHint,
        group: 'section',
        req: ['CHAT-23', 'UIS-03', 'UIS-04'],
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
    passWithoutContactData: Type.Boolean(
      field({
        default: false,
        label: words.withoutContactData,
        hint: words.withoutContactDataHint,
        group: 'what',
        req: ['UIS-23'],
      }),
    ),
    transferRules: Type.Array(
      TransferRule,
      field({
        ...ruleList,
        control: 'transfer-rules',
        label: text('Фильтр передачи', 'Transfer filter'),
        hint: text(
          'Запрещающее правило не пускает в Битрикс24 совсем, и оно сильнее разрешающего. Если есть разрешающие правила, проходит только то, что подошло хотя бы под одно. Без правил проходит всё.',
          'A Deny rule keeps a conversation out of Bitrix24 altogether and beats Allow. Where there are Allow rules, only what fits at least one of them passes. Without rules everything passes.',
        ),
        group: 'what',
        req: ['CHAT-67', 'UIS-05', 'UIS-29', 'UIS-30'],
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
        req: ['CHAT-25', 'UIS-19', 'UIS-25'],
      }),
    ),
    responsibleRules: Type.Array(
      ResponsibleRule,
      field({
        ...ruleList,
        control: 'responsible-rules',
        label: text('Фильтр ответственных', 'Responsible filter'),
        hint: text(
          'Правила читаются сверху вниз, действует первое подошедшее. Если его сотрудник уволен, действует следующее.',
          'Rules are read from the top, the first that fits applies. If its user is dismissed, the next one does.',
        ),
        group: 'who',
        req: ['CHAT-41', 'CHAT-42', 'UIS-06', 'UIS-19'],
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
        req: ['CHAT-65', 'UIS-09', 'UIS-24', 'UIS-28'],
      }),
    ),
    cardKind: Type.Union(
      literals('by-crm-mode', 'deal'),
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
        label: text('Какую карточку создавать', 'Which card to make'),
        hint: text(
          'В простом режиме CRM лидов нет, поэтому создаётся сделка с контактом.',
          'Simple CRM mode has no leads, so a deal with a contact is made.',
        ),
        group: 'first',
        req: ['CHAT-43', 'UIS-21'],
      }),
    ),
    firstContactCreates: Type.Union(
      literals('card', 'card-and-activity', 'nothing'),
      field({
        default: 'card',
        control: 'choice',
        choices: {
          card: text('Лид или сделку', 'A lead or a deal'),
          'card-and-activity': text('Лид или сделку и дело', 'A lead or a deal, and an activity'),
          nothing: text('Ничего: передавать только известных клиентов', 'Nothing: pass known clients only'),
        },
        refused: {
          activity: text(
            'Одного дела мало: оно живёт в карточке, а у незнакомого клиента её ещё нет. Выберите лид или сделку, с делом или без.',
            'An activity alone is not enough: it belongs to a card, and an unknown client has none yet. Choose a lead or a deal, with an activity or without.',
          ),
        },
        label: text('При первичном обращении создавать', 'On first contact create'),
        hint: text(
          'Первичное обращение: в Битрикс24 нет ни контакта, ни компании, ни лида, ни сделки этого клиента. «Ничего» нужно при переезде из другого сервиса: незнакомые клиенты остаются во входящих. Только дело выбрать нельзя: оно живёт в карточке, а её ещё нет.',
          'First contact: Bitrix24 holds no contact, company, lead or deal of this client. “Nothing” is for moving from another service: unknown clients stay in the inbox. An activity alone cannot be chosen: it belongs to a card, and there is none yet.',
        ),
        group: 'first',
        req: ['CHAT-43', 'UIS-20', 'UIS-21', 'UIS-26'],
      }),
    ),
    firstPlace: Type.Unsafe<Place>({
      ...Place,
      ...field({
        default: NO_PLACE,
        control: 'place',
        label: text('Стадия по умолчанию', 'Default stage'),
        hint: text(
          'Сюда попадает новая карточка, если ни одно правило ниже не подошло.',
          'A new card goes here when no rule below fits.',
        ),
        group: 'first',
        enabledWhen: cardMade('firstContactCreates'),
        req: ['CHAT-60'],
      }),
    }),
    firstPlaceRules: Type.Array(
      PlaceRule,
      field({
        ...ruleList,
        control: 'place-rules',
        label: text('Фильтр воронок', 'Pipeline filter'),
        hint: text(
          'Первое подошедшее правило задаёт стадию лида или воронку и стадию сделки. Исключение убирает обращение из-под правила, но создание не запрещает.',
          'The first rule that fits sets the stage of the lead, or the pipeline and stage of the deal. An exception takes a contact out of the rule; it never blocks creation.',
        ),
        group: 'first',
        enabledWhen: cardMade('firstContactCreates'),
        req: ['CHAT-54', 'CHAT-56', 'CHAT-57', 'CHAT-59', 'CHAT-61'],
      }),
    ),
    repeatedContactCreates: Type.Union(
      literals('nothing', 'activity', 'card', 'card-and-activity'),
      field({
        default: 'nothing',
        control: 'choice',
        choices: {
          nothing: text('Ничего: писать в найденную карточку', 'Nothing: write into the card that was found'),
          activity: text('Дело в найденной карточке', 'An activity in the card that was found'),
          card: text('Новый лид или сделку', 'A new lead or deal'),
          'card-and-activity': text('Новый лид или сделку и дело', 'A new lead or deal, and an activity'),
        },
        label: text('При повторном обращении создавать', 'On repeated contact create'),
        hint: text(
          'Повторное обращение: в Битрикс24 уже есть карточка этого клиента, открытая или закрытая.',
          'Repeated contact: Bitrix24 already holds a card of this client, open or closed.',
        ),
        group: 'repeated',
        req: ['CHAT-44', 'CHAT-45', 'CHAT-46', 'UIS-20', 'UIS-21', 'UIS-26'],
      }),
    ),
    repeatedPlace: Type.Unsafe<Place>({
      ...Place,
      ...field({
        default: NO_PLACE,
        control: 'place',
        label: text('Стадия по умолчанию при повторном обращении', 'Default stage on repeated contact'),
        hint: text(
          'Сюда попадает новая карточка знакомого клиента, если ни одно правило ниже не подошло.',
          'A new card of a known client goes here when no rule below fits.',
        ),
        group: 'repeated',
        enabledWhen: cardMade('repeatedContactCreates'),
        req: ['CHAT-55', 'CHAT-60'],
      }),
    }),
    repeatedPlaceRules: Type.Array(
      PlaceRule,
      field({
        ...ruleList,
        control: 'place-rules',
        label: text('Фильтр воронок при повторном обращении', 'Pipeline filter on repeated contact'),
        hint: text(
          'То же, что при первичном обращении, со своими правилами.',
          'As on first contact, with rules of its own.',
        ),
        group: 'repeated',
        enabledWhen: cardMade('repeatedContactCreates'),
        req: ['CHAT-55'],
      }),
    ),
    commentPriority: Type.Union(
      literals('deal', 'lead', 'both'),
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
        enabledWhen: {
          field: 'repeatedContactCreates',
          equals: ['nothing', 'activity'],
          why: text('Переписка идёт в новую карточку', 'The conversation goes into the new card'),
        },
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
        req: ['CHAT-76', 'CHAT-77', 'CHAT-78'],
      }),
    ),
    activityTemplate: Type.String(
      field({
        default: '',
        maxLength: 1000,
        control: 'template',
        label: text('Название дела', 'Name of the activity'),
        hint: text(
          'Если пусто, дело называется так же, как новая карточка.',
          'When empty the activity is called as a new card would be.',
        ),
        group: 'activity',
        req: ['UIS-21', 'CHAT-68'],
      }),
    ),
    activityDeadlineMin: Type.Integer(
      field({
        default: 60,
        minimum: 5,
        maximum: 43_200,
        unit: 'min',
        label: text('Срок дела', 'Deadline of the activity'),
        hint: text(
          'Через сколько минут после обращения дело должно быть сделано.',
          'How many minutes after the contact the activity is due.',
        ),
        group: 'activity',
        req: ['UIS-21'],
      }),
    ),
    activityResponsibleId: Type.String(
      field({
        default: '',
        maxLength: 20,
        pattern: '^[0-9]*$',
        control: 'portal-user',
        label: text('Исполнитель дела', 'Who does the activity'),
        none: text('Ответственный за карточку', 'The responsible of the card'),
        hint: text(
          'Если пусто, дело достаётся ответственному за карточку.',
          'When empty the activity goes to the responsible of the card.',
        ),
        group: 'activity',
        req: ['UIS-21'],
      }),
    ),
    copyToPerson: Type.Boolean(
      field({
        default: false,
        label: text(
          'Сохранять комментарии и в контакт или компанию',
          'Also save comments to the contact or company',
        ),
        hint: text(
          'Только в найденную карточку контакта и компании; ради копии ничего не создаётся.',
          'Only into a contact and a company that were found; nothing is made for the sake of the copy.',
        ),
        group: 'content',
        req: ['CHAT-64'],
      }),
    ),
    attachments: Type.Union(
      literals('links', 'files'),
      field({
        default: 'links',
        control: 'choice',
        choices: {
          links: text('Ссылками на Trunkline', 'As links to Trunkline'),
          files: text('Файлами в комментарии', 'As files of the comment'),
        },
        label: text('Вложения', 'Attachments'),
        hint: text(
          'Файл больше 10 МБ всегда передаётся ссылкой.',
          'A file larger than 10 MB is always passed as a link.',
        ),
        group: 'content',
        req: ['CHAT-62'],
      }),
    ),
    utmLabels: Type.Array(
      Type.Union(literals('source', 'medium', 'campaign', 'content', 'term')),
      field({
        default: ['source', 'medium', 'campaign', 'content', 'term'],
        maxItems: 5,
        uniqueItems: true,
        control: 'choices',
        choices: {
          source: text('utm_source', 'utm_source'),
          medium: text('utm_medium', 'utm_medium'),
          campaign: text('utm_campaign', 'utm_campaign'),
          content: text('utm_content', 'utm_content'),
          term: text('utm_term', 'utm_term'),
        },
        label: text('Рекламные метки', 'Advertising labels'),
        hint: text(
          'Пишутся в новую карточку. Метки, которые в карточке уже есть, не меняются.',
          'Written into a new card. Labels that a card already has are not changed.',
        ),
        group: 'content',
        req: ['TEL-30'],
      }),
    ),
    utmTouch: Type.Union(
      literals('last', 'first'),
      field({
        default: 'last',
        control: 'choice',
        choices: {
          last: text('Того посещения, в котором клиент написал', 'Of the visit in which the client wrote'),
          first: text('Самого первого посещения', 'Of the very first visit'),
        },
        label: text('Какие метки брать', 'Which labels to take'),
        hint: text(
          'Первое посещение помнит сам браузер клиента, если чат на сайте тогда уже стоял.',
          'The client’s own browser remembers the first visit, if the site chat was there by then.',
        ),
        group: 'content',
        req: ['TEL-30'],
      }),
    ),
    titleTemplate: Type.String(
      field({
        default: '',
        maxLength: 1000,
        control: 'template',
        label: text('Название карточки', 'Name of the card'),
        hint: text(
          'Текст и параметры. Пустой параметр пропадает вместе со знаком рядом. Уже созданные карточки не переименовываются.',
          'Text and parameters. An empty parameter drops with the sign beside it. Cards made before are never renamed.',
        ),
        group: 'names',
        req: ['CHAT-68', 'CHAT-69', 'CHAT-70', 'CHAT-71', 'CHAT-72', 'CHAT-73', 'UIS-07'],
      }),
    ),
    mapFields: Type.Boolean(
      field({
        default: false,
        label: text('Передавать дополнительные поля', 'Add additional fields'),
        hint: text(
          'Если выключено, поля не пишутся, а таблица ниже сохраняется.',
          'When off no field is written; the table below is kept.',
        ),
        group: 'fields',
        req: ['CHAT-74', 'UIS-08'],
      }),
    ),
    fieldMappings: Type.Array(
      FieldMapping,
      field({
        ...ruleList,
        control: 'field-mappings',
        label: text('Соответствие полей', 'Field mapping'),
        hint: text(
          'Что из обращения в какое поле карточки писать. Неисправная строка помечается и не мешает создать карточку.',
          'What of the contact goes into which field of a card. A broken line is marked and never stops a card from being made.',
        ),
        group: 'fields',
        enabledWhen: {
          field: 'mapFields',
          equals: true,
          why: text('Передача полей выключена', 'Passing fields is off'),
        },
        req: ['CHAT-75', 'UIS-31'],
      }),
    ),
  }
}
