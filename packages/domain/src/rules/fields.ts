import { text } from '@trunkline/contracts/locale'
import type { RuleCatalogue } from './catalogue.ts'

const label = (name: string) => text(`Метка ${name}`, `${name} label`)
const firstLabel = (name: string) => text(`Первое посещение: метка ${name}`, `First visit: ${name} label`)

/**
 * Everything that is known about an event and may be compared, inserted into a name or written into a field (CHAT-58,
 * CHAT-73, CHAT-75, UIS-31, requirements §1.8). Names are stored in settings and never renamed.
 * `transfer/rule-facts.ts` gives the values. Order is the order of offering.
 */
export const FIELDS = {
  event: {
    label: text('Тип события', 'Event type'),
    type: 'choice',
    choices: 'events',
    use: 'values',
    variable: 'event_type',
  },
  channelId: {
    label: text('Канал', 'Channel'),
    type: 'choice',
    choices: 'channels',
    use: 'conditions',
  },
  channelTitle: { label: text('Канал', 'Channel'), type: 'text', use: 'values', variable: 'channel' },
  channelType: {
    label: text('Тип канала', 'Channel type'),
    type: 'choice',
    choices: 'channel-types',
    use: 'conditions',
  },
  channelTypeTitle: {
    label: text('Тип канала', 'Channel type'),
    type: 'text',
    use: 'values',
    variable: 'channel_type',
  },
  visitor: {
    label: text('Имя или телефон посетителя', 'Visitor name or phone'),
    type: 'text',
    use: 'values',
    variable: 'visitor',
  },
  contactName: { label: text('Имя', 'Name'), type: 'text', variable: 'name' },
  phone: { label: text('Телефон', 'Phone'), type: 'list', variable: 'phone' },
  email: { label: text('Почта', 'E-mail'), type: 'list', variable: 'email' },
  messengerId: {
    label: text('Аккаунт в мессенджере', 'Messenger account'),
    type: 'list',
    variable: 'messenger_id',
  },
  visitorType: {
    label: text('Посетитель', 'Visitor'),
    type: 'choice',
    choices: 'visitor-types',
    variable: 'visitor_type',
  },
  ordinal: {
    label: text('Какое по счёту обращение клиента', 'Which contact of the client it is'),
    type: 'number',
    variable: 'ordinal',
  },
  conversationNumber: {
    label: text('Номер коммуникации', 'Communication number'),
    type: 'number',
    variable: 'communication_id',
  },
  openingText: {
    label: text('Текст первого сообщения', 'Text of the first message'),
    type: 'text',
    variable: 'opening_text',
  },
  startedBy: {
    label: text('Кто начал', 'Who began'),
    type: 'choice',
    choices: 'started-by',
    onlyIn: 'chats',
    variable: 'started_by',
  },
  operatorName: {
    label: text('Оператор', 'Operator'),
    type: 'text',
    onlyIn: 'chats',
    variable: 'operator',
  },
  tags: { label: text('Теги', 'Tags'), type: 'list', variable: 'tags' },
  isGroup: {
    label: text('Групповой чат', 'Group chat'),
    type: 'boolean',
    onlyIn: 'chats',
    variable: 'group',
  },
  workingTime: { label: text('Рабочее время', 'Working time'), type: 'boolean', variable: 'working_time' },
  startedAt: {
    label: text('Когда началось', 'When it began'),
    type: 'datetime',
    use: 'values',
    variable: 'date',
  },
  operatorJoinedAt: {
    label: text('Когда ответил оператор', 'When an operator answered'),
    type: 'datetime',
    use: 'values',
    onlyIn: 'chats',
  },
  closedAt: { label: text('Когда завершено', 'When it ended'), type: 'datetime', use: 'values' },
  conversationId: {
    label: text('Код обращения в Trunkline', 'Id of the conversation in Trunkline'),
    type: 'text',
    use: 'values',
  },
  site: { label: text('Сайт', 'Site'), type: 'text', variable: 'site' },
  pageUrl: { label: text('Адрес страницы', 'Page address'), type: 'text', variable: 'page' },
  pageTitle: { label: text('Название страницы', 'Page title'), type: 'text', variable: 'page_title' },
  referrer: {
    label: text('Откуда пришёл на сайт', 'Where the visit came from'),
    type: 'text',
    variable: 'referrer',
  },
  'utm.source': { label: label('utm_source'), type: 'text', variable: 'utm_source' },
  'utm.medium': { label: label('utm_medium'), type: 'text', variable: 'utm_medium' },
  'utm.campaign': { label: label('utm_campaign'), type: 'text', variable: 'utm_campaign' },
  'utm.content': { label: label('utm_content'), type: 'text', variable: 'utm_content' },
  'utm.term': { label: label('utm_term'), type: 'text', variable: 'utm_term' },
  'firstTouch.at': {
    label: text('Первое посещение: когда', 'First visit: when'),
    type: 'datetime',
    use: 'values',
  },
  'firstTouch.site': {
    label: text('Первое посещение: сайт', 'First visit: site'),
    type: 'text',
    variable: 'first_site',
  },
  'firstTouch.pageUrl': {
    label: text('Первое посещение: адрес страницы', 'First visit: page address'),
    type: 'text',
    variable: 'first_page',
  },
  'firstTouch.referrer': {
    label: text('Первое посещение: откуда пришёл', 'First visit: where it came from'),
    type: 'text',
    variable: 'first_referrer',
  },
  'firstTouch.utm.source': { label: firstLabel('utm_source'), type: 'text', variable: 'first_utm_source' },
  'firstTouch.utm.medium': { label: firstLabel('utm_medium'), type: 'text', variable: 'first_utm_medium' },
  'firstTouch.utm.campaign': {
    label: firstLabel('utm_campaign'),
    type: 'text',
    variable: 'first_utm_campaign',
  },
  'firstTouch.utm.content': {
    label: firstLabel('utm_content'),
    type: 'text',
    variable: 'first_utm_content',
  },
  'firstTouch.utm.term': { label: firstLabel('utm_term'), type: 'text', variable: 'first_utm_term' },
  'request.formName': {
    label: text('Название формы', 'Form name'),
    type: 'text',
    onlyIn: 'requests',
    variable: 'form_name',
  },
  'request.formType': {
    label: text('Тип формы', 'Form type'),
    type: 'choice',
    choices: 'form-types',
    onlyIn: 'requests',
    variable: 'form_type',
  },
  'request.personalDataConsent': {
    label: text('Согласие на обработку данных', 'Consent to data processing'),
    type: 'boolean',
    onlyIn: 'requests',
    variable: 'personal_data_consent',
  },
  'request.mailingConsent': {
    label: text('Согласие на рассылку', 'Consent to mailings'),
    type: 'boolean',
    onlyIn: 'requests',
    variable: 'mailing_consent',
  },
  // Any field of a site's own form by the name that the form gives it: `form.city`.
  'form.*': { label: text('Поле формы', 'Form field'), type: 'text', onlyIn: 'requests' },
} as const satisfies RuleCatalogue
