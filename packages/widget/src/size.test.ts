import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { buildWidget } from '../build-widget.ts'

/** What a visitor of a site pays before they ever click. */
const MAX_GZIP_BYTES = 25 * 1024

describe('the script', () => {
  test('is one file under 25 KB gzip, and takes nothing from the page but its key', async () => {
    const script = await buildWidget()
    expect(script.byteLength).toBeGreaterThan(20_000)
    expect(gzipSync(script, { level: 9 }).byteLength).toBeLessThan(MAX_GZIP_BYTES)
    const text = new TextDecoder().decode(script)
    // Each of these dies under a strict policy of the site: `trusted-types 'none'`, no `unsafe-eval`.
    expect(text).not.toMatch(/\beval\(|new Function|document\.write|insertAdjacentHTML|import\(/)
  })
})
