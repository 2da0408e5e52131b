/** A portal as it is on its first day: staff, dictionaries, pipelines, and in the demo a little CRM data. */
import { itemInput } from './crm-input.ts'
import { createCrmStore } from './crm-store.ts'
import { COMPANY, CONTACT, DEAL, type EntityTypeId, LEAD } from './crm-types.ts'
import { createEntity } from './crm-write.ts'
import type { PhpMap } from './php-values.ts'
import type { CrmMode, PortalState } from './portal-state.ts'
import { takeId } from './portal-state.ts'
import { newToken } from './random.ts'
import { seedDictionaries } from './seed-dictionaries.ts'
import { seedPeople } from './seed-people.ts'

/** `demo`: some leads, deals, contacts and a company. `empty`: staff and dictionaries only. */
export type SeedName = 'demo' | 'empty'

export interface PortalOptions {
  /** Name for people. A name that is or ends in `localhost` is also used as the host of the address. */
  domain?: string
  crmMode?: CrmMode
  kind?: 'cloud' | 'box'
  plan?: 'basic' | 'enterprise'
  language?: 'ru' | 'en'
}

export function freshState(
  options: PortalOptions,
  seed: SeedName,
  address: { host: string; port: number },
  now: number,
): PortalState {
  const language = options.language ?? 'ru'
  const title = options.domain ?? 'romashka.bitrix24.example'
  const state: PortalState = {
    memberId: newToken(16),
    title,
    kind: options.kind ?? 'cloud',
    plan: options.plan ?? 'basic',
    language,
    crmMode: options.crmMode ?? 'classic',
    utcOffsetMinutes: 180,
    currency: language === 'ru' ? 'RUB' : 'USD',
    port: address.port,
    host: /(^|\.)localhost$/i.test(title) ? title : address.host,
    formerPorts: [],
    nextIds: {},
    employees: [],
    departments: [],
    statuses: [],
    categories: [],
    userFields: [],
    entities: [],
    activities: [],
    comments: [],
    logMessages: [],
    notifications: [],
    stageHistory: [],
    installs: [],
    hooks: [],
    eventBindings: [],
    placements: [],
    appOptions: {},
    userOptions: {},
    leadsToConvert: [],
  }
  seedPeople(state)
  seedDictionaries(state)
  if (seed === 'demo') seedDemo(state, now)
  return state
}

/** Back to the seed; the address, the applications with their handlers and tokens, and the hooks stay. */
export function resetState(state: PortalState, seed: SeedName, now: number): void {
  const { title, crmMode, kind, plan, language, host, port } = state
  const fresh = freshState({ domain: title, crmMode, kind, plan, language }, seed, { host, port }, now)
  const kept: (keyof PortalState)[] = [
    'memberId',
    'formerPorts',
    'installs',
    'hooks',
    'eventBindings',
    'placements',
    'appOptions',
    'userOptions',
  ]
  Object.assign(state, fresh, Object.fromEntries(kept.map((key) => [key, state[key]])))
}

type Texts = readonly [ru: string, en: string]

function seedDemo(state: PortalState, now: number): void {
  const pick = ([ru, en]: Texts): string => (state.language === 'ru' ? ru : en)
  const store = createCrmStore(state)
  state.userFields.push({
    id: takeId(state, 'userField'),
    entityTypeId: DEAL,
    fieldName: 'UF_CRM_CITY',
    userTypeId: 'string',
    multiple: false,
    mandatory: false,
    label: pick(['Город', 'City']),
    sort: 100,
    list: [],
    settings: {},
  })
  const hour = 3_600_000
  const add = (typeId: EntityTypeId, hoursAgo: number, fields: PhpMap): number => {
    const input = itemInput(store, typeId, fields, { originalUserNames: false, isUpdate: false })
    const context = {
      store,
      now: now - hoursAgo * hour,
      userId: 1,
      family: 'item' as const,
      announce: () => undefined,
    }
    const { id } = createEntity(context, typeId, input)
    // The seed is history: simple mode must not convert it.
    state.leadsToConvert.length = 0
    return id
  }
  const phone = (value: string): PhpMap => ({ typeId: 'PHONE', valueType: 'MOBILE', value })
  const email = (value: string): PhpMap => ({ typeId: 'EMAIL', valueType: 'WORK', value })

  const company = add(COMPANY, 90, { title: pick(['ООО «Василёк»', 'Cornflower Ltd']), assignedById: 7 })
  const irina = add(CONTACT, 80, {
    name: pick(['Ирина', 'Irina']),
    lastName: pick(['Волкова', 'Volkova']),
    assignedById: 7,
    companyId: company,
    fm: [phone('+79000001001'), email('irina@cornflower.example')],
  })
  const oleg = add(CONTACT, 60, {
    name: pick(['Олег', 'Oleg']),
    lastName: pick(['Зайцев', 'Zaytsev']),
    assignedById: 9,
    fm: [phone('89000001002')],
  })
  add(DEAL, 50, {
    title: pick(['Букеты для офиса', 'Flowers for the office']),
    assignedById: 7,
    companyId: company,
    contactIds: [irina],
    stageId: 'PREPARATION',
    opportunity: 42_000,
    ufCrmCity: pick(['Казань', 'Kazan']),
  })
  add(DEAL, 40, {
    title: pick(['Свадебное оформление', 'Wedding decoration']),
    assignedById: 9,
    contactIds: [oleg],
    stageId: 'WON',
    opportunity: 118_500,
  })
  add(DEAL, 12, {
    title: pick(['Ремонт холодильной витрины', 'Display fridge repair']),
    assignedById: 15,
    contactIds: [oleg],
    categoryId: 1,
    stageId: 'C1:UC_DIAG01',
  })
  if (state.crmMode === 'simple') return
  add(LEAD, 20, {
    title: pick(['Звонок с сайта', 'Call from the website']),
    name: pick(['Наталья', 'Natalia']),
    assignedById: 9,
    sourceId: 'CALL',
    fm: [phone('+79000001003')],
  })
  add(LEAD, 6, {
    title: pick(['Заявка: корпоративные подарки', 'Request: corporate gifts']),
    name: pick(['Глеб', 'Gleb']),
    assignedById: 7,
    sourceId: 'WEB',
    stageId: 'IN_PROCESS',
    fm: [email('gleb@birch.example')],
  })
}
