import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import { CHANNEL_ID, someFacts, someSettings } from './facts.fixture.ts'
import { sectionOf } from './input.ts'
import { anyFacts, anySettings, openSettings } from './random.fixture.ts'
import { decided } from './told.fixture.ts'

describe('decide', () => {
  test('answers the same whatever the order of the portal’s answer, and changes nothing it was given', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, fc.infiniteStream(fc.nat()), (facts, settings, random) => {
        const before = JSON.stringify([facts, settings])
        const first = JSON.stringify(decide(facts, settings))
        if (facts.crm) {
          const shuffled = facts.crm.candidates
            .map((candidate) => ({ candidate, at: random.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ candidate }) => candidate)
          expect(JSON.stringify(decide({ ...facts, crm: { candidates: shuffled } }, settings))).toBe(first)
        }
        expect(JSON.stringify(decide(facts, settings))).toBe(first)
        expect(JSON.stringify([facts, settings])).toBe(before)
      }),
    )
  })

  test('asks at most once: with an answer it always decides', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, (facts, settings) => {
        const { crm, ...unasked } = facts
        const first = decide(unasked, settings)
        if (first.need)
          expect(decide({ ...unasked, crm: crm ?? { candidates: [] } }, settings).need).toBeUndefined()
      }),
    )
  })

  test('never plans two cards of a kind, two steps of one key, or a step before the one it needs', () => {
    fc.assert(
      fc.property(anyFacts, openSettings, (facts, settings) => {
        const decision = decide(facts, settings)
        if (decision.need) return
        const { steps } = decision.plan
        expect(new Set(steps.map((step) => step.key)).size).toBe(steps.length)
        expect(
          steps.filter((step) => step.kind === 'create-lead' || step.kind === 'create-deal').length,
        ).toBeLessThanOrEqual(1)
        steps.forEach((step, index) => {
          const targets = [
            'target' in step ? step.target : undefined,
            'about' in step ? step.about : undefined,
            'contact' in step ? step.contact : undefined,
          ]
          for (const target of targets) {
            if (target && 'step' in target) {
              expect(steps.slice(0, index).map((earlier) => earlier.key)).toContain(target.step)
            }
          }
        })
        if (decision.outcome === 'passed') expect(steps.some((step) => step.kind === 'comment')).toBe(true)
        else expect(steps).toEqual([])
      }),
    )
  })

  test('notifies exactly once for each lead or deal created and never otherwise (CHAT-65)', () => {
    fc.assert(
      fc.property(anyFacts, openSettings, (facts, settings) => {
        const decision = decide(facts, settings)
        if (decision.need) return
        const made = decision.plan.steps.filter(
          (step) => step.kind === 'create-lead' || step.kind === 'create-deal',
        )
        const notices = decision.plan.steps.filter((step) => step.kind === 'notify')
        const { notifyResponsible } = settings[sectionOf(facts)]
        expect(notices).toHaveLength(notifyResponsible ? made.length : 0)
      }),
    )
  })

  test('reads nothing of a channel it was not asked about', () => {
    expect(
      decided(someFacts({ crm: { candidates: [] } }), someSettings({ channelIds: ['x', CHANNEL_ID] }))
        .outcome,
    ).toBe('passed')
  })
})
