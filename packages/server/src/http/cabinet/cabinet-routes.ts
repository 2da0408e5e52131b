import type { FastifyInstance } from 'fastify'
import type { Auth } from '../../auth/create-auth.ts'
import type { HttpContext } from '../context.ts'
import { attachmentRoutes } from './attachment-routes.ts'
import { authRoutes } from './auth-routes.ts'
import { channelRoutes } from './channel-routes.ts'
import { conversationRoutes } from './conversation-routes.ts'
import { type CabinetDoor, guard } from './door.ts'
import { dryRunRoutes } from './dry-run-routes.ts'
import { employeeLinkRoutes } from './employee-link-routes.ts'
import { eventStream } from './event-stream.ts'
import { integrationFileRoutes } from './integration-file-routes.ts'
import { journalRoutes } from './journal-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { portalsRoutes } from './portals-routes.ts'
import { reconciliationRoutes } from './reconciliation-routes.ts'
import { settingsAdviceRoutes } from './settings-advice-routes.ts'
import { settingsRoutes } from './settings-routes.ts'
import { settingsVersionsRoutes } from './settings-versions-routes.ts'

/** The cabinet's API under `/api`: every route guarded, every change from a page of ours. Ends the sign-in with the server. */
export async function cabinetRoutes(app: FastifyInstance, context: HttpContext, auth: Auth): Promise<void> {
  app.addHook('onClose', () => auth.close())
  await app.register((scope, _options, done) => {
    guard(scope, auth)
    const door = scope as unknown as CabinetDoor
    authRoutes(door, auth)
    peopleRoutes(door, context, auth)
    channelRoutes(door, context)
    conversationRoutes(door, context, auth)
    attachmentRoutes(door, context)
    journalRoutes(door, context)
    portalsRoutes(door, context, auth)
    employeeLinkRoutes(door, context, auth)
    reconciliationRoutes(door, context)
    settingsRoutes(door, context)
    settingsAdviceRoutes(door, context)
    dryRunRoutes(door, context)
    settingsVersionsRoutes(door, context, auth)
    integrationFileRoutes(door, context)
    eventStream(door, context, auth)
    done()
  })
}
