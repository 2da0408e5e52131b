import { HubError } from '@trunkline/contracts/errors'
import type { UserId } from '@trunkline/contracts/ids'
import { type Locale, text } from '@trunkline/contracts/locale'
import type { Pool } from 'pg'
import { deleteSessionsMarked, deleteUserByEmail, loadUsers, type UserRow } from '../store/users.ts'
import type { AuthEngine } from './auth-engine.ts'
import { frameMark } from './frame-sign-in.ts'

/** People as the sign-in knows them; whether they belong to a workspace is said by its members. */
export interface Users {
  /** @throws HubError `request/duplicate` when the e-mail is taken. */
  createUser(person: { name: string; email: string; password: string; locale: Locale }): Promise<UserId>
  /** The people of these ids; an id without a person is left out. */
  users(ids: readonly UserId[]): Promise<Map<UserId, UserRow>>
  changeUser(userId: UserId, change: { name?: string; locale?: Locale }): Promise<void>
  /** Ends every session of a person: they must sign in again. */
  endSessions(userId: UserId): Promise<void>
  /** Ends what an employee of a portal has open in its frames; without an employee, what anybody of that portal has. */
  endFrameSessions(portalId: string, portalUserId?: string): Promise<void>
  /** Forgets a person with sessions, password and second factor. */
  removeUser(userId: UserId): Promise<void>
  /** Forgets whoever has this e-mail; for a set-up that broke off half-way. */
  removeUserByEmail(email: string): Promise<void>
}

export function usersOf(pool: Pool, engine: () => AuthEngine): Users {
  const adapter = async () => (await engine().$context).internalAdapter
  return {
    async createUser({ name, email, password, locale }) {
      const context = await engine().$context
      const address = email.trim().toLowerCase()
      if ((await context.internalAdapter.findUserByEmail(address)) !== null) throw emailTaken()
      const user = await context.internalAdapter
        .createUser(
          { name: name.trim(), email: address, emailVerified: false, locale },
          { method: 'email-password' },
        )
        .catch((error: unknown) => {
          // Somebody else was a moment faster.
          throw isUniqueViolation(error) ? emailTaken() : error
        })
      await context.internalAdapter.linkAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: await context.password.hash(password),
      })
      return user.id as UserId
    },
    async users(ids) {
      const rows = await loadUsers(pool, ids)
      return new Map(rows.map((row) => [row.userId, row]))
    },
    async changeUser(userId, change) {
      await (await adapter()).updateUser(userId, change)
    },
    async endSessions(userId) {
      await (await adapter()).deleteUserSessions(userId)
    },
    async endFrameSessions(portalId, portalUserId) {
      await deleteSessionsMarked(pool, frameMark(portalId, portalUserId ?? ''), portalUserId === undefined)
    },
    async removeUser(userId) {
      await (await adapter()).deleteUserSessions(userId)
      await (await adapter()).deleteUser(userId)
    },
    async removeUserByEmail(email) {
      await deleteUserByEmail(pool, email.trim().toLowerCase())
    },
  }
}

function emailTaken(): HubError {
  return new HubError('request/duplicate', {
    fields: [
      {
        pointer: '/email',
        code: 'taken',
        text: text('Этот адрес уже занят', 'This address is taken'),
      },
    ],
  })
}

function isUniqueViolation(error: unknown): boolean {
  // Source: postgresql.org/docs/current/errcodes-appendix.html, 23505.
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '23505'
}
