import type { Me, Role } from '@trunkline/contracts/http/people'
import { defineStore } from 'pinia'
import { ApiProblem, api, request } from '../api/client.ts'
import { setLocale } from '../i18n.ts'

const RANK: Record<Role, number> = { operator: 0, administrator: 1, owner: 2 }

/** What a visitor without a session is: one who may sign in, or the first of a server that has no owner yet. */
export type Standing = 'signed-out' | 'setup'

/** Who is signed in. `me` is null until {@link load} has asked, and again after signing out. */
export const useSession = defineStore('session', {
  state: () => ({ me: null as Me | null, standing: null as Standing | null }),
  getters: {
    /** Whether the person has at least this role; each role includes the ones below it. */
    atLeast: (state) => (role: Role) => state.me !== null && RANK[state.me.role] >= RANK[role],
  },
  actions: {
    /**
     * Asks the server who is there.
     * @returns `signed-in`, `signed-out`, or `setup` when the server has no owner yet.
     * @throws {ApiProblem} when the server cannot say (it is down or starting).
     */
    async load(): Promise<'signed-in' | Standing> {
      try {
        this.me = await request<Me>('GET', '/api/me', { allowSignedOut: true })
        await setLocale(this.me.locale)
        return 'signed-in'
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.status !== 401) throw error
      }
      this.me = null
      const setup = await api.get<{ needsOwner: boolean }>('/api/setup')
      this.standing = setup.needsOwner ? 'setup' : 'signed-out'
      return this.standing
    },
    /** Forgets who was there; the cookie is ended by the server. */
    async signOut(): Promise<void> {
      await request('POST', '/api/auth/sign-out', { body: {}, allowSignedOut: true })
      this.me = null
    },
    forget(): void {
      this.me = null
    },
  },
})
