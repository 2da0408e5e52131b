import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { CrmMode } from '@trunkline/contracts/crm/facts'
import { HubError } from '@trunkline/contracts/errors'
import { idOf, isRecord, isYes, listOf, numberOf, recordOf, textOf } from '../client/answer.ts'
import { ENTITY_TYPE_IDS } from '../crm/entity-types.ts'
import { readResult } from '../crm/read-result.ts'
import type { CommandAnswer, GroupAnswer, Priority, Pump, PumpCommand } from '../pump/pump-contract.ts'
import type {
  Directory,
  PortalDepartment,
  PortalPipeline,
  PortalSource,
  PortalStage,
  PortalUser,
} from './directory.ts'
import { fieldsCommand, portalFields } from './read-fields.ts'

/** What the product needs on a portal. `user_basic` or `user` will do for people. */
export const NEEDED_SCOPES = ['crm', 'im', 'user_basic', 'department'] as const

const PAGE = 50
const MAX_COMMANDS = 50
const DEAL = 2
const ENTITIES = Object.keys(ENTITY_TYPE_IDS) as EntityType[]

/**
 * Reads what settings choose from: people, departments, pipelines with stages, sources, fields of cards, CRM mode,
 * and who we are.
 *
 * One batch for a portal of up to 50 people, two up to 2,400. What a missing scope hides comes back empty and is named
 * in `missingScopes`. Throws HubError when the portal cannot be asked or closes CRM to us.
 */
