import type { FaultKind } from '../../portal/faults.ts'
import type { Language } from './texts.ts'

/** A button that breaks something in a way worth seeing. */
export interface FaultPreset {
  readonly kind: FaultKind
  readonly method?: string
  readonly count?: number
  readonly seconds?: number
  readonly ms?: number
  readonly afterCommands?: number
  readonly label: Readonly<Record<Language, string>>
  /** What a person should then see in Trunkline. */
  readonly hint: Readonly<Record<Language, string>>
}

export interface PresetGroup {
  readonly title: Readonly<Record<Language, string>>
  readonly presets: readonly FaultPreset[]
}

/** Writes of the CRM and of its timeline, and the batches that carry them. */
const WRITES = 'crm.*.add,crm.*.update'

const preset = (
  kind: FaultKind,
  how: Omit<FaultPreset, 'kind' | 'label' | 'hint'>,
  label: readonly [ru: string, en: string],
  hint: readonly [ru: string, en: string],
): FaultPreset => ({
  kind,
  ...how,
  label: { ru: label[0], en: label[1] },
  hint: { ru: hint[0], en: hint[1] },
})

/** Every kind of fault has at least one button. */
export const FAULT_PRESETS: readonly PresetGroup[] = [
  {
    title: { ru: 'Портал перегружен', en: 'The portal is overloaded' },
    presets: [
      preset(
        'rate-limit',
        { seconds: 10 },
        ['503 на 10 секунд', '503 for 10 s'],
        ['QUERY_LIMIT_EXCEEDED, ничего не выполнено', 'QUERY_LIMIT_EXCEEDED, nothing ran'],
      ),
      preset(
        'overload',
        { seconds: 10 },
        ['Перегрузка на 10 секунд', 'Overload for 10 s'],
        ['503 OVERLOAD_LIMIT', '503 OVERLOAD_LIMIT'],
      ),
      preset(
        'operating-limit',
        { method: 'crm.*.add', seconds: 30 },
        ['Создания исчерпали время', 'Creations ran out of time'],
        ['429 на crm.*.add, 30 секунд', '429 on crm.*.add for 30 s'],
      ),
      preset(
        'slow',
        { ms: 4000, seconds: 30 },
        ['Медленные ответы', 'Slow answers'],
        ['по 4 секунды, 30 секунд', '4 s each, for 30 s'],
      ),
    ],
  },
  {
    title: { ru: 'Связь рвётся', en: 'The connection breaks' },
    presets: [
      preset(
        'cut-after',
        { method: WRITES, count: 1 },
        ['Обрыв после следующей записи', 'Cut after the next write'],
        ['записано, но ответа нет', 'written, but no answer comes'],
      ),
      preset(
        'cut-after',
        { method: 'batch', count: 1, afterCommands: 1 },
        ['Обрыв посреди пакета', 'Cut in the middle of a batch'],
        ['выполнена одна команда', 'one command has run'],
      ),
      preset(
        'cut-before',
        { count: 3 },
        ['Обрыв до работы, три раза', 'Cut before the work, three times'],
        ['ничего не выполнено', 'nothing ran'],
      ),
      preset(
        'bad-gateway',
        { count: 3 },
        ['502 с HTML, три раза', '502 with HTML, three times'],
        ['ничего не выполнено', 'nothing ran'],
      ),
      preset(
        'bad-gateway-after',
        { method: WRITES, count: 1 },
        ['502 после записи', '502 after a write'],
        ['записано, а ответ — чужой HTML', 'written, the answer is a stranger’s HTML'],
      ),
    ],
  },
  {
    title: { ru: 'Доступ', en: 'Access' },
    presets: [
      preset(
        'expired-token',
        { count: 1 },
        ['Просрочить токен сейчас', 'Expire the token now'],
        ['401, пока приложение не обновит', '401 until the application refreshes'],
      ),
      preset(
        'revoked-token',
        { count: 1 },
        ['Отозвать токены', 'Revoke the tokens'],
        ['нужно подключить портал заново', 'the portal must be connected again'],
      ),
      preset(
        'invalid-grant',
        { seconds: 30 },
        ['Сервер авторизации отказывает', 'The auth server refuses'],
        ['invalid_grant, 30 секунд', 'invalid_grant for 30 s'],
      ),
      preset(
        'payment-required',
        { seconds: 30 },
        ['Не оплачено', 'Payment required'],
        ['30 секунд', 'for 30 s'],
      ),
      preset(
        'portal-deleted',
        { seconds: 30 },
        ['Портал удалён', 'Portal deleted'],
        ['403 PORTAL_DELETED, 30 секунд', '403 PORTAL_DELETED for 30 s'],
      ),
    ],
  },
  {
    title: { ru: 'Странные ответы', en: 'Strange answers' },
    presets: [
      preset(
        'server-error',
        { count: 3 },
        ['500 три раза', '500 three times'],
        ['ничего не выполнено', 'nothing ran'],
      ),
      preset(
        'empty-error',
        { method: 'crm.*', count: 1 },
        ['Пустая ошибка', 'An empty error'],
        ['{"error":""} на следующую команду CRM', '{"error":""} for the next CRM command'],
      ),
    ],
  },
  {
    title: { ru: 'События портала', en: 'Events of the portal' },
    presets: [
      preset(
        'event-drop',
        { count: 5 },
        ['Потерять пять событий', 'Drop five events'],
        ['обработчик их не получит', 'the handler will not get them'],
      ),
      preset(
        'event-duplicate',
        { seconds: 60 },
        ['Удваивать события', 'Double the events'],
        ['одну минуту', 'for one minute'],
      ),
      preset(
        'event-reorder',
        { seconds: 60 },
        ['Путать порядок событий', 'Mix the events up'],
        ['одну минуту', 'for one minute'],
      ),
    ],
  },
]
