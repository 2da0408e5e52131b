/** Adds, changes and deletes leads, deals, contacts and companies, with defaults, checks, history and events. */
import { fieldsOf } from './crm-fields.ts'
import { applyMultifields, type CrmInput } from './crm-input.ts'
import type { CrmStore } from './crm-store.ts'
import {
  COMPANY,
  CONTACT,
  type CrmEntity,
  DEAL,
  ENTITY_NAMES,
  type EntityTypeId,
  LEAD,
  type StageHistoryRow,
  type StatusRow,
} from './crm-types.ts'
import {
  type ApiFamily,
  invalidField,
  isEmptyUserValue,
  phpInt,
  requiredField,
  storedUserValue,
  storedValue,
} from './crm-values.ts'
import { elementsOf, type PhpMap, type PhpValue, textOf } from './php-values.ts'
import { takeId } from './portal-state.ts'
import { portalDate, portalDateTime } from './portal-time.ts'

/** Who writes, when, and where the news goes. */
export interface WriteContext {
  readonly store: CrmStore
  readonly now: number
  readonly userId: number
  readonly family: ApiFamily
  /** Announces an event by its upper-case name with the record's id. */
  announce(event: string, id: number): void
}

const DAY_MS = 86_400_000
const TITLES: Readonly<Record<EntityTypeId, { ru: string; en: string }>> = {
  [LEAD]: { ru: 'Лид', en: 'Lead' },
  [DEAL]: { ru: 'Сделка', en: 'Deal' },
  [CONTACT]: { ru: 'Контакт', en: 'Contact' },
  [COMPANY]: { ru: 'Компания', en: 'Company' },
}

export function createEntity(context: WriteContext, typeId: EntityTypeId, input: CrmInput): CrmEntity {
  const { store, userId, now } = context
  const { state } = store
  const values = emptyValues(typeId)
  const entity: CrmEntity = { id: 0, typeId, values, fm: [] }
  const given = assignFields(context, entity, input)
  for (const field of store.userFields(typeId)) {
    if (field.mandatory && isEmptyUserValue(values[field.fieldName]))
      throw requiredField(context.family, field.label)
  }
  linkClients(context, entity, given)
  const stage = stageFor(context, entity, given)
  entity.id = takeId(state, ENTITY_NAMES[typeId])
  const nowText = portalDateTime(now, state.utcOffsetMinutes)
  Object.assign(values, {
    id: entity.id,
    createdTime: nowText,
    updatedTime: nowText,
    createdBy: userId,
    updatedBy: userId,
    lastActivityTime: nowText,
    lastActivityBy: userId,
  })
  setDefaults(context, entity, given)
  if (stage) putStage(context, entity, stage, 1)
  entity.fm = applyMultifields([], input.multifields, () => takeId(state, 'multifield'))
  refreshDerived(entity)
  store.insert(entity)
  linkCompanies(context, entity)
  context.announce(`ONCRM${ENTITY_NAMES[typeId].toUpperCase()}ADD`, entity.id)
  if (typeId === LEAD && state.crmMode === 'simple') state.leadsToConvert.push(entity.id)
  return entity
}

export function updateEntity(context: WriteContext, entity: CrmEntity, input: CrmInput): void {
  const { store, now, userId } = context
  // Work on a copy first: a refused update must leave the record as it was.
  const draft: CrmEntity = { ...entity, values: { ...entity.values } }
  const given = assignFields(context, draft, input)
  for (const { field } of input.userFields) {
    if (field.mandatory && isEmptyUserValue(draft.values[field.fieldName]))
      throw requiredField(context.family, field.label)
  }
  linkClients(context, draft, given)
  const stage = stageFor(context, draft, given)
  const moved = stage && stage.statusId !== entity.values['stageId'] ? stage : undefined
  const changedPipeline = draft.values['categoryId'] !== entity.values['categoryId']
  store.change(entity, () => {
    entity.values = draft.values
    if (moved) putStage(context, entity, moved, changedPipeline ? 5 : moved.semantics ? 3 : 2)
    entity.fm = applyMultifields(entity.fm, input.multifields, () => takeId(store.state, 'multifield'))
    entity.values['updatedTime'] = portalDateTime(now, store.state.utcOffsetMinutes)
    entity.values['updatedBy'] = userId
    refreshDerived(entity)
  })
  linkCompanies(context, entity)
  context.announce(`ONCRM${ENTITY_NAMES[entity.typeId].toUpperCase()}UPDATE`, entity.id)
}

