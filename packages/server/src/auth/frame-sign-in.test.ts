import { describe, expect, it } from 'vitest'
import { forFrame } from './frame-sign-in.ts'

describe('the cookie of a frame', () => {
  it('is kept apart for the site around it over https, and is the ordinary one over http', () => {
    const cookie = '__Secure-trunkline.session_token=a.b; Path=/; HttpOnly; Secure; SameSite=Lax'
    expect(forFrame(cookie, true)).toBe(
      '__Secure-trunkline.session_token=a.b; Path=/; HttpOnly; SameSite=None; Secure; Partitioned',
    )
    expect(forFrame(cookie, false)).toBe(cookie)
  })
})
