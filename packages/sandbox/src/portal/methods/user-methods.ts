/** Portal users and departments. Source: reference/bitrix24.md §1.9 (levels of the user scope) and §5. */
import { compileFilter, flatDialect, ordered, paged } from '../crm-filter.ts'
import type { Answer, Call, MethodTable } from '../method.ts'
import { elementsOf, intOf, isArray, mapOf, type PhpMap, textOf } from '../php-values.ts'
import type { Department, Employee } from '../portal-state.ts'
import { portalDateTime } from '../portal-time.ts'

const LABELS: Readonly<Record<string, string>> = {
  ID: 'ID',
  XML_ID: 'External ID',
  ACTIVE: 'Active',
  NAME: 'First name',
  LAST_NAME: 'Last name',
  SECOND_NAME: 'Middle name',
  EMAIL: 'E-mail',
  PERSONAL_MOBILE: 'Mobile phone',
  WORK_PHONE: 'Work phone',
  WORK_POSITION: 'Position',
  UF_DEPARTMENT: 'Departments',
  UF_PHONE_INNER: 'Extension',
  IS_ONLINE: 'Online',
  TIME_ZONE: 'Time zone',
  USER_TYPE: 'User type',
}

/** Keys that the narrowest level `user_brief` shows; contacts come with `user_basic`. */
const BRIEF = [
  'ID',
  'XML_ID',
  'ACTIVE',
  'NAME',
  'LAST_NAME',
  'SECOND_NAME',
  'WORK_POSITION',
  'UF_DEPARTMENT',
  'UF_PHONE_INNER',
  'IS_ONLINE',
  'TIME_ZONE',
  'USER_TYPE',
]

const FILTERS = {
  ID: 'number',
  ACTIVE: 'text',
  NAME: 'text',
  LAST_NAME: 'text',
  SECOND_NAME: 'text',
  EMAIL: 'text',
  PERSONAL_MOBILE: 'text',
  WORK_PHONE: 'text',
  WORK_POSITION: 'text',
  UF_DEPARTMENT: 'number',
  UF_PHONE_INNER: 'text',
  USER_TYPE: 'text',
  UF_DEPARTMENT_NAME: 'text',
} as const

export const USER_METHODS: MethodTable = {
  profile: ({ core, caller: { employee } }) => ({
    result: {
      ID: String(employee.id),
      ADMIN: employee.isAdmin,
      NAME: employee.name,
      LAST_NAME: employee.lastName,
      PERSONAL_GENDER: '',
      TIME_ZONE: core.state.utcOffsetMinutes === 180 ? 'Europe/Moscow' : '',
    },
  }),
  'user.admin': ({ caller }) => ({ result: caller.employee.isAdmin }),
  'user.current': (call) => ({ result: userRow(call, call.caller.employee) }),
  'user.fields': (call) => ({
    result: Object.fromEntries(Object.entries(LABELS).filter(([name]) => isVisible(call, name))),
  }),
  'user.get': (call) => userList(call, mapOf(call.params['FILTER'])),
  'user.search': (call) => {
    const { FIND: find, ...filter } = mapOf(call.params['FILTER'])
    const wanted = textOf(find).toLowerCase()
    return userList(call, { ...filter }, (employee) =>
      `${employee.name} ${employee.lastName} ${employee.position}`.toLowerCase().includes(wanted),
    )
  },
  'department.get': (call) => {
    const { params, core } = call
    const dialect = flatDialect(
      { ID: 'number', NAME: 'text', SORT: 'number', PARENT: 'number', UF_HEAD: 'number' },
      core.state.utcOffsetMinutes,
    )
    const filter = Object.fromEntries(
      ['ID', 'NAME', 'SORT', 'PARENT', 'UF_HEAD'].flatMap((name) =>
        params[name] === undefined ? [] : [[name, params[name]]],
      ),
    ) as PhpMap
    const matches = compileFilter(filter, dialect)
    const order = { [textOf(params['sort']) || 'SORT']: textOf(params['order']) || 'ASC' }
    return answer(
      paged(
        ordered(core.state.departments.map(departmentRow).filter(matches), order, dialect),
        params['START'],
      ),
    )
  },
}

