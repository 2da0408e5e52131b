/** The invented company of the demo: who signs in, and what its channels are called. Nothing here exists outside. */

/** A person who signs in to the cabinet. The passwords are public on purpose: the demo listens on this machine only. */
export interface DemoSignIn {
  readonly name: string
  readonly email: string
  readonly password: string
}

export type DemoLanguage = 'ru' | 'en'

const IN_LANGUAGE = {
  ru: {
    company: 'Цветочная мастерская «Ромашка»',
    owner: 'Анна Соколова',
    operator: 'Мария Кузнецова',
    siteChat: 'Чат на сайте',
    telegram: 'Telegram «Ромашки»',
    portal: 'Портал «Ромашки»',
    chatTitle: 'Ромашка на связи',
    greeting: 'Здравствуйте! Подскажем по букетам, доставке и оплате.',
    consent: 'Согласен на обработку персональных данных',
    mailing: 'Хочу получать письма о новых букетах',
    requestText: 'Нет времени на чат? Оставьте заявку, и мы перезвоним.',
    requestThanks: 'Спасибо! Перезвоним в рабочее время мастерской.',
    reason: 'Демонстрационная компания',
  },
  en: {
    company: 'Chamomile Flower Studio',
    owner: 'Anna Sokolova',
    operator: 'Maria Kuznetsova',
    siteChat: 'Site chat',
    telegram: 'Chamomile in Telegram',
    portal: 'Chamomile portal',
    chatTitle: 'Chamomile is here',
    greeting: 'Hello! Ask us about bouquets, delivery and payment.',
    consent: 'I agree to the processing of my personal data',
    mailing: 'I would like to get letters about new bouquets',
    requestText: 'No time to chat? Leave a request and we will call you back.',
    requestThanks: 'Thank you! We will call you back when the studio is open.',
    reason: 'Demo company',
  },
} as const

/** Everything the demo company is made of, in one language. */
export interface DemoCompany {
  readonly language: DemoLanguage
  readonly texts: (typeof IN_LANGUAGE)[DemoLanguage]
  readonly owner: DemoSignIn
  readonly operator: DemoSignIn
}

/** The demo company in the language of its first start; it stays in that language. */
export function demoCompany(language: DemoLanguage): DemoCompany {
  const texts = IN_LANGUAGE[language]
  return {
    language,
    texts,
    owner: { name: texts.owner, email: 'owner@chamomile.example', password: 'chamomile-owner' },
    operator: { name: texts.operator, email: 'operator@chamomile.example', password: 'chamomile-operator' },
  }
}

/** Our application as the pretend portal's auth server knows it; the server gets the same pair in its environment. */
export const DEMO_APP = {
  clientId: 'local.trunkline-demo',
  clientSecret: 'demo-secret-of-the-pretend-portal',
  title: 'Trunkline',
  scope: ['crm', 'user', 'user_basic', 'department', 'im', 'placement'],
} as const

/** Where the product takes the portal's answer after the consent. */
export const OAUTH_RETURN_PATH = '/oauth/bitrix24/callback'
