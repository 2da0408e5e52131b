import { text } from '@trunkline/contracts/locale'
import { field } from '@trunkline/contracts/settings/field'
import { type Static, Type } from 'typebox'
import { ORIGIN_PATTERN } from '../kit/allowed-origin.ts'

const needs = {
  off: text('Не спрашивать', 'Do not ask'),
  optional: text('По желанию', 'Optional'),
  required: text('Обязательно', 'Required'),
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

/** One widget on a company's site. */
export const SiteWidgetSettings = Type.Object(
  {
    title: Type.String(
      field({
        default: 'Онлайн-чат',
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
  },
  { additionalProperties: false },
)
export type SiteWidgetSettings = Static<typeof SiteWidgetSettings>
