import { REQUEST_FIELDS, type RequestReceived } from '@trunkline/contracts/channel/inbound-event'
import type { Locale } from '@trunkline/contracts/locale'

const WORDS = {
  ru: {
    title: (form: string) => (form === '' ? 'Офлайн-заявка' : `Офлайн-заявка: ${form}`),
    technical: 'Проверочная заявка: карточка не создаётся',
    name: 'Имя',
    phone: 'Телефон',
    email: 'Почта',
    message: 'Сообщение',
    personalData: 'Согласие на обработку данных',
    mailing: 'Согласие на рассылку',
    yes: 'да',
    no: 'нет',
    page: 'Страница',
    referrer: 'Откуда пришёл',
  },
  en: {
    title: (form: string) => (form === '' ? 'Offline request' : `Offline request: ${form}`),
    technical: 'A test request: no card is made',
    name: 'Name',
    phone: 'Phone',
    email: 'E-mail',
    message: 'Message',
    personalData: 'Consent to data processing',
    mailing: 'Consent to mailing',
    yes: 'yes',
    no: 'no',
    page: 'Page',
    referrer: 'Came from',
  },
} as const

/**
 * A request in words: every field, both consents, the page and the advertising labels, a line each (UIS-04, CHAT-66).
 * It is the one message of its conversation, and so what a card gets. Pure.
 */
export function requestText(event: RequestReceived, locale: Locale): string {
  const words = WORDS[locale]
  const { fields, consent, context } = event
  const line = (label: string, value: string) => `${label}:${value.includes('\n') ? '\n' : ' '}${value}`
  return [
    words.title(event.form.name),
    ...(event.technical ? [words.technical] : []),
    ...fields.map(({ name, label, value }) => line(label || (isKnown(name) ? words[name] : name), value)),
    line(words.personalData, consent.personalData ? words.yes : words.no),
    line(words.mailing, consent.mailing ? words.yes : words.no),
    ...(context?.pageUrl
      ? [line(words.page, [context.pageTitle, context.pageUrl].filter(Boolean).join(', '))]
      : []),
    ...(context?.referrer ? [line(words.referrer, context.referrer)] : []),
    ...Object.entries(context?.utm ?? {})
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => line(`utm_${name}`, value)),
  ].join('\n')
}

/** What the person wants, in their own words: the message, else whatever they filled in. Empty for an empty form. */
export function requestOpening(fields: RequestReceived['fields']): string {
  const message = fields.find(({ name }) => name === 'message')
  return message?.value ?? fields.map(({ value }) => value).join(', ')
}

function isKnown(name: string): name is (typeof REQUEST_FIELDS)[number] {
  return (REQUEST_FIELDS as readonly string[]).includes(name)
}
