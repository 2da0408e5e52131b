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

const routes: RouteRecordRaw[] = [
  {
    path: '/setup',
    name: 'setup',
    component: () => import('./pages/entrance/SetupPage.vue'),
    meta: { open: true, title: 'entrance.setup.title' },
  },
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('./pages/entrance/SignInPage.vue'),
    meta: { open: true, title: 'entrance.signIn.title' },
  },
  {
    // A tab of its own, opened from our frame inside Bitrix24.
    path: '/link-portal',
    name: 'link-portal',
    component: () => import('./pages/members/LinkPortalPage.vue'),
    meta: { title: 'members.link.title' },
  },
  {
    path: '/',
    component: () => import('./parts/shell/AppShell.vue'),
    children: [
      {
        path: '',
        name: 'home',
        component: () => import('./pages/home/HomePage.vue'),
        meta: { title: 'shell.nav.home' },
      },
      {
        path: 'inbox/:id?',
        name: 'inbox',
        component: () => import('./pages/inbox/InboxPage.vue'),
        meta: { title: 'shell.nav.inbox' },
      },
      {
        path: 'journal/:eventId?',
        name: 'journal',
        component: () => import('./pages/journal/JournalPage.vue'),
        meta: { title: 'shell.nav.journal' },
      },
      {
        path: 'channels',
        name: 'channels',
        component: () => import('./pages/channels/ChannelsPage.vue'),
        meta: { title: 'shell.nav.channels', role: 'administrator' },
      },
      {
        path: 'channels/new/:type',
        name: 'channel-new',
        component: () => import('./pages/channels/NewChannelPage.vue'),
        meta: { title: 'channels.new.title', role: 'administrator' },
      },
      {
        path: 'channels/:id',
        name: 'channel',
        component: () => import('./pages/channels/ChannelPage.vue'),
        meta: { title: 'shell.nav.channels', role: 'administrator' },
      },
      {
        path: 'integrations',
        name: 'integrations',
        component: () => import('./pages/integrations/IntegrationsPage.vue'),
        meta: { title: 'shell.nav.integrations', role: 'administrator' },
      },
      {
        // The stable address of the integration (CHAT-04), and a shorter one.
        path: 'integrations/bitrix24',
        alias: '/integration_list/bitrix24',
        name: 'bitrix24',
        component: () => import('./pages/integrations/PortalsPage.vue'),
        meta: { title: 'integrations.bitrix24.title', role: 'administrator' },
      },
      {
        path: 'integrations/bitrix24/reconciliation',
        name: 'reconciliation',
        component: () => import('./pages/reconciliation/ReconciliationPage.vue'),
        meta: { title: 'reconciliation.title', role: 'administrator' },
      },
      {
        path: 'integrations/bitrix24/:section',
        alias: '/settings/:section',
        name: 'settings',
        component: () => import('./pages/settings/SettingsPage.vue'),
        meta: { title: 'settings.title', role: 'administrator' },
      },
      { path: 'settings', redirect: { name: 'settings', params: { section: 'main' } } },
      {
        path: 'members',
        name: 'members',
        component: () => import('./pages/members/MembersPage.vue'),
        meta: { title: 'shell.nav.members', role: 'administrator' },
      },
      {
        path: 'audit',
        name: 'audit',
        component: () => import('./pages/audit/AuditPage.vue'),
        meta: { title: 'shell.nav.audit', role: 'administrator' },
      },
      {
        path: 'profile',
        name: 'profile',
        component: () => import('./pages/profile/ProfilePage.vue'),
        meta: { title: 'shell.nav.profile' },
      },
      {
        path: ':rest(.*)*',
        name: 'not-found',
        component: () => import('./pages/NotFoundPage.vue'),
        meta: { title: 'shell.notFound.title' },
      },
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
