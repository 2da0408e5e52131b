export type Locale = 'ru' | 'en'

/** Every word of the widget that does not come from the channel's settings. */
export const TEXTS = {
  ru: {
    openChat: 'Открыть чат',
    closeChat: 'Закрыть чат',
    unread: 'Новых сообщений: {count}',
    online: 'Мы на связи',
    away: 'Ответим, как только сможем',
    loading: 'Открываем чат…',
    noConnection: 'Нет связи. Сообщения уйдут, как только она появится.',
    cannotOpen: 'Не удалось открыть чат. Пробуем ещё раз…',
    tryAgain: 'Попробовать снова',
    refused: 'Чат на этой странице сейчас недоступен.',
    formTitle: 'Как к вам обращаться?',
    formHint: 'Оставьте контакты, чтобы мы могли ответить, если связь прервётся.',
    name: 'Имя',
    phone: 'Телефон',
    email: 'Эл. почта',
    optional: 'необязательно',
    policy: 'Политика обработки данных',
    start: 'Начать чат',
    sending: 'Отправляем…',
    skip: 'Пропустить',
    message: 'Сообщение',
    requestTitle: 'Оставьте заявку',
    leaveRequest: 'Оставить заявку',
    sendRequest: 'Отправить заявку',
    requestSent: 'Заявка отправлена',
    anotherRequest: 'Оставить ещё одну',
    toChat: 'Перейти в чат',
    faultRequired: 'Заполните поле',
    faultPhone: 'Проверьте номер телефона',
    faultEmail: 'Проверьте адрес почты',
    faultConsent: 'Нужно согласие на обработку данных',
    formFailed: 'Не получилось отправить. Проверьте связь и попробуйте снова.',
    messages: 'Сообщения',
    yourMessage: 'Ваше сообщение',
    placeholder: 'Напишите сообщение…',
    send: 'Отправить',
    attach: 'Приложить файл',
    dropHere: 'Отпустите файлы, чтобы приложить',
    removeFile: 'Убрать файл {name}',
    uploading: 'Загружаем {name}: {percent} %',
    fileTooLarge: 'Файл больше {size}',
    fileFailed: 'Не загрузился',
    download: 'Скачать {name}, {size}',
    picture: 'Изображение {name}',
    stateSending: 'Отправляется',
    stateSent: 'Отправлено',
    stateDelivered: 'Доставлено',
    stateRead: 'Прочитано',
    stateFailed: 'Не отправлено',
    retry: 'Повторить',
    discard: 'Удалить',
    edited: 'изменено',
    removed: 'Сообщение удалено',
    typing: 'Оператор печатает…',
    closed: 'Разговор завершён. Если появятся вопросы, просто напишите.',
    today: 'Сегодня',
    yesterday: 'Вчера',
    toNewest: 'К новым сообщениям',
    you: 'Вы',
    operator: 'Оператор',
    tooLong: 'Слишком длинно: {count} из {max}',
    website: 'Не заполняйте это поле',
    bytes: '{n} Б',
    kilobytes: '{n} КБ',
    megabytes: '{n} МБ',
  },
  en: {
    openChat: 'Open chat',
    closeChat: 'Close chat',
    unread: 'New messages: {count}',
    online: 'We are online',
    away: 'We will answer as soon as we can',
    loading: 'Opening the chat…',
    noConnection: 'No connection. Messages will go as soon as it is back.',
    cannotOpen: 'The chat could not be opened. Trying again…',
    tryAgain: 'Try again',
    refused: 'The chat is not available on this page right now.',
    formTitle: 'How may we address you?',
    formHint: 'Leave your contacts so that we can answer if the connection breaks.',
    name: 'Name',
    phone: 'Phone',
    email: 'E-mail',
    optional: 'optional',
    policy: 'Data policy',
    start: 'Start the chat',
    sending: 'Sending…',
    skip: 'Skip',
    message: 'Message',
    requestTitle: 'Leave a request',
    leaveRequest: 'Leave a request',
    sendRequest: 'Send the request',
    requestSent: 'The request is sent',
    anotherRequest: 'Leave another one',
    toChat: 'Go to the chat',
    faultRequired: 'Fill in this field',
    faultPhone: 'Check the phone number',
    faultEmail: 'Check the e-mail address',
    faultConsent: 'Your consent is needed',
    formFailed: 'It could not be sent. Check the connection and try again.',
    messages: 'Messages',
    yourMessage: 'Your message',
    placeholder: 'Write a message…',
    send: 'Send',
    attach: 'Attach a file',
    dropHere: 'Drop the files to attach them',
    removeFile: 'Remove the file {name}',
    uploading: 'Uploading {name}: {percent}%',
    fileTooLarge: 'The file is larger than {size}',
    fileFailed: 'Not uploaded',
    download: 'Download {name}, {size}',
    picture: 'Picture {name}',
    stateSending: 'Sending',
    stateSent: 'Sent',
    stateDelivered: 'Delivered',
    stateRead: 'Read',
    stateFailed: 'Not sent',
    retry: 'Retry',
    discard: 'Delete',
    edited: 'edited',
    removed: 'Message deleted',
    typing: 'The operator is typing…',
    closed: 'The conversation has ended. If you have more questions, just write.',
    today: 'Today',
    yesterday: 'Yesterday',
    toNewest: 'To new messages',
    you: 'You',
    operator: 'Operator',
    tooLong: 'Too long: {count} of {max}',
    website: 'Do not fill in this field',
    bytes: '{n} B',
    kilobytes: '{n} KB',
    megabytes: '{n} MB',
  },
} as const

export type TextKey = keyof (typeof TEXTS)['ru']
export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string

/** The words of one language. */
export function sayIn(locale: Locale): Say {
  return (key, values = {}) =>
    TEXTS[locale][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** The language of the page: what the snippet says, what the channel says, what the page and the browser speak. */
export function chooseLocale(...wanted: readonly (string | null | undefined)[]): Locale {
  for (const one of wanted) {
    const short = one?.slice(0, 2).toLowerCase()
    if (short === 'ru' || short === 'en') return short
  }
  return 'en'
}

/** A size as people say it. */
export function sizeText(say: Say, locale: Locale, bytes: number): string {
  const number = (value: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)
  if (bytes < 1000) return say('bytes', { n: number(bytes) })
  if (bytes < 1_000_000) return say('kilobytes', { n: number(bytes / 1000) })
  return say('megabytes', { n: number(bytes / 1_000_000) })
}
