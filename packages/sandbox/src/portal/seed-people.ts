/** The invented staff of the pretend company. Phones are from a range that no operator hands out. */
import type { Department, Employee, PortalState } from './portal-state.ts'

type Texts = readonly [ru: string, en: string]

interface Person {
  id: number
  name: Texts
  lastName: Texts
  position: Texts
  departmentId: number
  isAdmin?: true
  isDismissed?: true
}

const PEOPLE: readonly Person[] = [
  {
    id: 1,
    name: ['Анна', 'Anna'],
    lastName: ['Соколова', 'Sokolova'],
    position: ['Директор', 'Director'],
    departmentId: 1,
    isAdmin: true,
  },
  {
    id: 7,
    name: ['Дмитрий', 'Dmitry'],
    lastName: ['Орлов', 'Orlov'],
    position: ['Менеджер по продажам', 'Sales manager'],
    departmentId: 3,
  },
  {
    id: 9,
    name: ['Мария', 'Maria'],
    lastName: ['Кузнецова', 'Kuznetsova'],
    position: ['Менеджер по продажам', 'Sales manager'],
    departmentId: 3,
  },
  { id: 12, name: ['Тимур', 'Timur'], lastName: ['', ''], position: ['Стажёр', 'Trainee'], departmentId: 3 },
  {
    id: 15,
    name: ['Сергей', 'Sergey'],
    lastName: ['Лебедев', 'Lebedev'],
    position: ['Мастер', 'Technician'],
    departmentId: 5,
  },
  {
    id: 18,
    name: ['Ольга', 'Olga'],
    lastName: ['Белова', 'Belova'],
    position: ['Руководитель поддержки', 'Head of support'],
    departmentId: 5,
    isAdmin: true,
  },
  {
    id: 21,
    name: ['Павел', 'Pavel'],
    lastName: ['Громов', 'Gromov'],
    position: ['Менеджер', 'Manager'],
    departmentId: 3,
    isDismissed: true,
  },
]

const DEPARTMENTS: readonly { id: number; name: Texts; parentId: number | null; headId: number | null }[] = [
  { id: 1, name: ['Ромашка', 'Chamomile'], parentId: null, headId: 1 },
  { id: 3, name: ['Отдел продаж', 'Sales'], parentId: 1, headId: 7 },
  { id: 5, name: ['Поддержка', 'Support'], parentId: 1, headId: 18 },
]

export function seedPeople(state: PortalState): void {
  const pick = (texts: Texts): string => texts[state.language === 'ru' ? 0 : 1]
  state.departments = DEPARTMENTS.map(
    (row, index): Department => ({
      id: row.id,
      name: pick(row.name),
      sort: (index + 1) * 100,
      parentId: row.parentId,
      headId: row.headId,
    }),
  )
  state.employees = PEOPLE.map(
    (person): Employee => ({
      id: person.id,
      name: pick(person.name),
      lastName: pick(person.lastName),
      secondName: '',
      email: `${person.name[1].toLowerCase()}@chamomile.example`,
      mobile: `+7900000${String(person.id).padStart(4, '0')}`,
      innerPhone: String(100 + person.id),
      position: pick(person.position),
      departmentIds: [person.departmentId],
      isActive: !person.isDismissed,
      isAdmin: person.isAdmin ?? false,
      refusesNotices: false,
    }),
  )
}
