import { text } from '@trunkline/contracts/locale'
import { field } from '@trunkline/contracts/settings/field'
import { type Static, Type } from 'typebox'
import { ORIGIN_PATTERN } from '../kit/allowed-origin.ts'

const needs = {
  off: text('Не спрашивать', 'Do not ask'),
  optional: text('По желанию', 'Optional'),
  required: text('Обязательно', 'Required'),
}

function requestField(label: ReturnType<typeof text>, byDefault: 'off' | 'optional' | 'required') {
  return Type.Union(
    [Type.Literal('off'), Type.Literal('optional'), Type.Literal('required')],
    field({
      default: byDefault,
      control: 'choice',
      choices: needs,
      label,
      hint: text(
        'Поле формы заявки. Заявку без телефона и почты сотрудники увидят, но ответить на неё будет некуда.',
        'A field of the request form. Employees see a request without phone and e-mail, but cannot answer it.',
      ),
      group: 'requests',
      enabledWhen: FORM_SHOWN,
      req: ['CHAT-66'],
    }),
  )
}

function formField(label: ReturnType<typeof text>, byDefault: 'off' | 'optional' | 'required') {
  return Type.Union(
    [Type.Literal('off'), Type.Literal('optional'), Type.Literal('required')],
    field({
      default: byDefault,
      control: 'choice',
      choices: needs,
      label,
      hint: text(
        'Поле формы перед чатом. Если все поля выключены, чат начинается без формы, и человека узнать не по чему.',
        'A field of the form before the chat. With every field off the chat starts without a form and nobody can be recognised.',
      ),
      group: 'form',
      req: ['CHAT-79'],
    }),
  )
}

const FORM_SHOWN = {
  field: 'offlineForm',
  equals: ['offline', 'choice'],
  why: text('Форма заявки в виджете выключена', 'The request form of the widget is off'),
}

