import { text } from '@trunkline/contracts/locale'

/** Words a person sees about this channel type. */
export const clientApiTexts = {
  title: text('Клиентское приложение (API)', 'Client application (API)'),
  summary: text(
    'Своё мобильное приложение, личный кабинет или бот компании: обращения приходят по API, ответы уходят вебхуком.',
    'A mobile app, customer area or bot of the company’s own: requests come by API, answers leave by webhook.',
  ),
  help: text(
    'Сохраните канал и создайте ключ API в его карточке: ключ показывается один раз. Ответы операторов приходят на ваш адрес, подписанные по Standard Webhooks; если секрет подписи не задан, сервер создаёт его сам и показывает один раз. Без адреса сообщения можно забирать запросом. Описание API — по адресу /api/docs.',
    'Save the channel and make an API key in its card: the key is shown once. Answers of operators come to your address signed by Standard Webhooks; with no signing secret given the server makes one and shows it once. Without an address messages can be fetched by a request. The API is described at /api/docs.',
  ),
}

/** Why an application is not simply connected. */
export const clientApiReasons = {
  secretMissing: text(
    'Есть адрес, но нет секрета подписи: сохраните канал ещё раз.',
    'There is an address but no signing secret: save the channel again.',
  ),
  gone: text(
    'Приложение ответило 410: адрес больше не принимает сообщения.',
    'The application answered 410: the address takes no messages any more.',
  ),
  unreachable: text('Приложение не отвечает.', 'The application does not answer.'),
}

/** The address answers, but not as a receiver of webhooks does. */
export function unexpectedAnswer(status: number) {
  return text(
    `Адрес ответил кодом ${status} на проверку. Нужен код 2xx.`,
    `The address answered the check with ${status}. It should be 2xx.`,
  )
}
