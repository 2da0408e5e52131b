import { expect, test } from 'vitest'
import { describeChannel } from './kit/contract-suite.ts'
import { channelManifest } from './kit/manifest.ts'
import { channelAdapters, emulators } from './registry.ts'

test('every channel type is listed once, with its network, and its manifest is plain data', () => {
  expect([...emulators.keys()]).toEqual([...channelAdapters.keys()])
  for (const [type, adapter] of channelAdapters) {
    const manifest = channelManifest(adapter)
    expect(JSON.parse(JSON.stringify(manifest))).toMatchObject({ type, capabilities: adapter.can })
  }
})

for (const [type, adapter] of channelAdapters) {
  describeChannel(adapter, await emulators.get(type)!(), new URL(`./${type}/`, import.meta.url))
}
