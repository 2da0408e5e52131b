import type { PortalDirectory } from '@trunkline/contracts/http/portals'
import { expect, test } from 'vitest'
import { type ClusterRig, clusterRig, type Node } from './rig/cluster-rig.ts'
import { compare } from './rig/crash-run.ts'
import { untilSettled } from './rig/until-settled.ts'

const PEOPLE = 60

/** Every button of the portal, pressed at this node. */
async function pressButtons(node: Node, { portal, portalId }: ClusterRig, mark: string): Promise<void> {
  const { client } = node
  await client.call('POST', `/api/portals/${portalId}/check`)
  await client.call('POST', `/api/portals/${portalId}/refresh`)
  portal.edit.employee(1, { lastName: mark })
  const directory = await client.call<PortalDirectory>('POST', `/api/portals/${portalId}/sync`)
  expect(JSON.stringify(directory)).toContain(mark)
}

test('two nodes on one database: one is killed, every conversation arrives once, the portal answers at each', {
  timeout: 180_000,
}, async () => {
  await using rig = await clusterRig(2)
  const [first, second] = rig.nodes as [Node, Node]
  await pressButtons(first, rig, 'Владелец')
  await pressButtons(second, rig, 'Соседний')

  const before = { deals: rig.portal.crm.deals.length, contacts: rig.portal.crm.contacts.length }
  const people = Array.from({ length: PEOPLE }, (_, i) => ({
    person: rig.telegram.person({ name: `Customer ${i}` }),
    name: `Customer ${i}`,
    texts: [`first-${i}-word`, `second-${i}-word`],
  }))
  for (const { person, texts } of people) person.write(texts[0]!)
  // In the middle of the work: it has taken some and is not done with them.
  await expect.poll(() => rig.balancer.served[0], { timeout: 30_000, interval: 5 }).toBeGreaterThan(10)
  const gone = first.server.kill()
  for (const { person, texts } of people) person.write(texts[1]!)
  await gone
  expect(rig.balancer.served.every((count) => count > 10)).toBe(true)

  await pressButtons(second, rig, 'Выживший')
  const ledger = await untilSettled(second.client, PEOPLE * 2, 90_000)
  expect(ledger).toMatchObject({ accepted: PEOPLE * 2, passed: PEOPLE * 2, difference: 0 })
  const problems: string[] = []
  compare(rig, people, before, problems)
  expect(problems).toEqual([])

  await first.server.start()
  await pressButtons(first, rig, 'Вернувшийся')
})