/** Removes a record with its activities and comments; others that point at a deleted contact or company let it go. */
export function deleteEntity(context: WriteContext, entity: CrmEntity): void {
  const { store } = context
  const { state } = store
  const name = ENTITY_NAMES[entity.typeId]
  store.remove(entity)
  state.activities = state.activities.filter(
    (activity) => activity.ownerTypeId !== entity.typeId || activity.ownerId !== entity.id,
  )
  state.comments = state.comments.filter(
    ({ entityType, entityId }) => entityType !== name || entityId !== entity.id,
  )
  if (entity.typeId === CONTACT) {
    for (const typeId of [LEAD, DEAL] as const) {
      for (const holder of store.byContact(typeId, entity.id)) {
        store.change(holder, ({ values }) => {
          const rest = elementsOf(values['contactIds']).filter((id) => id !== entity.id)
          values['contactIds'] = rest
          values['contactId'] = rest[0] ?? 0
        })
      }
    }
  }
  context.announce(`ONCRM${name.toUpperCase()}DELETE`, entity.id)
}

function emptyValues(typeId: EntityTypeId): PhpMap {
  const values: PhpMap = {}
  for (const { name, type } of fieldsOf(typeId)) {
    values[name] =
      type === 'ids' ? [] : type === 'ref' || type === 'double' ? 0 : type === 'flag' ? 'N' : null
  }
  return values
}

/** Writes the given fields into the record and tells which standard ones were given. */
function assignFields(context: WriteContext, entity: CrmEntity, input: CrmInput): ReadonlySet<string> {
  const given = new Set<string>()
  for (const { field, raw } of input.fields) {
    entity.values[field.name] = storedValue(context.store, field, raw, context.family)
    given.add(field.name)
  }
  for (const { field, raw } of input.userFields) {
    entity.values[field.fieldName] = storedUserValue(context.store, field, raw, context.family)
  }
  return given
}

function setDefaults(context: WriteContext, entity: CrmEntity, given: ReadonlySet<string>): void {
  const { store, now, userId } = context
  const { values, typeId } = entity
  const { state } = store
  const put = (name: string, value: PhpValue): void => {
    if (!given.has(name) && name in values) values[name] = value
  }
  if (textOf(values['title']) === '' && 'title' in values) {
    values['title'] = `${TITLES[typeId][state.language]} #${entity.id}`
  }
  put('assignedById', userId)
  put('opened', 'Y')
  put('currencyId', state.currency)
  put('sourceId', store.dictionary('SOURCE')[0]?.statusId ?? null)
  if (typeId === DEAL) {
    put('typeId', store.dictionary('DEAL_TYPE')[0]?.statusId ?? null)
    put('begindate', portalDate(now, state.utcOffsetMinutes))
    put('closedate', portalDate(now + 7 * DAY_MS, state.utcOffsetMinutes))
    const earlier = store.byContact(DEAL, phpInt(values['contactId']))
    const bought = earlier.some((deal) => deal.values['stageSemanticId'] === 'S')
    values['isReturnCustomer'] = bought ? 'Y' : 'N'
    values['isRepeatedApproach'] = earlier.length > 0 && !bought ? 'Y' : 'N'
  }
  if (typeId === CONTACT) put('typeId', store.dictionary('CONTACT_TYPE')[0]?.statusId ?? null)
  if (typeId === COMPANY) put('typeId', store.dictionary('COMPANY_TYPE')[0]?.statusId ?? null)
  if (typeId === CONTACT) put('export', 'Y')
  if (typeId === LEAD) {
    values['isReturnCustomer'] =
      phpInt(values['contactId']) > 0 || phpInt(values['companyId']) > 0 ? 'Y' : 'N'
  }
}

