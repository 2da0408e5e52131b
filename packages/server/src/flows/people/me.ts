import type { Me, Role } from '@trunkline/contracts/http/people'
import type { UserId, WorkspaceId } from '@trunkline/contracts/ids'
import type { Locale } from '@trunkline/contracts/locale'
import type { Config } from '../../config.ts'
import type { Database } from '../../store/database.ts'
import { touchMember } from '../../store/members.ts'
import { loadWorkspace } from '../../store/workspaces.ts'

/** Who is signed in, with the company they work for. Notes that they were here. */
export async function meView(
  deps: { readonly database: Database; readonly config: Pick<Config, 'allowPrivateAddresses' | 'demo'> },
  who: {
    readonly userId: UserId
    readonly name: string
    readonly email: string
    readonly role: Role
    readonly locale: Locale
    readonly twoFactorEnabled: boolean
    readonly workspaceId: WorkspaceId
  },
): Promise<Me> {
  const workspace = await deps.database.inWorkspace(who.workspaceId, async (tx) => {
    await touchMember(tx, who.userId)
    return loadWorkspace(tx)
  })
  return {
    userId: who.userId,
    name: who.name,
    email: who.email,
    role: who.role,
    locale: who.locale,
    twoFactorEnabled: who.twoFactorEnabled,
    workspace: { id: workspace.id, name: workspace.name, timeZone: workspace.timeZone },
    privateAddressesAllowed: deps.config.allowPrivateAddresses,
    demo: deps.config.demo,
  }
}
