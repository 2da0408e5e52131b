import type { Transport } from '@trunkline/portal'
import type { Config } from '../config.ts'
import type { FileStore } from '../files/file-store.ts'
import type { AcceptHook } from '../flows/accept-hook.ts'
import type { Outside } from '../flows/channel-account.ts'
import type { PortalDesk } from '../flows/portals/portal-desk.ts'
import type { PortalBook } from '../flows/portals/serve-portals.ts'
import type { Logger } from '../observe/logger.ts'
import type { Sealer } from '../seal.ts'
import type { Database } from '../store/database.ts'
import type { Realtime } from '../store/realtime.ts'

/** What the doors are given: built once in app.ts, read-only for them. */
export interface HttpContext {
  readonly config: Config
  readonly database: Database
  readonly sealer: Sealer
  readonly acceptHook: AcceptHook
  readonly portals: PortalBook
  readonly portalDesk: PortalDesk
  readonly portalHttp: Transport
  readonly outside: Outside
  readonly files: FileStore
  readonly realtime: Realtime
  readonly logger: Logger
  readonly now: () => Date
  /** How soon an open stream ends after its session did, or after its person's access was taken away. */
  readonly recheckMs: number
  /** Origin under which people and networks reach us; known once the server listens. */
  readonly publicUrl: () => string
}
