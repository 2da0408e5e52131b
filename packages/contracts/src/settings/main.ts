import { type Static, Type } from 'typebox'
import { text } from '../locale.ts'
import { field } from './field.ts'

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
  },
  { additionalProperties: false },
)
export type MainSettings = Static<typeof MainSettings>
