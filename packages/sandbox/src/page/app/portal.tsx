import { render } from 'preact'
import { ApplicationsPage } from './applications.tsx'
import { Board } from './board.tsx'
import { Card } from './card.tsx'
import { EmployeeList } from './employees.tsx'
import { FaultsPage } from './faults.tsx'
import { JournalPage } from './journal.tsx'
import { LimitsPage } from './limits.tsx'
import { NotificationList } from './notifications.tsx'
import { PeopleList } from './people.tsx'
import { PreferencesContext, useStoredPreferences } from './preferences.ts'
import { type Route, useRoute } from './route.ts'
import { Shell } from './shell.tsx'
import { type LivePortal, useLivePortal } from './use-live.ts'

/** The page of the pretend portal. */
export function App() {
  const preferences = useStoredPreferences(document.documentElement.lang)
  const route = useRoute()
  const live = useLivePortal()
  return (
    <PreferencesContext.Provider value={preferences}>
      <Shell route={route} live={live}>
        <Content route={route} live={live} />
      </Shell>
    </PreferencesContext.Provider>
  )
}

function Content({ route, live }: { route: Route; live: LivePortal }) {
  const { data } = live
  if (data === undefined) return null
  if ('kind' in route) return <Card key={`${route.kind}${route.id}`} {...route} live={live} data={data} />
  switch (route.section) {
    case 'lead':
    case 'deal':
      return <Board key={route.section} kind={route.section} live={live} data={data} />
    case 'contact':
    case 'company':
      return <PeopleList key={route.section} kind={route.section} data={data} />
    case 'employees':
      return <EmployeeList live={live} data={data} />
    case 'apps':
      return <ApplicationsPage live={live} data={data} />
    case 'notifications':
      return <NotificationList data={data} />
    case 'journal':
      return <JournalPage />
    case 'limits':
      return <LimitsPage live={live} data={data} />
    case 'faults':
      return <FaultsPage live={live} />
  }
}

const root = document.getElementById('app')
if (root !== null) render(<App />, root)
