/**
 * Applications that people install and open at the portal's screen: the form that opens a frame, the install page, its end.
 * Source: reference/bitrix24.md §1.5 and §1.6.
 */
import type { RegisteredApp } from './auth-server.ts'
import type { PortalCore } from './portal-core.ts'
import type { Employee, Install } from './portal-state.ts'
import { newToken } from './random.ts'
import { RestError } from './rest-error.ts'

/** A frame about to be opened: what the portal's page posts into it, and what its `BX24` is told. */
export interface AppFrame {
  /** The application's address with DOMAIN, PROTOCOL, LANG and APP_SID in the query. */
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  /** Name of the frame: the library reads the portal's address and the frame's own id from it. */
  readonly name: string
  readonly isInstalling: boolean
  readonly isAdmin: boolean
  readonly language: string
}

/** An application as the page lists it. */
export interface AppOffer {
  readonly clientId: string
  readonly title: string
  readonly scope: readonly string[]
  /** `none`, `unfinished` while its install page has not said that it is done, or `installed`. */
  readonly state: 'none' | 'unfinished' | 'installed'
  readonly hasInstallPage: boolean
  readonly hasMainPage: boolean
}

/** Every application that was registered, whether or not this portal has it. */
export function appOffers(core: PortalCore): AppOffer[] {
  return core.auth.apps().map((app) => {
    const install = core.install(app.clientId)
    return {
      clientId: app.clientId,
      title: app.title,
      scope: app.scope,
      state: !install?.isActive ? 'none' : install.isUnfinished === true ? 'unfinished' : 'installed',
      hasInstallPage: app.installUrl !== undefined,
      hasMainPage: app.mainUrl !== undefined,
    }
  })
}

/**
 * An administrator presses "Install". With an install page: the frame to open, and the installation stays unfinished
 * until the page says so. Without one (API only): ONAPPINSTALL is posted and the installation is complete at once.
 * @throws RestError 403 for whoever is no administrator, 404 for an unknown application.
 */
export function beginInstall(core: PortalCore, clientId: string, userId: number): AppFrame | null {
  const app = registered(core, clientId)
  const employee = worker(core, userId)
  if (!employee.isAdmin)
    throw new RestError(
      403,
      'ACCESS_DENIED',
      'Only an administrator of the portal may install an application',
    )
  if (app.installUrl === undefined) {
    core.installApp(clientId, userId)
    return null
  }
  const install = core.installApp(clientId, userId, { isUnfinished: true })
  return frameOf(core, app, install, employee, app.installUrl, true)
}

/** The install page said that it is done: events flow from now on, ONAPPINSTALL is announced. */
export function finishInstall(core: PortalCore, clientId: string): void {
  const install = core.install(clientId)
  if (install?.isUnfinished !== true) return
  delete install.isUnfinished
  core.announceInstall(install)
}

/**
 * An employee opens the application.
 * @throws RestError 404 for one that is not installed or has no page, 403 while its installation is unfinished.
 */
export function openApp(core: PortalCore, clientId: string, userId: number): AppFrame {
  const app = registered(core, clientId)
  const employee = worker(core, userId)
  const install = core.install(clientId)
  if (!install?.isActive || app.mainUrl === undefined)
    throw new RestError(404, 'NOT_INSTALLED', 'Application not installed')
  if (install.isUnfinished === true)
    throw new RestError(403, 'ACCESS_DENIED', 'The installation is not finished')
  return frameOf(core, app, install, employee, app.mainUrl, false)
}

function frameOf(
  core: PortalCore,
  app: RegisteredApp,
  install: Install,
  employee: Employee,
  url: string,
  isInstalling: boolean,
): AppFrame {
  const { state, auth } = core
  const portal = new URL(core.url())
  const appSid = newToken(16)
  const protocol = portal.protocol === 'https:' ? '1' : '0'
  const action = new URL(url)
  const query = { DOMAIN: portal.host, PROTOCOL: protocol, LANG: state.language, APP_SID: appSid }
  for (const [name, value] of Object.entries(query)) action.searchParams.set(name, value)
  const pair = auth.issuePair({ clientId: app.clientId, memberId: state.memberId, userId: employee.id })
  return {
    action: action.href,
    fields: {
      AUTH_ID: pair.access_token,
      AUTH_EXPIRES: String(pair.expires_in),
      REFRESH_ID: pair.refresh_token,
      SERVER_ENDPOINT: pair.server_endpoint,
      APPLICATION_TOKEN: install.applicationToken,
      APPLICATION_SCOPE: app.scope.join(','),
      member_id: state.memberId,
      status: pair.status,
      PLACEMENT: 'DEFAULT',
      PLACEMENT_OPTIONS: JSON.stringify({ URI: '/apps/' }),
    },
    name: `${portal.host}|${protocol}|${appSid}`,
    isInstalling,
    isAdmin: employee.isAdmin,
    language: state.language,
  }
}

function registered(core: PortalCore, clientId: string): RegisteredApp {
  const app = core.auth.app(clientId)
  if (!app) throw new RestError(404, 'APPLICATION_NOT_FOUND', 'Application not found')
  return app
}

function worker(core: PortalCore, userId: number): Employee {
  const employee = core.state.employees.find(({ id, isActive }) => id === userId && isActive)
  if (!employee) throw new RestError(404, 'NOT_FOUND', `No active employee ${userId}`)
  return employee
}
