import { expect, it } from 'vitest'
import { FAULT_KINDS } from '../../portal/faults.ts'
import { FAULT_PRESETS } from './fault-presets.ts'

it('every kind of fault has a button, and every button ends by itself', () => {
  const presets = FAULT_PRESETS.flatMap((group) => group.presets)
  expect(new Set(presets.map(({ kind }) => kind))).toEqual(new Set(FAULT_KINDS))
  expect(presets.filter(({ count, seconds }) => count === undefined && seconds === undefined)).toEqual([])
})
