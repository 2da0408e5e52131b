import type { ConnectDeps } from '../../flows/portals/connect-portal.ts'
import type { HttpContext } from '../context.ts'

/** What connecting portals needs of what the doors are given. */
export function connectDeps(context: HttpContext): ConnectDeps {
  return {
    database: context.database,
    sealer: context.sealer,
    http: context.portalHttp,
    app: context.config.bitrix24App,
    regions: context.config.bitrix24Regions,
    now: context.now,
  }
}
