import { initials } from './format.ts'
import { type Employee, type PortalData, portalApi } from './portal-api.ts'
import { useTexts } from './preferences.ts'
import type { LivePortal } from './use-live.ts'

/** The staff, where a person may be dismissed or refuse notices: both change what Trunkline may do. */
export function EmployeeList({ live, data }: { live: LivePortal; data: PortalData }) {
  const texts = useTexts()
  const change = async (id: number, what: Partial<Employee>): Promise<void> => {
    await portalApi.employee(id, what)
    await live.refresh()
  }
  const department = (ids: readonly number[]): string =>
    data.departments
      .filter(({ id }) => ids.includes(id))
      .map(({ name }) => name)
      .join(', ')
  return (
    <section aria-labelledby="employees-title">
      <div class="page-head">
        <h1 id="employees-title">{texts.nav.employees}</h1>
      </div>
      <ul class="staff">
        {data.employees.map((one) => {
          const name = `${one.name} ${one.lastName}`.trim()
          return (
            <li key={one.id} class={one.isActive ? '' : 'gone'}>
              <span class="avatar big" aria-hidden="true">
                {initials(name)}
              </span>
              <div>
                <strong>{name}</strong>
                <p>
                  {one.position} · {department(one.departmentIds)}
                </p>
                <p>
                  <span class={`tag ${one.isActive ? 'good' : 'bad'}`}>
                    {one.isActive ? texts.active : texts.dismissed}
                  </span>
                  {one.isAdmin && <span class="tag">{texts.admin}</span>}
                  {one.refusesNotices && <span class="tag">{texts.refusesNotices}</span>}
                </p>
              </div>
              <div class="acts">
                <button
                  type="button"
                  class={one.isActive ? 'quiet danger' : 'quiet'}
                  aria-label={`${one.isActive ? texts.dismiss : texts.takeBack}: ${name}`}
                  onClick={() => void change(one.id, { isActive: !one.isActive })}
                >
                  {one.isActive ? texts.dismiss : texts.takeBack}
                </button>
                <button
                  type="button"
                  class="quiet"
                  aria-label={`${one.refusesNotices ? texts.noticesOn : texts.noticesOff}: ${name}`}
                  onClick={() => void change(one.id, { refusesNotices: !one.refusesNotices })}
                >
                  {one.refusesNotices ? texts.noticesOn : texts.noticesOff}
                </button>
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
