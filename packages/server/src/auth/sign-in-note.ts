/** What of an answer of the sign-in library belongs in the audit. */
export interface SignInNote {
  readonly userId: string
  readonly name: string
  readonly action: 'sign-in' | 'two-factor-enabled' | 'two-factor-disabled' | 'password-changed'
}

interface Person {
  readonly id: string
  readonly name: string
}

/**
 * Reads what a successful call changed.
 * @param before who had a session when the call came; null for a sign-in.
 */
export async function signInNote(
  path: string,
  response: Response,
  before: Person | null,
): Promise<SignInNote | undefined> {
  if (!response.ok) return undefined
  const said = (action: SignInNote['action'], person: Person | null | undefined): SignInNote | undefined =>
    person == null ? undefined : { userId: person.id, name: person.name, action }
  if (path.endsWith('/two-factor/disable')) return said('two-factor-disabled', before)
  if (path.endsWith('/change-password')) return said('password-changed', before)
  if (path.endsWith('/two-factor/verify-totp') && before !== null) return said('two-factor-enabled', before)
  if (/\/(sign-in\/email|two-factor\/verify-(totp|backup-code))$/.test(path)) {
    // With a second factor to come there is no user in the answer yet.
    const body = (await response.clone().json()) as { user?: Person }
    return said('sign-in', body.user)
  }
  return undefined
}

/** How somebody who is signed in was refused at a door of their own sign-in. */
export interface RefusedNote {
  readonly userId: string
  readonly name: string
  readonly action: 'two-factor-refused' | 'password-refused'
  /** What was wrong. */
  readonly step: 'code' | 'password'
}

/**
 * Reads what a refused call of a signed-in person tried: a wrong code or password there may be somebody at a screen that
 * was left open. What was merely filled in badly is not told.
 * @param before who had a session when the call came; null for a sign-in, whose failures are told elsewhere.
 */
export async function refusedNote(
  path: string,
  response: Response,
  before: Person | null,
): Promise<RefusedNote | undefined> {
  if (before === null || response.ok) return undefined
  const of = { userId: before.id, name: before.name }
  if (/\/two-factor\/verify-(totp|backup-code)$/.test(path))
    return response.status === 401 ? { ...of, action: 'two-factor-refused', step: 'code' } : undefined
  const action = path.endsWith('/change-password')
    ? 'password-refused'
    : /\/two-factor\/(enable|disable)$/.test(path)
      ? 'two-factor-refused'
      : undefined
  if (action === undefined) return undefined
  const { code } = (await response
    .clone()
    .json()
    .catch(() => ({}))) as { code?: string }
  return code === 'INVALID_PASSWORD' ? { ...of, action, step: 'password' } : undefined
}
