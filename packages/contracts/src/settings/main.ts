import { type Static, Type } from 'typebox'
import { type Text, text } from '../locale.ts'
import { field } from './field.ts'

/** Days of the week as settings name them, Monday first. */
export const WEEK_DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const HAS_WORK_HOURS = {
  field: 'hasWorkHours',
  equals: true,
  why: text('Рабочего времени нет', 'There are no working hours'),
} as const

function clock(byDefault: string, label: Text, hint: Text) {
  return Type.String(
    field({
      default: byDefault,
      pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
      control: 'time',
      label,
      hint,
      group: 'time',
      laterAdded: true,
      enabledWhen: HAS_WORK_HOURS,
      req: ['CHAT-58'],
    }),
  )
}

/** The Main section (UIS-12, UIS-15): the switch above all other sections. */
export const MainSettings = Type.Object(
  {
    active: Type.Boolean(
      field({
        default: false,
        label: text('Интеграция активна', 'Integration is active'),
        hint: text(
          'Главный выключатель. Пока он выключен, ни один раздел ничего не передаёт в Битрикс24; настройки разделов сохраняются.',
          'The master switch. While it is off no section passes anything to Bitrix24; the settings of the sections are kept.',
        ),
        req: ['UIS-14', 'UIS-15', 'CHAT-16'],
      }),
    ),
    timeZone: Type.String(
      field({
        default: '',
        maxLength: 60,
        pattern: '^([A-Za-z_]+(/[A-Za-z0-9_+\\-]+){0,2})?$',
        control: 'time-zone',
        label: text('Часовой пояс', 'Time zone'),
        hint: text(
          'По нему считаются рабочее время и дни в названиях карточек и переписке: например, Asia/Omsk. Если пусто, берётся пояс компании.',
          'Working time and the days in names of cards and transcripts go by it: for example Asia/Omsk. When empty it is the time zone of the company.',
        ),
        group: 'time',
        laterAdded: true,
        req: ['CHAT-58', 'CHAT-73'],
      }),
    ),
    hasWorkHours: Type.Boolean(
      field({
        default: false,
        label: text('Есть рабочее время', 'There are working hours'),
        hint: text(
          'Тогда о каждом обращении известно, пришло ли оно в рабочее время, и правила могут это сравнивать. Что было в момент обращения, потом не меняется.',
          'Then it is known of every conversation whether it began in working time, and rules can compare it. What held at that moment does not change later.',
        ),
        group: 'time',
        laterAdded: true,
        req: ['CHAT-58'],
      }),
    ),
    workDays: Type.Array(
      Type.Enum([...WEEK_DAYS]),
      field({
        default: ['mon', 'tue', 'wed', 'thu', 'fri'],
        minItems: 1,
        uniqueItems: true,
        control: 'choices',
        choices: {
          mon: text('Понедельник', 'Monday'),
          tue: text('Вторник', 'Tuesday'),
          wed: text('Среда', 'Wednesday'),
          thu: text('Четверг', 'Thursday'),
          fri: text('Пятница', 'Friday'),
          sat: text('Суббота', 'Saturday'),
          sun: text('Воскресенье', 'Sunday'),
        },
        label: text('Рабочие дни', 'Working days'),
        hint: text(
          'Смена, которая кончается после полуночи, относится к дню, в который началась.',
          'A shift that ends after midnight belongs to the day on which it began.',
        ),
        group: 'time',
        laterAdded: true,
        enabledWhen: HAS_WORK_HOURS,
        req: ['CHAT-58'],
      }),
    ),
    workFrom: clock(
      '09:00',
      text('Начало', 'From'),
      text('Время по выбранному поясу.', 'By the chosen time zone.'),
    ),
    workTill: clock(
      '18:00',
      text('Конец', 'Till'),
      text(
        'Раньше начала — значит, на следующий день; то же самое время — круглые сутки.',
        'Earlier than the beginning means the next day; the same time means around the clock.',
      ),
    ),
  },
  { additionalProperties: false },
)
export type MainSettings = Static<typeof MainSettings>