/** One widget on a company's site. */
export const SiteWidgetSettings = Type.Object(
  {
    title: Type.String(
      field({
        default: 'Онлайн-чат',
        offered: text('Онлайн-чат', 'Online chat'),
        minLength: 1,
        maxLength: 60,
        label: text('Заголовок', 'Title'),
        hint: text('Верхняя строка окна чата.', 'The top line of the chat window.'),
        group: 'look',
      }),
    ),
    greeting: Type.String(
      field({
        default: 'Здравствуйте! Чем можем помочь?',
        offered: text('Здравствуйте! Чем можем помочь?', 'Hello! How can we help?'),
        maxLength: 500,
        label: text('Приветствие', 'Greeting'),
        hint: text(
          'Показывается над первым сообщением; в переписку не попадает.',
          'Shown above the first message; it is not part of the conversation.',
        ),
        group: 'look',
      }),
    ),
    colour: Type.String(
      field({
        default: '#1f6feb',
        pattern: '^#[0-9a-fA-F]{6}$',
        control: 'colour',
        label: text('Цвет', 'Colour'),
        hint: text(
          'Цвет кнопки и шапки. Цвет надписи на нём подбирается сам, чтобы текст читался.',
          'Colour of the button and the header. The colour of the text on it is chosen by itself so that it can be read.',
        ),
        group: 'look',
      }),
    ),
    position: Type.Union(
      [Type.Literal('right'), Type.Literal('left')],
      field({
        default: 'right',
        control: 'choice',
        choices: { right: text('Справа внизу', 'Bottom right'), left: text('Слева внизу', 'Bottom left') },
        label: text('Место на странице', 'Place on the page'),
        hint: text('Угол, в котором стоит кнопка чата.', 'The corner where the chat button stands.'),
        group: 'look',
      }),
    ),
    locale: Type.Union(
      [Type.Literal('auto'), Type.Literal('ru'), Type.Literal('en')],
      field({
        default: 'auto',
        control: 'choice',
        choices: {
          auto: text('Как у посетителя', 'As the visitor has it'),
          ru: text('Русский', 'Russian'),
          en: text('Английский', 'English'),
        },
        label: text('Язык', 'Language'),
        hint: text('Язык подписей и кнопок виджета.', 'Language of the labels and buttons of the widget.'),
        group: 'look',
      }),
    ),
    allowedOrigins: Type.Array(
      Type.String({ pattern: ORIGIN_PATTERN, maxLength: 200 }),
      field({
        default: [],
        minItems: 1,
        maxItems: 50,
        uniqueItems: true,
        label: text('Адреса сайтов', 'Site addresses'),
        hint: text(
          'На каких сайтах виджет работает: https://site.ru или https://*.site.ru для всех поддоменов. Для проверки на своём компьютере: http://localhost.',
          'Sites on which the widget works: https://site.com, or https://*.site.com for all subdomains. To try it on your own computer: http://localhost.',
        ),
        group: 'where',
      }),
    ),
    formName: formField(text('Имя', 'Name'), 'optional'),
    formPhone: formField(text('Телефон', 'Phone'), 'optional'),
    formEmail: formField(text('E-mail', 'E-mail'), 'optional'),
    consentText: Type.String(
      field({
        default: 'Согласен на обработку персональных данных',
        offered: text(
          'Согласен на обработку персональных данных',
          'I agree to the processing of my personal data',
        ),
        minLength: 1,
        maxLength: 500,
        label: text('Текст согласия', 'Consent text'),
        hint: text(
          'Подпись к отметке в форме. Отметка не стоит заранее; вместе с ответом хранится, какой текст человек видел.',
          'The words beside the tick in the form. It is never ticked beforehand; the wording the person saw is kept with the answer.',
        ),
        group: 'form',
      }),
    ),
    consentUrl: Type.String(
      field({
        default: '',
        maxLength: 500,
        pattern: '^(https://\\S+)?$',
        control: 'url',
        label: text('Ссылка на политику', 'Link to the policy'),
        hint: text(
          'Страница с политикой обработки данных; открывается из формы.',
          'The page with the data policy; opened from the form.',
        ),
        group: 'form',
      }),
    ),
    offlineForm: Type.Union(
      [Type.Literal('off'), Type.Literal('offline'), Type.Literal('choice')],
      field({
        default: 'off',
        control: 'choice',
        choices: {
          off: text('Не показывать', 'Do not show'),
          offline: text(
            'Вместо чата, когда никого нет на связи',
            'Instead of the chat when nobody is online',
          ),
          choice: text('По выбору посетителя, в любое время', 'By the visitor’s choice, at any time'),
        },
        label: text('Форма заявки', 'Request form'),
        hint: text(
          'Человек оставляет имя, контакты и вопрос и уходит; сотрудник связывается с ним сам. На связи тот, кто работал в кабинете последние пять минут.',
          'A person leaves a name, contacts and a question and goes; an employee gets in touch. Online is who worked in the cabinet within the last five minutes.',
        ),
        group: 'requests',
        req: ['CHAT-66', 'UIS-04'],
      }),
    ),
    offlineText: Type.String(
      field({
        default: 'Мы свяжемся с вами по телефону или почте.',
        offered: text(
          'Мы свяжемся с вами по телефону или почте.',
          'We will get in touch by phone or e-mail.',
        ),
        maxLength: 500,
        label: text('Текст над формой заявки', 'Text above the request form'),
        hint: text('Что посетитель читает перед полями.', 'What the visitor reads before the fields.'),
        group: 'requests',
        enabledWhen: FORM_SHOWN,
        req: ['CHAT-66'],
      }),
    ),
    offlineThanks: Type.String(
      field({
        default: 'Спасибо! Мы получили вашу заявку и скоро ответим.',
        offered: text(
          'Спасибо! Мы получили вашу заявку и скоро ответим.',
          'Thank you! We have your request and will answer soon.',
        ),
        minLength: 1,
        maxLength: 500,
        label: text('Текст после отправки', 'Text after sending'),
        hint: text(
          'Что посетитель видит, когда заявка принята.',
          'What the visitor sees once the request is taken.',
        ),
        group: 'requests',
        enabledWhen: FORM_SHOWN,
        req: ['CHAT-66'],
      }),
    ),
    offlineName: requestField(text('Имя в заявке', 'Name in the request'), 'optional'),
    offlinePhone: requestField(text('Телефон в заявке', 'Phone in the request'), 'required'),
    offlineEmail: requestField(text('E-mail в заявке', 'E-mail in the request'), 'optional'),
    offlineMessage: requestField(text('Сообщение в заявке', 'Message in the request'), 'optional'),
    mailingText: Type.String(
      field({
        default: '',
        maxLength: 500,
        label: text('Текст согласия на рассылку', 'Text of the consent to mailing'),
        hint: text(
          'Отдельная отметка в форме заявки, никогда не стоит заранее и не обязательна. Если пусто, не спрашиваем.',
          'A tick of its own in the request form, never set beforehand and never required. When empty it is not asked.',
        ),
        group: 'requests',
        enabledWhen: FORM_SHOWN,
        req: ['CHAT-66'],
      }),
    ),
    technicalRequests: Type.Boolean(
      field({
        default: false,
        label: text('Все заявки проверочные', 'Every request is a test'),
        hint: text(
          'Заявки с этого сайта видны во входящих, но карточек не создают. Для сайта, на котором форму только пробуют.',
          'Requests from this site are seen in the inbox but make no cards. For a site on which the form is only tried.',
        ),
        group: 'requests',
        req: ['CHAT-19', 'CHAT-66'],
      }),
    ),
  },
  { additionalProperties: false },
)
export type SiteWidgetSettings = Static<typeof SiteWidgetSettings>
