import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillSlots, type Slots } from '../../../src/core/approval/slots.ts'
import { bruteForce } from './brute-force.ts'

const slots = (rules: number, approvals: number): fc.Arbitrary<Slots> =>
  fc.integer({ min: 1, max: rules }).chain((count) =>
    fc.record({
      needs: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: count, maxLength: count }),
      fills: fc.array(fc.subarray([...Array(count).keys()]), { maxLength: approvals }),
    }),
  )

const filled = (input: Slots): number => fillSlots(input).filter((rule) => rule !== null).length

describe('core/approval/slots', () => {
  it('finds what trying everything finds, ties included', () => {
    fc.assert(
      fc.property(slots(4, 6), (input) => {
        expect(fillSlots(input)).toEqual(bruteForce(input))
      }),
      { numRuns: 1500 },
    )
  })

  it('never fills fewer slots when an approval is added', () => {
    fc.assert(
      fc.property(slots(6, 12), fc.nat(12), (input, at) => {
        const without = { ...input, fills: input.fills.filter((_, index) => index !== at) }
        expect(filled(input)).toBeGreaterThanOrEqual(filled(without))
      }),
      { numRuns: 500 },
    )
  })

  it('never fills a slot with somebody who cannot, nor more than are needed', () => {
    fc.assert(
      fc.property(slots(8, 20), (input) => {
        const assignment = fillSlots(input)
        assignment.forEach((rule, approval) => {
          if (rule !== null) expect(input.fills[approval]).toContain(rule)
        })
        input.needs.forEach((need, rule) =>
          expect(assignment.filter((each) => each === rule).length).toBeLessThanOrEqual(need),
        )
      }),
      { numRuns: 500 },
    )
  })
})