export async function fetchDirectory(
  pump: Pump,
  options: { readonly priority?: Priority; readonly signal?: AbortSignal } = {},
): Promise<Directory> {
  const ask = (commands: readonly PumpCommand[]) =>
    pump.group(commands, {
      priority: options.priority ?? 3,
      writes: false,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
  const first = await ask([
    { name: 'profile', method: 'profile' },
    { name: 'scope', method: 'scope' },
    { name: 'app', method: 'app.info' },
    { name: 'mode', method: 'crm.settings.mode.get' },
    { name: 'statuses', method: 'crm.status.list' },
    { name: 'categories', method: 'crm.category.list', params: { entityTypeId: DEAL } },
    ...ENTITIES.map(fieldsCommand),
    usersPage(0),
    departmentsPage(0),
  ])
  const scopes = listOf(readResult(first, 'scope')).flatMap((scope) => textOf(scope) ?? [])
  const missingScopes = missing(scopes)
  const users = [...optionalList(first, 'users0')]
  const departments = [...optionalList(first, 'departments0')]
  const more = [
    ...pagesAfter(first, 'users0').map(usersPage),
    ...pagesAfter(first, 'departments0').map(departmentsPage),
  ]
  for (let from = 0; from < more.length; from += MAX_COMMANDS) {
    const commands = more.slice(from, from + MAX_COMMANDS)
    const answer = await ask(commands)
    for (const { name } of commands) {
      ;(name.startsWith('users') ? users : departments).push(...listOf(readResult(answer, name)))
    }
  }
  const statuses = listOf(readResult(first, 'statuses')).filter(isRecord)
  return {
    users: users.flatMap(portalUser),
    departments: departments.flatMap(portalDepartment),
    pipelines: pipelinesOf(statuses, readResult(first, 'categories')),
    sources: sourcesOf(statuses),
    fields: ENTITIES.flatMap((entity) => portalFields(entity, fieldsAnswer(first, entity), statuses)),
    crmMode: crmModeOf(readResult(first, 'mode')),
    actingUser: actingUserOf(readResult(first, 'profile')),
    licence: licenceOf(first['app']),
    scopes,
    missingScopes,
  }
}

/** Fields of a kind of card, or nothing when the portal refuses that kind to us: the rest is still worth having. */
function fieldsAnswer(answer: GroupAnswer, entity: EntityType): unknown {
  const row = answer[`fields${entity}`]
  return row?.outcome === 'failed' && row.error.kind === 'permanent'
    ? undefined
    : readResult(answer, `fields${entity}`)
}

/** Those of NEEDED_SCOPES that a list of granted scopes lacks; the full `user` scope covers `user_basic`. */
export function missing(granted: readonly string[]): readonly string[] {
  return NEEDED_SCOPES.filter(
    (scope) => !granted.includes(scope) && !(scope === 'user_basic' && granted.includes('user')),
  )
}

function usersPage(start: number): PumpCommand {
  return {
    name: `users${start}`,
    method: 'user.get',
    params: { sort: 'ID', order: 'ASC', FILTER: { USER_TYPE: 'employee' }, start },
  }
}

function departmentsPage(start: number): PumpCommand {
  return {
    name: `departments${start}`,
    method: 'department.get',
    params: { sort: 'ID', order: 'ASC', START: start },
  }
}

/** Starts of the pages after the first. */
function pagesAfter(answer: GroupAnswer, name: string): readonly number[] {
  const row = answer[name]
  if (row?.outcome !== 'done' || row.next === undefined) return []
  const total = row.total ?? row.next + 1
  return Array.from({ length: Math.ceil(total / PAGE) - 1 }, (_, index) => (index + 1) * PAGE)
}

/** The rows, or none when the scope for them was not granted. */
function optionalList(answer: GroupAnswer, name: string): readonly unknown[] {
  const row = answer[name]
  if (row?.outcome === 'failed' && row.error.code === 'portal/insufficient-scope') return []
  return listOf(readResult(answer, name))
}

function portalUser(row: unknown): readonly PortalUser[] {
  const user = recordOf(row)
  const id = idOf(user['ID'])
  if (id === undefined) return []
  const firstName = textOf(user['NAME'])?.trim() ?? ''
  const surname = textOf(user['LAST_NAME'])?.trim() ?? ''
  const email = textOf(user['EMAIL'])
  return [
    {
      id,
      name: [firstName, surname].filter((part) => part !== '').join(' ') || email || `#${id}`,
      hasSurname: surname !== '',
      active: isYes(user['ACTIVE']),
      email,
      position: textOf(user['WORK_POSITION']),
      innerPhone: textOf(user['UF_PHONE_INNER']),
      photoUrl: textOf(user['PERSONAL_PHOTO']),
      departmentIds: listOf(user['UF_DEPARTMENT']).flatMap((one) => idOf(one) ?? []),
    },
  ]
}

function portalDepartment(row: unknown): readonly PortalDepartment[] {
  const department = recordOf(row)
  const id = idOf(department['ID'])
  if (id === undefined) return []
  return [
    {
      id,
      name: textOf(department['NAME']) ?? `#${id}`,
      parentId: idOf(department['PARENT']),
      headId: idOf(department['UF_HEAD']),
    },
  ]
}

function pipelinesOf(
  statuses: readonly Readonly<Record<string, unknown>>[],
  categories: unknown,
): readonly PortalPipeline[] {
  const stagesOf = (entityId: string): readonly PortalStage[] =>
    statuses
      .filter((row) => row['ENTITY_ID'] === entityId)
      .flatMap(portalStage)
      .toSorted((a, b) => a.sort - b.sort)
  const deals = listOf(recordOf(categories)['categories'])
    .filter(isRecord)
    .toSorted((a, b) => (numberOf(a['sort']) ?? 0) - (numberOf(b['sort']) ?? 0))
    .map((category): PortalPipeline => {
      // The general pipeline has id 0, which is a number here and no "absent".
      const id = String(numberOf(category['id']) ?? 0)
      return {
        entity: 'deal',
        id,
        name: textOf(category['name']) ?? `#${id}`,
        isDefault: isYes(category['isDefault']),
        stages: stagesOf(id === '0' ? 'DEAL_STAGE' : `DEAL_STAGE_${id}`),
      }
    })
  const leadStages = stagesOf('STATUS')
  const leads: PortalPipeline[] =
    leadStages.length === 0
      ? []
      : [{ entity: 'lead', id: 'lead', name: 'lead', isDefault: true, stages: leadStages }]
  return [...deals, ...leads]
}

function portalStage(row: Readonly<Record<string, unknown>>): readonly PortalStage[] {
  const id = textOf(row['STATUS_ID'])
  if (id === undefined) return []
  // `SEMANTICS` is null while in progress. Source: reference/bitrix24.md §4.5.
  const semantics = textOf(row['SEMANTICS']) ?? textOf(recordOf(row['EXTRA'])['SEMANTICS'])
  return [
    {
      id,
      name: textOf(row['NAME']) ?? id,
      sort: numberOf(row['SORT']) ?? 0,
      semantics: stageSemantics(semantics),
      color: textOf(row['COLOR']) ?? textOf(recordOf(row['EXTRA'])['COLOR']),
    },
  ]
}

function stageSemantics(code: string | undefined): PortalStage['semantics'] {
  switch (code) {
    case 'S':
    case 'success':
      return 'won'
    case 'F':
    case 'failure':
    case 'apology':
      return 'lost'
    default:
      return 'open'
  }
}

function sourcesOf(statuses: readonly Readonly<Record<string, unknown>>[]): readonly PortalSource[] {
  return statuses
    .filter((row) => row['ENTITY_ID'] === 'SOURCE')
    .toSorted((a, b) => (numberOf(a['SORT']) ?? 0) - (numberOf(b['SORT']) ?? 0))
    .flatMap((row) => {
      const id = textOf(row['STATUS_ID'])
      return id === undefined ? [] : [{ id, name: textOf(row['NAME']) ?? id }]
    })
}

/** The rest of the directory is worth having without it. */
function licenceOf(row: CommandAnswer | undefined): string | undefined {
  return row?.outcome === 'done' ? textOf(recordOf(row.result)['LICENSE']) : undefined
}

/** `1` classic, `2` simple. */
function crmModeOf(result: unknown): CrmMode {
  return numberOf(result) === 2 ? 'simple' : 'classic'
}

function actingUserOf(result: unknown): Directory['actingUser'] {
  const profile = recordOf(result)
  const id = idOf(profile['ID'])
  if (id === undefined)
    throw new HubError('portal/unknown-outcome', { detail: 'profile without an id', certain: false })
  const name = [textOf(profile['NAME']), textOf(profile['LAST_NAME'])].filter(Boolean).join(' ')
  return { id, name: name || `#${id}`, isAdmin: isYes(profile['ADMIN']) }
}
