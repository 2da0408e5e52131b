/** Default dictionaries of a fresh portal. Source: reference/bitrix24.md §4.5. */
import type { Category, StatusRow } from './crm-types.ts'
import { type PortalState, takeId } from './portal-state.ts'

type Texts = readonly [ru: string, en: string]
type Row = readonly [statusId: string, name: Texts, semantics?: 'S' | 'F']

const LEAD_STATUSES: readonly Row[] = [
  ['NEW', ['Не обработан', 'Unassigned']],
  ['IN_PROCESS', ['В работе', 'In progress']],
  ['PROCESSED', ['Обработан', 'Processed']],
  ['CONVERTED', ['Качественный лид', 'Good lead'], 'S'],
  ['JUNK', ['Некачественный лид', 'Junk lead'], 'F'],
]

const DEAL_STAGES: readonly Row[] = [
  ['NEW', ['Новая', 'New']],
  ['PREPARATION', ['Подготовка документов', 'Document preparation']],
  ['PREPAYMENT_INVOICE', ['Счёт на предоплату', 'Prepayment invoice']],
  ['EXECUTING', ['В работе', 'In progress']],
  ['FINAL_INVOICE', ['Финальный счёт', 'Final invoice']],
  ['WON', ['Сделка успешна', 'Deal won'], 'S'],
  ['LOSE', ['Сделка провалена', 'Deal lost'], 'F'],
  ['APOLOGY', ['Анализ причины провала', 'Loss analysed'], 'F'],
]

const SERVICE_STAGES: readonly Row[] = [
  ['C1:NEW', ['Заявка', 'Request']],
  ['C1:UC_DIAG01', ['Диагностика', 'Diagnosis']],
  ['C1:UC_WORK02', ['Ремонт', 'Repair']],
  ['C1:WON', ['Выдано клиенту', 'Handed over'], 'S'],
  ['C1:LOSE', ['Отказ', 'Refused'], 'F'],
]

const SOURCES: readonly Row[] = [
  ['CALL', ['Звонок', 'Call']],
  ['EMAIL', ['Электронная почта', 'E-mail']],
  ['WEB', ['Веб-сайт', 'Website']],
  ['ADVERTISING', ['Реклама', 'Advertising']],
  ['PARTNER', ['Существующий клиент', 'Existing client']],
  ['RECOMMENDATION', ['По рекомендации', 'Recommendation']],
  ['TRADE_SHOW', ['Выставка', 'Trade show']],
  ['WEBFORM', ['CRM-форма', 'CRM form']],
  ['CALLBACK', ['Обратный звонок', 'Callback']],
  ['RC_GENERATOR', ['Генератор продаж', 'Sales boost']],
  ['STORE', ['Интернет-магазин', 'Online store']],
  ['OTHER', ['Другое', 'Other']],
]

const SIMPLE: Readonly<Record<string, readonly Row[]>> = {
  CONTACT_TYPE: [
    ['CLIENT', ['Клиенты', 'Clients']],
    ['SUPPLIER', ['Поставщики', 'Suppliers']],
    ['PARTNER', ['Партнёры', 'Partners']],
    ['OTHER', ['Другое', 'Other']],
  ],
  COMPANY_TYPE: [
    ['CUSTOMER', ['Клиент', 'Client']],
    ['SUPPLIER', ['Поставщик', 'Supplier']],
    ['COMPETITOR', ['Конкурент', 'Competitor']],
    ['PARTNER', ['Партнёр', 'Partner']],
    ['OTHER', ['Другое', 'Other']],
  ],
  DEAL_TYPE: [
    ['SALE', ['Продажа', 'Sale']],
    ['COMPLEX', ['Комплексная продажа', 'Complex sale']],
    ['SERVICE', ['Сервисное обслуживание', 'Service']],
  ],
  INDUSTRY: [
    ['IT', ['Информационные технологии', 'Information technology']],
    ['DELIVERY', ['Доставка', 'Delivery']],
    ['OTHER', ['Другое', 'Other']],
  ],
  EMPLOYEES: [
    ['EMPLOYEES_1', ['менее 50', 'fewer than 50']],
    ['EMPLOYEES_2', ['50–250', '50–250']],
    ['EMPLOYEES_3', ['более 250', 'more than 250']],
  ],
  HONORIFIC: [
    ['HNR_RU_1', ['г-н', 'Mr.']],
    ['HNR_RU_2', ['г-жа', 'Ms.']],
  ],
}

const COLORS: Readonly<Record<'P' | 'S' | 'F', string>> = { P: '#39A8EF', S: '#7BD500', F: '#FF5752' }

/** Dictionary of a deal pipeline: `DEAL_STAGE` for the general one, `DEAL_STAGE_<n>` for the others. */
export function dealStageDictionary(categoryId: number): string {
  return categoryId === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${categoryId}`
}

/** Fills dictionaries and pipelines: the general one (0) and «Сервис» (1) with its `C1:` stages. */
export function seedDictionaries(state: PortalState): void {
  const pick = (texts: Texts): string => texts[state.language === 'ru' ? 0 : 1]
  const add = (entityId: string, rows: readonly Row[], categoryId: number | null): void => {
    rows.forEach(([statusId, name, semantics], index) => {
      const row: StatusRow = {
        id: takeId(state, 'status'),
        entityId,
        statusId,
        name: pick(name),
        sort: (index + 1) * 10,
        isSystem: !statusId.includes('UC_'),
        color: COLORS[semantics ?? 'P'],
        semantics: semantics ?? null,
        categoryId,
      }
      state.statuses.push(row)
    })
  }
  const categories: Category[] = [
    { id: 0, name: pick(['Общая', 'General']), sort: 100, isDefault: true },
    { id: 1, name: pick(['Сервис', 'Service']), sort: 200, isDefault: false },
  ]
  state.categories.push(...categories)
  add('STATUS', LEAD_STATUSES, null)
  add(dealStageDictionary(0), DEAL_STAGES, 0)
  add(dealStageDictionary(1), SERVICE_STAGES, 1)
  add('SOURCE', SOURCES, null)
  for (const [entityId, rows] of Object.entries(SIMPLE)) add(entityId, rows, null)
}
