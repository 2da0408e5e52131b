import Fastify from 'fastify'
import { createAuth } from '../auth/create-auth.ts'
import { cabinetRoutes } from '../http/cabinet/cabinet-routes.ts'
import type { Allowed } from '../http/cabinet/door.ts'
import type { HttpContext } from '../http/context.ts'

/** One way of asking the cabinet's API. */
export interface CabinetRoute {
  /** Method and pattern, as in `PATCH /api/channels/:id`. */
  readonly name: string
  readonly method: string
  readonly url: string
  readonly allow: Allowed
  /** Names that its address may carry behind the question mark. */
  readonly query: readonly string[]
}

/**
 * Every route of the cabinet, as the server registers them: what a test asks of each of them is asked of tomorrow's routes
 * too. HEAD is left out, it goes with its GET.
 */
export async function cabinetRouteTable(context: HttpContext): Promise<CabinetRoute[]> {
  const routes: CabinetRoute[] = []
  const server = Fastify()
  server.addHook('onRoute', ({ method, url, config, schema }) => {
    const allow = config?.allow
    if (typeof method !== 'string' || allow === undefined)
      throw new Error(`${String(method)} ${url} is not guarded`)
    const query = schema?.querystring as { properties?: Record<string, unknown> } | undefined
    if (method !== 'HEAD')
      routes.push({
        name: `${method} ${url}`,
        method,
        url,
        allow,
        query: Object.keys(query?.properties ?? {}),
      })
  })
  await cabinetRoutes(server, context, createAuth(context))
  await server.close()
  return routes
}
