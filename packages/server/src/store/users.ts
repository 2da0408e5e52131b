import type { UserId } from '@trunkline/contracts/ids'
import type { Locale } from '@trunkline/contracts/locale'
import type { Pool } from 'pg'

/** A person as the sign-in library keeps them (schema auth, migrations/0003-sign-in.sql). */
export interface UserRow {
  readonly userId: UserId
  readonly name: string
  readonly email: string
  readonly locale: Locale
  readonly twoFactorEnabled: boolean
}

/** The people of these ids. @param pool one that sees the schema auth */
export async function loadUsers(pool: Pool, ids: readonly UserId[]): Promise<UserRow[]> {
  if (ids.length === 0) return []
  const { rows } = await pool.query<UserRow>(
    `select id as "userId", name, email, locale, coalesce("twoFactorEnabled", false) as "twoFactorEnabled"
     from "user" where id = any($1)`,
    [ids],
  )
  return rows
}

/** Forgets a person with all that hangs on them; nothing happens when nobody has the e-mail. */
export async function deleteUserByEmail(pool: Pool, email: string): Promise<void> {
  await pool.query('delete from "user" where email = $1', [email])
}

/** Forgets sessions and half-way sign-ins that have ended. */
export async function forgetEndedSignIns(pool: Pool): Promise<void> {
  await pool.query('delete from session where "expiresAt" < now()')
  await pool.query('delete from verification where "expiresAt" < now()')
}

/** Ends the sessions whose browser is called so, or, with `isStart`, begins so. */
export async function deleteSessionsMarked(pool: Pool, mark: string, isStart: boolean): Promise<void> {
  await pool.query(
    isStart
      ? 'delete from session where starts_with("userAgent", $1)'
      : 'delete from session where "userAgent" = $1',
    [mark],
  )
}
