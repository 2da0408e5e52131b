import { expect, it } from 'vitest'
import { fragmentFaults } from './changelog.ts'
import { readTree } from './source-tree.ts'

it('every changelog fragment has a kind and one sentence for the administrator', async () => {
  const isFragment = (path: string) => path.startsWith('changelog.d/') && path !== 'changelog.d/README.md'
  const fragments = await readTree(['changelog.d'], isFragment)
  expect(fragments.length).toBeGreaterThan(0)
  expect(fragmentFaults(fragments)).toEqual([])
})

it.each([
  ['kind: improved\n\nThe list is faster.', 'not with "kind: "'],
  ['The list is faster.', 'not with "kind: "'],
  ['kind: added\n', 'one paragraph'],
  ['kind: added\nThe list is faster.', 'one paragraph'],
  ['kind: added\n\nOne.\n\nTwo.', 'one paragraph'],
  ['kind: added\n\nThe list is faster', 'does not end'],
])('a fragment %j is refused', (text, why) => {
  expect(fragmentFaults([{ path: 'changelog.d/x.md', text }])[0]).toContain(why)
})

it('a good fragment passes', () => {
  const text = 'kind: fixed\n\nThe list no longer jumps\nwhen a message arrives.\n'
  expect(fragmentFaults([{ path: 'changelog.d/x.md', text }])).toEqual([])
})
