import { expect, test } from 'vitest'
import { emulators } from './emulators.ts'
import { describeChannel } from './kit/contract-suite.ts'
import { channelManifest } from './kit/manifest.ts'
import { channelAdapters, channelErrors } from './registry.ts'

test('every channel type has its network, and its manifest is plain data', () => {
  expect([...emulators.keys()]).toEqual([...channelAdapters.keys()])
  for (const [type, adapter] of channelAdapters) {
    const manifest = channelManifest(adapter)
    expect(JSON.parse(JSON.stringify(manifest))).toMatchObject({ type, capabilities: adapter.can })
    expect(channelErrors).toMatchObject(adapter.errors)
  }
})

for (const [type, adapter] of channelAdapters) {
  describeChannel(adapter, emulators.get(type)!, new URL(`./${type}/`, import.meta.url))
}
