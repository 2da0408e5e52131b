import type { Role } from '@trunkline/contracts/http/people'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { useSession } from './stores/session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name in the texts, for the tab's title. */
    title?: string
    /** Needs no session. */
    open?: boolean
    /** The least role that may see it; operator when left out. */
    role?: Role
  }
}

type Page = NonNullable<RouteRecordRaw['component']>

/** A page by its name: where it is, what its tab is called, and who may see it. */
const page = (path: string, name: string, title: string, component: Page, role?: Role): RouteRecordRaw => ({
  path,
  name,
  component,
  meta: { title, ...(role ? { role } : {}) },
})
/** A page that only those who set up may see. */
const setting = (path: string, name: string, title: string, component: Page): RouteRecordRaw =>
  page(path, name, title, component, 'administrator')
/** A page for those who have no session. */
const entrance = (path: string, name: string, title: string, component: Page): RouteRecordRaw => ({
  path,
  name,
  component,
  meta: { title, open: true },
})

const home = () => import('./pages/home/HomePage.vue')
const inbox = () => import('./pages/inbox/InboxPage.vue')
const journal = () => import('./pages/journal/JournalPage.vue')
const channels = () => import('./pages/channels/ChannelsPage.vue')
const newChannel = () => import('./pages/channels/NewChannelPage.vue')
const channel = () => import('./pages/channels/ChannelPage.vue')
const integrations = () => import('./pages/integrations/IntegrationsPage.vue')
const portals = () => import('./pages/integrations/PortalsPage.vue')
const reconciliation = () => import('./pages/reconciliation/ReconciliationPage.vue')
const settings = () => import('./pages/settings/SettingsPage.vue')
const members = () => import('./pages/members/MembersPage.vue')
const audit = () => import('./pages/audit/AuditPage.vue')
const profile = () => import('./pages/profile/ProfilePage.vue')
const notFound = () => import('./pages/NotFoundPage.vue')

/** The stable address of the integration (CHAT-04); `?integration=ID` says which one, where there are several. */
const BITRIX24 = 'integrations/bitrix24'

const routes: RouteRecordRaw[] = [
  entrance('/setup', 'setup', 'entrance.setup.title', () => import('./pages/entrance/SetupPage.vue')),
  entrance('/sign-in', 'sign-in', 'entrance.signIn.title', () => import('./pages/entrance/SignInPage.vue')),
  // A tab of its own, opened from our frame inside Bitrix24.
  page(
    '/link-portal',
    'link-portal',
    'members.link.title',
    () => import('./pages/members/LinkPortalPage.vue'),
  ),
  {
    path: '/',
    component: () => import('./parts/shell/AppShell.vue'),
    children: [
      page('', 'home', 'shell.nav.home', home),
      page('inbox/:id?', 'inbox', 'shell.nav.inbox', inbox),
      page('journal/:eventId?', 'journal', 'shell.nav.journal', journal),
      setting('channels', 'channels', 'shell.nav.channels', channels),
      setting('channels/new/:type', 'channel-new', 'channels.new.title', newChannel),
      setting('channels/:id', 'channel', 'shell.nav.channels', channel),
      setting('integrations', 'integrations', 'shell.nav.integrations', integrations),
      {
        ...setting(BITRIX24, 'bitrix24', 'integrations.bitrix24.title', portals),
        alias: '/integration_list/bitrix24',
      },
      setting(`${BITRIX24}/reconciliation`, 'reconciliation', 'reconciliation.title', reconciliation),
      {
        ...setting(`${BITRIX24}/:section`, 'settings', 'settings.title', settings),
        alias: '/settings/:section',
      },
      { path: 'settings', redirect: { name: 'settings', params: { section: 'main' } } },
      setting('members', 'members', 'shell.nav.members', members),
      setting('audit', 'audit', 'shell.nav.audit', audit),
      page('profile', 'profile', 'shell.nav.profile', profile),
      page(':rest(.*)*', 'not-found', 'shell.notFound.title', notFound),
    ],
  },
]

export const router = createRouter({
  history: createWebHistory('/cabinet/'),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

/** Where to go after signing in: the page that was asked for. Only addresses of the cabinet itself. */
export function nextAfterSignIn(next: unknown): string {
  return typeof next === 'string' && next.startsWith('/') && !next.startsWith('//') ? next : '/'
}

router.beforeEach(async (to) => {
  const session = useSession()
  if (session.me === null) {
    // The redirect below comes back here: the stranger of this visit is not asked for twice.
    const state =
      to.redirectedFrom && to.meta.open && session.standing ? session.standing : await session.load()
    if (state === 'setup') return to.name === 'setup' || { name: 'setup' }
    if (state === 'signed-out' && to.name !== 'sign-in') {
      return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
    }
    if (state === 'signed-out') return true
  }
  if (to.name === 'sign-in' || to.name === 'setup') return nextAfterSignIn(to.query.next)
  if (to.meta.role && !session.atLeast(to.meta.role)) return { name: 'home' }
  return true
})
