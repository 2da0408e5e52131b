import type { FastifyInstance } from 'fastify'
import { readiness } from '../flows/readiness.ts'
import type { HttpContext } from './context.ts'

/** `/health/live`: the process answers. `/health/ready`: the database does too. For balancers, without sign-in. */
export function healthRoutes(app: FastifyInstance, context: Pick<HttpContext, 'database'>): void {
  app.get('/health/live', { schema: { hide: true } }, async () => ({ live: true }))
  app.get('/health/ready', { schema: { hide: true } }, async () => {
    const lanes = await readiness(context.database)
    return { ready: true, lanes }
  })
}
