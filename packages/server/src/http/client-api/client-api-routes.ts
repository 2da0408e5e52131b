import type { FastifyInstance } from 'fastify'
export async function clientApiRoutes(_app: FastifyInstance, _context: unknown): Promise<void> {}