/** Keeps `contactId` = first of `contactIds` (and the same for a contact's companies); ghosts are refused. */
function linkClients(context: WriteContext, entity: CrmEntity, given: ReadonlySet<string>): void {
  const { values } = entity
  const pairs = [
    { one: 'contactId', many: 'contactIds', typeId: CONTACT },
    { one: 'companyId', many: 'companyIds', typeId: COMPANY },
  ] as const
  for (const { one, many, typeId } of pairs) {
    if (!given.has(one) && !given.has(many)) continue
    if (given.has(many) && many in values) {
      const ids = elementsOf(values[many])
      if (one in values) values[one] = ids[0] ?? 0
    } else if (many in values) {
      const primary = phpInt(values[one])
      const rest = elementsOf(values[many]).filter((id) => id !== primary)
      values[many] = primary > 0 ? [primary, ...rest] : []
    }
    const linked = many in values ? elementsOf(values[many]).map((id) => phpInt(id)) : [phpInt(values[one])]
    if (linked.some((id) => id > 0 && !context.store.get(typeId, id)))
      throw invalidField(context.family, given.has(many) ? many : one)
  }
}

/** The other side of contact ↔ company links. */
function linkCompanies({ store }: WriteContext, entity: CrmEntity): void {
  const mirror = (holder: CrmEntity | undefined, list: string, single: string): void => {
    if (!holder || elementsOf(holder.values[list]).includes(entity.id)) return
    store.change(holder, ({ values }) => {
      const ids = [...elementsOf(values[list]), entity.id]
      values[list] = ids
      if (single in values) values[single] = ids[0] ?? 0
    })
  }
  if (entity.typeId === CONTACT) {
    for (const id of elementsOf(entity.values['companyIds']))
      mirror(store.get(COMPANY, phpInt(id)), 'contactIds', 'contactId')
  }
  if (entity.typeId === COMPANY) {
    for (const id of elementsOf(entity.values['contactIds']))
      mirror(store.get(CONTACT, phpInt(id)), 'companyIds', 'companyId')
  }
}

/** The stage the record must stand on: the given one (refused when foreign), or the first of its pipeline. */
function stageFor(
  context: WriteContext,
  entity: CrmEntity,
  given: ReadonlySet<string>,
): StatusRow | undefined {
  const { store, family } = context
  const { values, typeId } = entity
  if (typeId === DEAL) {
    const categoryId = phpInt(values['categoryId'])
    if (!store.state.categories.some(({ id }) => id === categoryId)) throw invalidField(family, 'categoryId')
    values['categoryId'] = categoryId
  }
  const dictionary = store.stageDictionary(typeId, phpInt(values['categoryId']))
  if (dictionary === undefined) return undefined
  if (given.has('stageId') && textOf(values['stageId']) !== '') {
    const stage = store.status(dictionary, textOf(values['stageId']))
    if (!stage) throw invalidField(family, 'stageId')
    return stage
  }
  // A change of pipeline without a stage starts the new pipeline from its first stage.
  return store.status(dictionary, textOf(values['stageId'])) ?? store.dictionary(dictionary)[0]
}

function putStage(
  context: WriteContext,
  entity: CrmEntity,
  stage: StatusRow,
  kind: StageHistoryRow['kind'],
): void {
  const { store, now, userId } = context
  const { values, typeId, id } = entity
  const nowText = portalDateTime(now, store.state.utcOffsetMinutes)
  const semantics = stage.semantics ?? 'P'
  values['stageId'] = stage.statusId
  values['stageSemanticId'] = semantics
  values['movedBy'] = userId
  values['movedTime'] = nowText
  if (typeId === DEAL) {
    const wasClosed = values['closed'] === 'Y'
    values['closed'] = semantics === 'P' ? 'N' : 'Y'
    if (semantics !== 'P' && !wasClosed) values['closedate'] = portalDate(now, store.state.utcOffsetMinutes)
  } else {
    values['dateClosed'] = semantics === 'P' ? null : nowText
    values['isConvert'] = semantics === 'S' ? 'Y' : 'N'
  }
  store.state.stageHistory.push({
    id: takeId(store.state, 'stageHistory'),
    entityTypeId: typeId,
    kind,
    ownerId: id,
    createdAt: now,
    categoryId: phpInt(values['categoryId']),
    stageId: stage.statusId,
    semantics,
  })
}

function refreshDerived(entity: CrmEntity): void {
  const { values, fm } = entity
  if (!('hasPhone' in values)) return
  const has = (typeId: string): string => (fm.some((row) => row.typeId === typeId) ? 'Y' : 'N')
  values['hasPhone'] = has('PHONE')
  values['hasEmail'] = has('EMAIL')
  values['hasImol'] = fm.some((row) => row.typeId === 'IM' && row.value.startsWith('imol|')) ? 'Y' : 'N'
}
