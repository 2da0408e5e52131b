import type { Text } from './locale.ts'
import { text } from './locale.ts'

/** What a failure means for the worker (style.md §10). */
export type ErrorKind = 'retryable' | 'rate-limit' | 'auth' | 'permanent' | 'bug'

export interface ErrorEntry {
  readonly kind: ErrorKind
  /** HTTP status when the API answers with it. */
  readonly status: number
  /** What the person sees. */
  readonly title: Text
  /** What the administrator should do. */
  readonly action: Text
}

/**
 * The catalogue of core error codes. `docs/errors.md` is generated from it and from the tables of channels;
 * a code that nobody throws, or that is thrown and not listed, fails a test.
 */
export const ERRORS = {
  'request/invalid': {
    kind: 'permanent',
    status: 422,
    title: text('Проверьте заполнение полей', 'Some fields need attention'),
    action: text('Исправьте отмеченные поля и отправьте снова.', 'Mend the marked fields and send again.'),
  },
  'request/malformed': {
    kind: 'permanent',
    status: 400,
    title: text('Запрос не разобран', 'The request could not be read'),
    action: text('Проверьте формат запроса.', 'Check the format of the request.'),
  },
  'request/not-found': {
    kind: 'permanent',
    status: 404,
    title: text('Не найдено', 'Not found'),
    action: text('Проверьте адрес: запись могли удалить.', 'Check the address: it may have been deleted.'),
  },
  'request/too-large': {
    kind: 'permanent',
    status: 413,
    title: text('Слишком большой запрос или файл', 'The request or file is too large'),
    action: text('Уменьшите файл.', 'Make the file smaller.'),
  },
  'request/unsupported-type': {
    kind: 'permanent',
    status: 415,
    title: text('Такой тип файла не принимается', 'This type of file is not accepted'),
    action: text('Пришлите файл другого типа.', 'Send a file of another type.'),
  },
  'request/too-many': {
    kind: 'rate-limit',
    status: 429,
    title: text('Слишком много запросов', 'Too many requests'),
    action: text('Подождите немного и повторите.', 'Wait a little and try again.'),
  },
  'request/conflict': {
    kind: 'permanent',
    status: 409,
    title: text('Запись изменилась, пока вы её правили', 'It changed while you were editing'),
    action: text('Обновите страницу и повторите правку.', 'Reload the page and make the change again.'),
  },
  'request/duplicate': {
    kind: 'permanent',
    status: 409,
    title: text('Такая запись уже есть', 'It exists already'),
    action: text('Откройте существующую запись.', 'Open the existing one.'),
  },
  'request/idempotency-mismatch': {
    kind: 'permanent',
    status: 422,
    title: text(
      'Ключ идемпотентности уже использован с другим телом',
      'The idempotency key was used with another body',
    ),
    action: text('Возьмите новый ключ.', 'Use a new key.'),
  },
  'request/in-progress': {
    kind: 'retryable',
    status: 409,
    title: text('Запрос с этим ключом ещё выполняется', 'A request with this key is still under way'),
    action: text('Повторите через несколько секунд.', 'Try again in a few seconds.'),
  },
  'auth/bad-key': {
    kind: 'auth',
    status: 401,
    title: text('Ключ API не подходит', 'The API key is not accepted'),
    action: text(
      'Передайте действующий ключ канала: Authorization: Bearer <ключ>.',
      'Send a valid key of the channel: Authorization: Bearer <key>.',
    ),
  },
  'auth/signed-out': {
    kind: 'auth',
    status: 401,
    title: text('Нужно войти', 'Sign in first'),
    action: text('Войдите в кабинет.', 'Sign in to the cabinet.'),
  },
  'auth/refused': {
    kind: 'permanent',
    status: 401,
    title: text('Почта, пароль или код не подошли', 'The e-mail, password or code is wrong'),
    action: text('Проверьте и введите ещё раз.', 'Check them and try again.'),
  },
  'auth/forbidden': {
    kind: 'permanent',
    status: 403,
    title: text('Недостаточно прав', 'Not allowed'),
    action: text('Попросите администратора.', 'Ask an administrator.'),
  },
  'auth/cross-site': {
    kind: 'permanent',
    status: 403,
    title: text('Запрос пришёл с чужого сайта', 'The request came from another site'),
    action: text('Откройте кабинет заново.', 'Open the cabinet again.'),
  },
  'widget/wrong-origin': {
    kind: 'permanent',
    status: 403,
    title: text('Этого сайта нет в списке адресов виджета', 'This site is not on the list of the widget'),
    action: text(
      'Добавьте адрес сайта в карточке канала, в поле «Адреса сайтов».',
      'Add the address of the site in the card of the channel, field “Site addresses”.',
    ),
  },
  'channel/cannot': {
    kind: 'permanent',
    status: 422,
    title: text('Канал этого не умеет', 'The channel cannot do this'),
    action: text(
      'Посмотрите возможности канала в его карточке.',
      'See the capabilities in the card of the channel.',
    ),
  },
  'channel/forged-hook': {
    kind: 'permanent',
    status: 403,
    title: text('Подпись не сошлась', 'The signature does not match'),
    action: text(
      'Подключите канал заново, если сеть действительно его.',
      'Connect the channel again if the network is really its own.',
    ),
  },
  'channel/overloaded': {
    kind: 'retryable',
    status: 503,
    title: text('Сервер перегружен', 'The server is overloaded'),
    action: text('Сеть повторит доставку сама.', 'The network will deliver again by itself.'),
  },
  'portal/bad-domain': {
    kind: 'permanent',
    status: 422,
    title: text('Адрес портала не похож на адрес', 'The portal address is not an address'),
    action: text('Введите адрес вида company.bitrix24.ru.', 'Enter an address such as company.bitrix24.ru.'),
  },
  'portal/placeholder-domain': {
    kind: 'permanent',
    status: 422,
    title: text('Это адрес из примера', 'This is the address from the example'),
    action: text('Введите адрес своего портала.', 'Enter the address of your own portal.'),
  },
  'portal/private-address': {
    kind: 'permanent',
    status: 422,
    title: text('Адрес ведёт во внутреннюю сеть', 'The address leads into a private network'),
    action: text(
      'Если это ваша коробочная версия, разрешите внутренние адреса в настройках сервера.',
      'If it is your own box, allow private addresses in the configuration of the server.',
    ),
  },
  'portal/needs-https': {
    kind: 'permanent',
    status: 422,
    title: text('Нужен адрес с https', 'The address must be https'),
    action: text('Введите адрес с https.', 'Enter an https address.'),
  },
  'portal/unreachable': {
    kind: 'retryable',
    status: 502,
    title: text('Портал не отвечает', 'The portal does not answer'),
    action: text(
      'Проверьте, открывается ли портал в браузере.',
      'Check whether the portal opens in a browser.',
    ),
  },
  'portal/no-answer': {
    kind: 'retryable',
    status: 504,
    title: text('Портал не успел ответить', 'The portal did not answer in time'),
    action: text(
      'Повторите через минуту. Если не помогло, проверьте, что работает узел Trunkline, который обслуживает порталы (роль all или worker).',
      'Try again in a minute. If that does not help, check that a Trunkline node that serves portals (role all or worker) is running.',
    ),
  },
  'portal/bad-certificate': {
    kind: 'permanent',
    status: 502,
    title: text('Сертификат портала не принят', 'The certificate of the portal was refused'),
    action: text(
      'Установите на портал действительный сертификат. Если его выдал центр вашей компании, укажите этот центр серверу Trunkline (NODE_EXTRA_CA_CERTS).',
      'Install a valid certificate on the portal. If your company’s own authority issued it, name that authority to the Trunkline server (NODE_EXTRA_CA_CERTS).',
    ),
  },
  'portal/not-bitrix24': {
    kind: 'permanent',
    status: 422,
    title: text('По этому адресу не Битрикс24', 'There is no Bitrix24 at this address'),
    action: text('Проверьте адрес портала.', 'Check the address of the portal.'),
  },
  'portal/reauthorise': {
    kind: 'auth',
    status: 409,
    title: text('Портал просит подключиться заново', 'The portal wants to be connected again'),
    action: text(
      'Нажмите «Подключить заново» в карточке портала.',
      'Press “Connect again” in the card of the portal.',
    ),
  },
  'portal/uninstalled': {
    kind: 'auth',
    status: 409,
    title: text('Приложение удалено с портала', 'The application was removed from the portal'),
    action: text(
      'Установите приложение и подключите портал заново.',
      'Install the application and connect the portal again.',
    ),
  },
  'portal/payment-required': {
    kind: 'auth',
    status: 409,
    title: text('Подписка портала закончилась', 'The subscription of the portal has ended'),
    action: text('Продлите подписку и нажмите «Проверить».', 'Renew the subscription and press “Check”.'),
  },
  'portal/insufficient-scope': {
    kind: 'auth',
    status: 409,
    title: text('Приложению не хватает прав', 'The application lacks a scope'),
    action: text(
      'Добавьте права приложению и подключите портал заново.',
      'Add the scope to the application and connect again.',
    ),
  },
  'portal/not-admin': {
    kind: 'permanent',
    status: 403,
    title: text(
      'Не хватает права «Администратор» на портале Битрикс24',
      'The right of an administrator of the Bitrix24 portal is missing',
    ),
    action: text(
      'Ничего не подключено и не изменено. Войдите на портал сотрудником с правами администратора и подключите его ещё раз.',
      'Nothing was connected or changed. Sign in to the portal as an employee with administrator rights and connect it again.',
    ),
  },
  'portal/other-region': {
    kind: 'permanent',
    status: 403,
    title: text('Портал из другого региона', 'The portal is of another region'),
    action: text(
      'Ничего не подключено. Подключите портал к серверу Trunkline своего региона. Если этот сервер может хранить его данные, администратор сервера добавит регион в BITRIX24_REGIONS.',
      'Nothing was connected. Connect the portal to the Trunkline server of its own region. If this server may keep its data, whoever runs the server adds the region to BITRIX24_REGIONS.',
    ),
  },
  'portal/unproved': {
    kind: 'permanent',
    status: 403,
    title: text('Битрикс24 не подтвердил этот запрос', 'Bitrix24 did not confirm this request'),
    action: text(
      'Откройте приложение на портале заново. Если не помогло, установите его ещё раз.',
      'Open the application on the portal again. If that does not help, install it once more.',
    ),
  },
  'portal/connect-first': {
    kind: 'permanent',
    status: 409,
    title: text(
      'Сначала подключите портал из кабинета Trunkline',
      'Connect the portal from the Trunkline cabinet first',
    ),
    action: text(
      'Войдите в кабинет своей компании, откройте «Интеграции» и подключите этот портал. Потом установите приложение ещё раз.',
      'Sign in to the cabinet of your company, open “Integrations” and connect this portal. Then install the application again.',
    ),
  },
  'portal/other-portal': {
    kind: 'permanent',
    status: 409,
    title: text('По этому адресу другой портал', 'There is another portal at this address'),
    action: text(
      'Подключите его как новый портал. Прежнюю запись верните на её адрес или удалите.',
      'Connect it as a new portal. Give the former entry its address back, or delete it.',
    ),
  },
  'portal/rate-limited': {
    kind: 'rate-limit',
    status: 503,
    title: text('Портал просит подождать', 'The portal asks to wait'),
    action: text(
      'Ничего делать не нужно: запросы продолжатся сами.',
      'Nothing to do: requests go on by themselves.',
    ),
  },
  'portal/operating-limit': {
    kind: 'rate-limit',
    status: 429,
    title: text('Портал приостановил один метод', 'The portal paused one method'),
    action: text(
      'Ничего делать не нужно: запросы продолжатся сами.',
      'Nothing to do: requests go on by themselves.',
    ),
  },
  'portal/refused': {
    kind: 'permanent',
    status: 502,
    title: text('Портал отказал', 'The portal refused'),
    action: text(
      'Прочитайте ответ портала в журнале и исправьте причину.',
      'Read the answer in the journal and mend the cause.',
    ),
  },
  'portal/fields-left-out': {
    kind: 'permanent',
    status: 502,
    title: text('Портал не принял часть полей карточки', 'The portal did not take some fields of the card'),
    action: text(
      'Карточка записана без них. Проверьте сопоставление полей и стадии в настройках.',
      'The card was written without them. Check the field mapping and the stages in the settings.',
    ),
  },
  'portal/blocked': {
    kind: 'auth',
    status: 503,
    title: text('Портал заблокировал запросы', 'The portal blocked requests'),
    action: text('Обратитесь в поддержку Битрикс24.', 'Turn to Bitrix24 support.'),
  },
  'portal/unknown-outcome': {
    kind: 'retryable',
    status: 502,
    title: text('Ответ портала потерян', 'The answer of the portal was lost'),
    action: text(
      'Ничего делать не нужно: запись ищется, прежде чем повторить.',
      'Nothing to do: the write is looked for before it is repeated.',
    ),
  },
  'settings/not-saved': {
    kind: 'permanent',
    status: 422,
    title: text('Настройки не сохранены', 'The settings were not saved'),
    action: text('Исправьте отмеченные поля.', 'Mend the marked fields.'),
  },
  'server/bug': {
    kind: 'bug',
    status: 500,
    title: text('Ошибка на нашей стороне', 'Our fault'),
    action: text(
      'Повторите; если не поможет, пришлите код запроса.',
      'Try again; if it stays, send us the request code.',
    ),
  },
  'server/not-ready': {
    kind: 'retryable',
    status: 503,
    title: text('Сервер ещё запускается', 'The server is still starting'),
    action: text('Подождите несколько секунд.', 'Wait a few seconds.'),
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS

/** What a thrower knows beyond the code. */
export interface HubErrorOptions {
  readonly detail?: string
  readonly cause?: unknown
  readonly certain?: boolean
  readonly retryAfterMs?: number
  readonly publicText?: Text
  readonly fields?: readonly FieldProblem[]
}

/**
 * The one error class. `publicText` may be shown; `detail` and `cause` may hold secrets: they are not enumerable,
 * never leave the server and are redacted before logging.
 */
export class HubError extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly status: number
  readonly publicText: Text
  /** False when the thing may have happened all the same (an answer was lost). */
  readonly certain: boolean
  readonly retryAfterMs: number | undefined
  /** Field-level messages: JSON pointer into the request body → text. */
  readonly fields: readonly FieldProblem[]
  declare readonly detail: string | undefined

  constructor(code: ErrorCode, options?: HubErrorOptions)
  /** A code of a channel's own table brings its entry with it, because the core knows no channel. */
  constructor(code: string, options: HubErrorOptions & { entry: ErrorEntry })
  constructor(code: string, options: HubErrorOptions & { entry?: ErrorEntry } = {}) {
    super(code)
    this.name = 'HubError'
    const entry: ErrorEntry = options.entry ?? ERRORS[code as ErrorCode]
    this.code = code
    this.kind = entry.kind
    this.status = entry.status
    this.publicText = options.publicText ?? entry.title
    this.certain = options.certain ?? true
    this.retryAfterMs = options.retryAfterMs
    this.fields = options.fields ?? []
    Object.defineProperty(this, 'detail', { value: options.detail, enumerable: false })
    Object.defineProperty(this, 'cause', { value: options.cause, enumerable: false })
  }
}

/** One field that was refused. `pointer` is a JSON pointer into the body, such as `/domain`. */
export interface FieldProblem {
  readonly pointer: string
  readonly code: string
  readonly text: Text
}
