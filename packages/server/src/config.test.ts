import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ConfigError, describeConfig, readConfig } from './config.ts'

test('all faults of the environment are told at once', () => {
  try {
    readConfig({
      PORT: 'x',
      ROLE: 'boss',
      DATABASE_URL: 'mysql://x',
      PUBLIC_URL: 'nope',
      BITRIX24_CLIENT_ID: 'a',
      BITRIX24_REGIONS: 'ru, Россия',
    })
    expect.unreachable()
  } catch (error) {
    expect((error as ConfigError).faults).toHaveLength(7)
  }
})

test('a newcomer needs no configuration, and the key made for them stays the same', () => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'trunkline-config-'))
  const first = readConfig({ DATA_DIR })
  expect(first.secretKeys[0]?.bytes.length).toBe(32)
  expect(readConfig({ DATA_DIR }).secretKeys).toEqual(first.secretKeys)
})

test('the printed configuration holds no secret', () => {
  const key = Buffer.alloc(32, 7).toString('base64')
  const config = readConfig({
    DATABASE_URL: 'postgres://u:hidden@h/d',
    SECRET_KEY: `k2:${key}`,
    BITRIX24_CLIENT_ID: 'a',
    BITRIX24_CLIENT_SECRET: 'hidden',
  })
  const printed = JSON.stringify(describeConfig(config))
  expect(printed).not.toContain('hidden')
  expect(printed).not.toContain(key)
})
