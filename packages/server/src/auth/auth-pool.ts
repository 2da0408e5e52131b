import { Pool } from 'pg'
import type { Database } from '../store/database.ts'

/** Connections of the sign-in library: the role of the app, and only the schema `auth` in sight. */
export function openAuthPool(database: Database, onIdleError: (error: Error) => void): Pool {
  const pool = new Pool({
    connectionString: database.pool.options.connectionString,
    application_name: 'trunkline-auth',
    connectionTimeoutMillis: 15_000,
    max: 4,
    options: '-c role=trunkline_app -c search_path=auth',
  })
  pool.on('error', onIdleError)
  return pool
}