function userList(call: Call, filter: PhpMap, also: (employee: Employee) => boolean = () => true): Answer {
  const { core, params } = call
  const dialect = flatDialect(FILTERS, core.state.utcOffsetMinutes)
  const matches = compileFilter(activeAsText(filter), dialect)
  const rows = core.state.employees
    .filter((employee) => also(employee) && matches(filterRow(call, employee)))
    .map((employee) => userRow(call, employee))
  const order = { [textOf(params['sort']).toUpperCase() || 'ID']: textOf(params['order']) || 'ASC' }
  const page = paged(ordered(rows, order, dialect), params['start'])
  const select = elementsOf(params['select']).map((name) => textOf(name))
  const selected =
    select.length === 0 || select.includes('*')
      ? page.rows
      : page.rows.map((row) =>
          Object.fromEntries(Object.entries(row).filter(([name]) => name === 'ID' || select.includes(name))),
        )
  return answer({ ...page, rows: selected })
}

/** `ACTIVE` is filtered by true, 1, Y or their opposites. */
function activeAsText(filter: PhpMap): PhpMap {
  const entries = Object.entries(filter).map(([key, value]): [string, PhpMap[string]] => {
    if (!/^[=!]*ACTIVE$/.test(key) || isArray(value)) return [key, value]
    return [key, /^(y|1|true)$/i.test(value === true ? 'true' : textOf(value)) ? 'Y' : 'N']
  })
  return Object.fromEntries(entries)
}

function filterRow(call: Call, employee: Employee): PhpMap {
  const departments = call.core.state.departments.filter(({ id }) => employee.departmentIds.includes(id))
  return {
    ...fullRow(employee),
    ACTIVE: employee.isActive ? 'Y' : 'N',
    UF_DEPARTMENT_NAME: departments.map(({ name }) => name),
  }
}

function fullRow(employee: Employee): PhpMap {
  const row: PhpMap = {
    ID: String(employee.id),
    XML_ID: null,
    ACTIVE: employee.isActive,
    NAME: employee.name,
    LAST_NAME: employee.lastName,
    SECOND_NAME: employee.secondName,
    EMAIL: employee.email,
    PERSONAL_MOBILE: employee.mobile,
    WORK_PHONE: '',
    WORK_POSITION: employee.position,
    UF_DEPARTMENT: employee.departmentIds,
    UF_PHONE_INNER: employee.innerPhone,
    IS_ONLINE: employee.isActive ? 'Y' : 'N',
    TIME_ZONE: '',
    USER_TYPE: 'employee',
  }
  // A missing optional field is dropped from the row, not null. Source: reference/bitrix24.md §5.
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
}

function isVisible({ caller }: Call, name: string): boolean {
  return BRIEF.includes(name) || caller.scope.has('user') || caller.scope.has('user_basic')
}

function userRow(call: Call, employee: Employee): PhpMap {
  const row = Object.fromEntries(Object.entries(fullRow(employee)).filter(([name]) => isVisible(call, name)))
  if (call.caller.scope.has('user'))
    row['DATE_REGISTER'] = portalDateTime(Date.UTC(2024, 0, 15), call.core.state.utcOffsetMinutes)
  return row
}

function departmentRow(department: Department): PhpMap {
  return {
    ID: String(department.id),
    NAME: department.name,
    SORT: department.sort,
    ...(department.parentId === null ? {} : { PARENT: String(department.parentId) }),
    ...(department.headId === null ? {} : { UF_HEAD: String(department.headId) }),
  }
}

function answer(page: { rows: PhpMap[]; total?: number; next?: number }): Answer {
  const { rows, ...counts } = page
  return { result: rows, ...counts }
}

/** The employee named by a parameter, whatever PHP type its id has. */
export function employeeOf(call: Call, id: PhpMap[string] | undefined): Employee | undefined {
  const wanted = intOf(id)
  return call.core.state.employees.find((employee) => employee.id === wanted)
}
