import type { Integration } from '@trunkline/contracts/http/settings'
import { describe, expect, it } from 'vitest'
import { chosenOf, integrationTitle } from './use-integration.ts'

const integration = (id: string, name = '', portalId: string | null = null): Integration => ({
  id,
  name,
  portalId,
  waiting: 0,
  sections: [],
})
const all = [integration('1', 'Розница', 'p1'), integration('2', 'Опт')]

describe('the integration of a page', () => {
  it('is the one in the address, the oldest without one, and none when it is gone', () => {
    expect(chosenOf(all, '2')?.name).toBe('Опт')
    expect(chosenOf(all, undefined)?.name).toBe('Розница')
    expect(chosenOf(all, '3')).toBeUndefined()
    expect(chosenOf([], undefined)).toBeUndefined()
  })

  it('is called by its name, or by the portal it works with while nobody named it', () => {
    const portals = [{ id: 'p1', name: '', origin: 'https://shop.example' }]
    expect(integrationTitle(all[0]!, portals)).toBe('Розница')
    expect(integrationTitle(integration('3', '', 'p1'), portals)).toBe('shop.example')
    expect(integrationTitle(integration('4', '', 'p9'), portals)).toBe('')
  })
})
