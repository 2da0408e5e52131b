import { describe, expect, it } from 'vitest'
import { FENCE } from './fence-rules.ts'
import { findBreaches, readFencedTree } from './import-fence.ts'

/** For each row: a forbidden line and where it would stand. */
const FORBIDDEN: Record<string, { path: string; text: string }[]> = {
  'build files': [{ path: 'packages/cabinet/vite.config.ts', text: "import '@trunkline/server/app'" }],
  contracts: [
    { path: 'packages/contracts/src/ids.ts', text: "import { z } from 'zod'" },
    { path: 'packages/contracts/src/ids.ts', text: "import { randomUUID } from 'node:crypto'" },
    {
      path: 'packages/contracts/src/ids.ts',
      text: "export type { Plan } from '@trunkline/domain/transfer/decide'",
    },
  ],
  domain: [
    { path: 'packages/domain/src/transfer/decide.ts', text: "import { readFileSync } from 'fs'" },
    { path: 'packages/domain/src/transfer/decide.ts', text: "import { request } from 'undici'" },
    {
      path: 'packages/domain/src/transfer/decide.ts',
      text: "import { call } from '@trunkline/portal/client/rest'",
    },
    { path: 'packages/domain/src/transfer/decide.ts', text: 'export const at = () => Date.now()' },
    { path: 'packages/domain/src/transfer/decide.ts', text: 'export const at = () => new Date()' },
    { path: 'packages/domain/src/transfer/decide.ts', text: 'export const roll = () => Math.random()' },
    { path: 'packages/domain/src/transfer/decide.ts', text: 'export const where = process.cwd()' },
    { path: 'packages/domain/src/transfer/decide.ts', text: 'export const id = crypto.randomUUID()' },
  ],
  'channel emulators': [
    { path: 'packages/channels/src/telegram/emulator.ts', text: "import { send } from './client.ts'" },
    {
      path: 'packages/channels/src/telegram/emulator.ts',
      text: "import { sendRequest } from '../kit/http.ts'",
    },
  ],
  'channels/kit': [
    { path: 'packages/channels/src/kit/http.ts', text: "import { telegram } from '../telegram/index.ts'" },
  ],
  'channels/<x>': [
    { path: 'packages/channels/src/telegram/inbound.ts', text: "import { parse } from '../vk/inbound.ts'" },
    {
      path: 'packages/channels/src/telegram/inbound.ts',
      text: "import { decide } from '@trunkline/domain/transfer/decide'",
    },
    { path: 'packages/channels/src/telegram/inbound.ts', text: "import pg from 'pg'" },
    {
      path: 'packages/channels/src/telegram/telegram.test.ts',
      text: "import { parse } from '../vk/inbound.ts'",
    },
  ],
  'channels registry': [
    { path: 'packages/channels/src/registry.ts', text: "import { app } from '@trunkline/server/app'" },
  ],
  portal: [
    {
      path: 'packages/portal/src/pump/pump.ts',
      text: "import { decide } from '@trunkline/domain/transfer/decide'",
    },
    { path: 'packages/portal/src/client/rest.ts', text: "import axios from 'axios'" },
    { path: 'packages/portal/src/client/rest.ts', text: "import { start } from '@trunkline/sandbox/portal'" },
    { path: 'packages/portal/src/client/rest.ts', text: 'export const key = process.env.KEY' },
  ],
  'server/http': [
    {
      path: 'packages/server/src/http/hooks/route.ts',
      text: "import { insert } from '../../store/events.ts'",
    },
    {
      path: 'packages/server/src/http/hooks/route.ts',
      text: "const { call } = await import('@trunkline/portal/client/rest')",
    },
    { path: 'packages/server/src/http/hooks/route.ts', text: "import { config } from '../../config.ts'" },
    { path: 'packages/server/src/http/hooks/route.ts', text: "import { sql } from 'kysely'" },
  ],
  'server/jobs': [
    { path: 'packages/server/src/jobs/close.ts', text: "export { insert } from '../store/events.ts'" },
  ],
  'server/flows': [
    { path: 'packages/server/src/flows/transfer.ts', text: "import { route } from '../http/health.ts'" },
    {
      path: 'packages/server/src/flows/transfer.ts',
      text: "import { parse } from '@trunkline/channels/telegram/inbound'",
    },
    { path: 'packages/server/src/flows/transfer.ts', text: "import pg from 'pg'" },
  ],
  'server/store': [
    { path: 'packages/server/src/store/events.ts', text: "import { transfer } from '../flows/transfer.ts'" },
    { path: 'packages/server/src/store/events.ts', text: "import fastify from 'fastify'" },
  ],
  'server/auth, server/realtime': [
    {
      path: 'packages/server/src/realtime/stream.ts',
      text: "import { transfer } from '../flows/transfer.ts'",
    },
  ],
  'server/postgres, server/files': [
    {
      path: 'packages/server/src/postgres/cluster.ts',
      text: "import { migrate } from '../store/migrate.ts'",
    },
  ],
  'server/testing': [
    {
      path: 'packages/server/src/testing/world.ts',
      text: "import { api } from '../../../cabinet/src/api/client.ts'",
    },
  ],
  'server/observe': [
    { path: 'packages/server/src/observe/logger.ts', text: "import { insert } from '../store/events.ts'" },
  ],
  'server/app.ts, server/main.ts': [
    { path: 'packages/server/src/app.ts', text: "import { start } from '@trunkline/sandbox/portal'" },
  ],
  'server, beside main.ts': [
    { path: 'packages/server/src/config.ts', text: "import { insert } from './store/events.ts'" },
  ],
  cabinet: [
    {
      path: 'packages/cabinet/src/pages/Inbox.vue',
      text: '<template>\n<p/>\n</template>\n<script setup lang="ts">\nimport { app } from \'@trunkline/server/app\'\n</script>',
    },
    { path: 'packages/cabinet/src/api/load.ts', text: "import { join } from 'node:path'" },
  ],
  widget: [
    {
      path: 'packages/widget/src/boot.ts',
      text: "import { Settings } from '@trunkline/contracts/settings/main'",
    },
    { path: 'packages/widget/src/boot.ts', text: "import { createApp } from 'vue'" },
  ],
  sandbox: [
    {
      path: 'packages/sandbox/src/portal.ts',
      text: "import { encode } from '@trunkline/portal/client/batch'",
    },
    {
      path: 'packages/sandbox/src/portal.ts',
      text: "import { send } from '@trunkline/channels/telegram/client'",
    },
    {
      path: 'packages/sandbox/src/portal.test.ts',
      text: "import { rest } from '@trunkline/portal/client/rest'",
    },
  ],
  'e2e, bench, tools': [
    { path: 'e2e/src/story.spec.ts', text: "import { app } from '../../packages/server/src/app.ts'" },
  ],
}

