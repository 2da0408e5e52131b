import type { UserId } from '@trunkline/contracts/ids'
import type { Locale } from '@trunkline/contracts/locale'

/** A person as the sign-in knows them. */
export interface KnownUser {
  readonly userId: UserId
  readonly name: string
  readonly email: string
  readonly twoFactorEnabled: boolean
}

/** Where people's names, passwords and sessions are kept; handed in, because flows know no sign-in library. */
export interface UserBook {
  /** @throws HubError `request/duplicate` when the e-mail is taken. */
  createUser(person: { name: string; email: string; password: string; locale: Locale }): Promise<UserId>
  users(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, KnownUser>>
  endSessions(userId: UserId): Promise<void>
  /** Ends what an employee of a portal, or anybody of it, has open in the portal's frames. */
  endFrameSessions(portalId: string, portalUserId?: string): Promise<void>
  removeUser(userId: UserId): Promise<void>
  removeUserByEmail(email: string): Promise<void>
}

/** Who does something in the cabinet. */
export interface Member {
  readonly userId: UserId
  readonly name: string
}
