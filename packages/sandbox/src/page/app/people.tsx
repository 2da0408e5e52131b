import { useState } from 'preact/hooks'
import { employeeName, listOf, moment, text, titleOf } from './format.ts'
import type { Item, PhpMap, PortalData } from './portal-api.ts'
import { usePreferences } from './preferences.ts'
import { pathOf } from './route.ts'

const MOST_ROWS = 300

/** Contacts or companies as a table with a search over name, phone and e-mail. */
export function PeopleList({ kind, data }: { kind: 'contact' | 'company'; data: PortalData }) {
  const { texts, language } = usePreferences()
  const [search, setSearch] = useState('')
  const wanted = search.trim().toLowerCase()
  const rows = listOf(data, kind)
    .filter((item) =>
      `${titleOf(kind, item, texts)} ${reach(item, 'PHONE')} ${reach(item, 'EMAIL')}`
        .toLowerCase()
        .includes(wanted),
    )
    .toReversed()
    .slice(0, MOST_ROWS)
  return (
    <section aria-labelledby="people-title">
      <div class="page-head">
        <h1 id="people-title">{texts.nav[kind]}</h1>
        <label class="search">
          <span>{texts.search}</span>
          <input type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
        </label>
      </div>
      {rows.length === 0 ? (
        <p class="empty">{texts.noRecords}</p>
      ) : (
        <div class="table-frame">
          <table>
            <thead>
              <tr>
                <th scope="col">{kind === 'contact' ? texts.name : texts.title}</th>
                <th scope="col">{texts.phone}</th>
                <th scope="col">{texts.email}</th>
                <th scope="col">{texts.responsible}</th>
                <th scope="col">{texts.fields['createdTime']}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((item) => (
                <tr key={item.id}>
                  <th scope="row">
                    <a href={pathOf({ kind, id: item.id })}>{titleOf(kind, item, texts)}</a>
                  </th>
                  <td>{reach(item, 'PHONE') || '—'}</td>
                  <td>{reach(item, 'EMAIL') || '—'}</td>
                  <td>{employeeName(data, item['assignedById'])}</td>
                  <td>{moment(text(item['createdTime']), language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function reach(item: Item, typeId: string): string {
  const rows = Array.isArray(item['fm']) ? (item['fm'] as PhpMap[]) : []
  return rows
    .filter((row) => row['typeId'] === typeId)
    .map((row) => text(row['value']))
    .join(', ')
}
