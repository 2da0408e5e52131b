/** Faults of the surroundings that keep the server from starting: what whoever runs it can do about each. */
const WAYS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there: stop it, or set PORT to a free one',
  EADDRNOTAVAIL: 'this machine has no such address: look at HOST',
  EACCES: 'not allowed: choose a PORT above 1023, or look at the rights of DATA_DIR',
  EROFS: 'the disk is read-only: look at DATA_DIR',
  ENOSPC: 'the disk is full: look at DATA_DIR',
  ECONNREFUSED: 'nothing answers there: look at DATABASE_URL, and whether PostgreSQL runs',
  ENOTFOUND: 'there is no such host: look at DATABASE_URL',
  // Source: https://www.postgresql.org/docs/18/errcodes-appendix.html
  '3D000': 'create the database that DATABASE_URL names',
  '28P01': 'look at the user and the password in DATABASE_URL',
  '28000': 'look at the user in DATABASE_URL, and whether PostgreSQL lets it in from here',
  '42501': 'the role in DATABASE_URL lacks a right: docs/operate/database.md lists what it needs',
}

/** One line about a fault of the surroundings; undefined for any other, of which the stack is worth more. */
export function startFault(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as Error & { readonly code?: unknown }
    const way = typeof code === 'string' && Object.hasOwn(WAYS, code) ? WAYS[code] : undefined
    if (way !== undefined) return `The server did not start: ${at.message || code}. What to do: ${way}.`
  }
  return undefined
}