describe('the import fence', () => {
  const cases = Object.entries(FORBIDDEN).flatMap(([row, files]) => files.map((file) => ({ row, ...file })))

  it.each(cases)('row "$row" turns red on $path: $text', ({ row, path, text }) => {
    const [breach, ...more] = findBreaches([{ path, text }])
    expect(more).toEqual([])
    expect(breach?.row).toBe(row)
    expect(breach?.sentence).toContain(`${path}:${breach?.line}`)
  })

  it('has a planted fault for every row of its table', () => {
    expect(Object.keys(FORBIDDEN).sort()).toEqual(FENCE.map((rule) => rule.row).sort())
  })

  it('names the line in a Vue file where the import stands, not the line inside its script', () => {
    const text =
      '<template>\n  <p />\n</template>\n\n<script setup lang="ts">\nimport pg from \'pg\'\n</script>\n'
    expect(findBreaches([{ path: 'packages/cabinet/src/parts/Bad.vue', text }])[0]?.line).toBe(6)
  })

  it('lets through what the table allows', () => {
    const allowed = [
      {
        path: 'packages/domain/src/a.ts',
        text: "import { Liquid } from 'liquidjs'\nimport type { Id } from '@trunkline/contracts/ids'\nexport const at = (now: number) => new Date(now)\nexport const x = { process: 1 }.process",
      },
      {
        path: 'packages/domain/src/a.test.ts',
        text: "import fc from 'fast-check'\nimport { it } from 'vitest'\nimport { a } from './a.ts'",
      },
      {
        path: 'packages/server/src/http/health.ts',
        text: "import type { Config } from '../config.ts'\nimport type { Database } from '../store/database.ts'\nimport { log } from '../observe/logger.ts'\nimport fastify from 'fastify'",
      },
      {
        path: 'packages/server/src/flows/accept.db.test.ts',
        text: "import { start } from '@trunkline/sandbox/portal'\nimport { createApp } from '../app.ts'",
      },
      {
        path: 'packages/portal/src/client/rest.sandbox.test.ts',
        text: "import { start } from '@trunkline/sandbox/portal'",
      },
      {
        path: 'packages/widget/src/boot.tsx',
        text: "import { render } from 'preact'\nimport type { Ask } from '@trunkline/contracts/widget/protocol'",
      },
      {
        path: 'tools/src/demo.ts',
        text: "import { start } from '@trunkline/sandbox/portal'\nimport { createApp } from '@trunkline/server/app'",
      },
    ]
    expect(findBreaches(allowed)).toEqual([])
  })

  it('keeps what is there for tests out of the product', () => {
    const text = "import { testDatabase } from './test-database.ts'"
    expect(findBreaches([{ path: 'packages/server/src/store/events.db.test.ts', text }])).toEqual([])
    const rig = "import { testDatabase } from '@trunkline/server/store/test-database'"
    expect(findBreaches([{ path: 'e2e/src/rig/cluster-rig.ts', text: rig }])).toEqual([])
    const [breach] = findBreaches([{ path: 'packages/server/src/store/events.ts', text }])
    expect(breach?.sentence).toContain('for tests only')
  })

  it('refuses a room that the table does not name', () => {
    expect(findBreaches([{ path: 'packages/billing/src/price.ts', text: '' }])[0]?.sentence).toContain(
      'does not name',
    )
  })

  it('finds nothing in this repository', async () => {
    const files = await readFencedTree()
    expect(files.length).toBeGreaterThan(10)
    expect(findBreaches(files).map((breach) => breach.sentence)).toEqual([])
  })
})
