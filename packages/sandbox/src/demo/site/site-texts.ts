import type { DemoLanguage } from '../company.ts'

const ru = {
  shop: 'Ромашка',
  tagline: 'Цветочная мастерская',
  test: 'Тестовый сайт. Магазин выдуман: здесь пробуют чат Trunkline.',
  portal: 'Портал',
  cabinet: 'Кабинет',
  messenger: 'Telegram',
  bouquets: 'Букеты',
  delivery: 'Доставка',
  heading: 'Букеты, которые собрали сегодня утром',
  lead: 'Напишите нам в чат в углу страницы: подскажем букет, время доставки и соберём по вашему описанию.',
  pricesHeading: 'Сегодня в мастерской',
  deliveryHeading: 'Доставка',
  deliveryText:
    'Привозим по городу за два часа. Чат на этой странице тот же: переписка продолжается, куда бы вы ни перешли.',
  order: 'Заказать',
  orderHeading: 'Букет на заказ',
  orderText:
    'Обычная форма на странице, без единого скрипта: заявка приходит во входящие и становится сделкой.',
  orderName: 'Имя',
  orderPhone: 'Телефон',
  orderSize: 'Размер букета',
  orderSizes: ['Небольшой', 'Средний', 'Большой'],
  orderMessage: 'Пожелания',
  orderConsent: 'Согласен на обработку персональных данных',
  orderMailing: 'Хочу получать письма о новых букетах',
  orderTechnical: 'Это проверка формы: карточку не создавать',
  orderSend: 'Отправить заявку',
  leaveEmpty: 'Не заполняйте это поле',
  thanksHeading: 'Спасибо за заявку!',
  thanksText: 'Мы получили её и скоро перезвоним.',
  tryHeading: 'Прийти по рекламе',
  tryText:
    'Откройте страницу по одной из ссылок и напишите в чат: в кабинете и в карточке CRM будет видно, откуда вы пришли.',
  ads: [
    'Яндекс Директ, кампания «Розы»',
    'VK Реклама, кампания «8 Марта»',
    'Письмо рассылки',
    'Блогер, промокод в ссылке',
  ],
  strictHeading: 'Страницы построже',
  strict: 'Со строгой политикой CSP',
  hostile: 'С враждебными стилями',
  strictNote:
    'Эта страница отдаётся со строгой политикой CSP: разрешены только скрипт и запросы к адресу чата, никакого кода и стилей внутри страницы.',
  hostileNote:
    'Стили этой страницы нарочно перекрашивают и раздувают всё подряд. Чат должен выглядеть как обычно.',
  notReady: 'Чат ещё не создан: демонстрация настраивает компанию. Обновите страницу через несколько секунд.',
  currency: '₽',
}

const en: typeof ru = {
  shop: 'Chamomile',
  tagline: 'Flower studio',
  test: 'A test site. The shop is invented: people try the Trunkline chat here.',
  portal: 'Portal',
  cabinet: 'Cabinet',
  messenger: 'Telegram',
  bouquets: 'Bouquets',
  delivery: 'Delivery',
  heading: 'Bouquets made this very morning',
  lead: 'Write to us in the chat in the corner: we will help with a bouquet, a delivery time, or make one as you describe.',
  pricesHeading: 'In the studio today',
  deliveryHeading: 'Delivery',
  deliveryText:
    'Within the city in two hours. The chat on this page is the same one: the conversation goes on wherever you go.',
  order: 'Order',
  orderHeading: 'A bouquet to order',
  orderText:
    'A plain form on a page, without any script: the request comes into the inbox and becomes a deal.',
  orderName: 'Name',
  orderPhone: 'Phone',
  orderSize: 'Size of the bouquet',
  orderSizes: ['Small', 'Medium', 'Large'],
  orderMessage: 'Wishes',
  orderConsent: 'I agree to the processing of my personal data',
  orderMailing: 'I would like to get letters about new bouquets',
  orderTechnical: 'This is a test of the form: make no card',
  orderSend: 'Send the request',
  leaveEmpty: 'Do not fill in this field',
  thanksHeading: 'Thank you for the request!',
  thanksText: 'We have it and will call you back soon.',
  tryHeading: 'Come from an advertisement',
  tryText:
    'Open the page by one of these links and write in the chat: the cabinet and the CRM card will show where you came from.',
  ads: [
    'Search ads, campaign “Roses”',
    'Social ads, campaign “March 8”',
    'A newsletter',
    'A blogger, code in the link',
  ],
  strictHeading: 'Stricter pages',
  strict: 'With a strict CSP',
  hostile: 'With hostile styles',
  strictNote:
    'This page is served with a strict CSP: only the script of the chat and requests to its address are allowed, no code and no styles inside the page.',
  hostileNote:
    'The styles of this page repaint and inflate everything on purpose. The chat must look as usual.',
  notReady:
    'The chat is not there yet: the demo is setting up its company. Reload the page in a few seconds.',
  currency: '₽',
}

export type SiteTexts = typeof ru
export const SITE_TEXTS: Readonly<Record<DemoLanguage, SiteTexts>> = { ru, en }
