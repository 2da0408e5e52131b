import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_BYTES, MAX_COMMANDS, pack } from './packing.ts'
import type { Priority } from './pump-contract.ts'

interface Group {
  readonly id: number
  readonly priority: Priority
  readonly commands: readonly number[]
  readonly bytes: number
  readonly seconds: number
  readonly alone: boolean
  readonly held: boolean
}

const groupArb = fc.record({
  priority: fc.constantFrom<Priority>(0, 1, 2, 3),
  size: fc.integer({ min: 1, max: 50 }),
  bytes: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 10, max: 5_000 }) }, fc.constant(MAX_BYTES + 1)),
  seconds: fc.double({ min: 0, max: 30, noNaN: true }),
  held: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  suspect: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
})

function groupsOf(
  shapes: readonly {
    priority: Priority
    size: number
    bytes: number
    seconds: number
    held: boolean
    suspect: boolean
  }[],
): Group[] {
  return shapes.map((shape, id) => ({
    id,
    priority: shape.priority,
    commands: Array.from({ length: shape.size }, (_, index) => index),
    bytes: shape.bytes,
    seconds: shape.seconds,
    alone: shape.suspect,
    held: shape.held,
  }))
}

function queuesOf(groups: readonly Group[]): Record<Priority, Group[]> {
  const queues: Record<Priority, Group[]> = { 0: [], 1: [], 2: [], 3: [] }
  for (const group of groups) queues[group.priority].push(group)
  return queues
}

describe('packing', () => {
  it('b24 point 3: any mix of groups leaves whole, at most 50 commands a batch, in order inside each priority', () => {
    fc.assert(
      fc.property(fc.array(groupArb, { minLength: 1, maxLength: 60 }), (shapes) => {
        const groups = groupsOf(shapes)
        const queues = queuesOf(groups)
        const left: Group[] = []
        for (const lead of [0, 1, 2, 3] as const) {
          while (queues[lead].some((group) => !group.held)) {
            const batch = pack(
              queues,
              lead,
              (group) => group.seconds,
              (group) => group.held,
            )
            expect(batch.groups.length).toBeGreaterThan(0)
            expect(batch.commands).toBe(batch.groups.reduce((sum, group) => sum + group.commands.length, 0))
            expect(batch.commands).toBeLessThanOrEqual(MAX_COMMANDS)
            if (batch.groups.length > 1) {
              expect(batch.groups.reduce((sum, group) => sum + group.bytes, 0)).toBeLessThanOrEqual(MAX_BYTES)
              expect(batch.seconds).toBeLessThanOrEqual(20)
              expect(batch.groups.some((group) => group.alone)).toBe(false)
            }
            for (const group of batch.groups)
              queues[group.priority].splice(queues[group.priority].indexOf(group), 1)
            left.push(...batch.groups)
          }
        }
        expect(left.length).toBe(groups.filter((group) => !group.held).length)
        for (const priority of [0, 1, 2, 3]) {
          const ids = left.filter((group) => group.priority === priority).map((group) => group.id)
          expect(ids).toEqual(ids.toSorted((a, b) => a - b))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('a telephone card shares its batch with nothing slower', () => {
    const groups = groupsOf([
      { priority: 2, size: 4, bytes: 100, seconds: 4, held: false, suspect: false },
      { priority: 0, size: 1, bytes: 100, seconds: 0.1, held: false, suspect: false },
    ])
    const batch = pack(
      queuesOf(groups),
      0,
      (group) => group.seconds,
      () => false,
    )
    expect(batch.groups.map((group) => group.id)).toEqual([1])
  })

  it('twelve conversations of four cheap commands fill one batch', () => {
    const groups = groupsOf(
      Array.from({ length: 20 }, () => ({
        priority: 2 as const,
        size: 4,
        bytes: 900,
        seconds: 0.3,
        held: false,
        suspect: false,
      })),
    )
    const batch = pack(
      queuesOf(groups),
      2,
      (group) => group.seconds,
      () => false,
    )
    expect(batch.groups.length).toBe(12)
    expect(batch.full).toBe(true)
  })

  it('writes of a method nobody has seen yet leave twenty at a time', () => {
    const groups = groupsOf(
      Array.from({ length: 20 }, () => ({
        priority: 2 as const,
        size: 4,
        bytes: 900,
        seconds: 4,
        held: false,
        suspect: false,
      })),
    )
    expect(
      pack(
        queuesOf(groups),
        2,
        (group) => group.seconds,
        () => false,
      ).commands,
    ).toBe(20)
  })
})
