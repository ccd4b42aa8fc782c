import { describe, expect, it } from 'vitest'
import type { Decision, RuleDecision } from '../../../src/core/decision.ts'
import { describeReplay } from '../../../src/core/simulate/describe-replay.ts'

const rule = (more: Partial<RuleDecision> = {}): RuleDecision => ({
  name: 'owners',
  state: 'waiting',
  need: 1,
  have: 0,
  classes: ['image'],
  counted: [],
  ignored: [],
  from: ['team:acme/release'],
  maySign: [],
  ...more,
})
const decision = (rules: readonly RuleDecision[], verdict: Decision['verdict'] = 'waiting'): Decision => ({
  verdict,
  head: 'h',
  reasons: [],
  environments: [
    { name: 'staging', verdict: 'unaffected', protected: false, reasons: [], rules: [] },
    {
      name: 'production',
      verdict,
      protected: true,
      reasons: [
        { code: 'approvals', verdict: 'waiting', sentence: 'waiting for 1 of 1 approval (owners)' },
        { code: 'window', verdict: 'waiting', sentence: 'closed' },
      ],
      rules,
    },
  ],
  merge: null,
})
const pull = { number: 12, title: 'Bump', mergedAt: '2026-03-02T12:00:00Z', commit: 'c' }

describe('core/simulate/describe-replay', () => {
  it('names the slots that would have been missing, and what else', () => {
    const then = decision([rule({ state: 'satisfied', have: 1 })], 'ready')
    const candidate = decision([
      rule({ need: 2, have: 1 }),
      rule({ name: 'other', state: 'not-needed', need: 0 }),
    ])
    expect(describeReplay({ ...pull, then, candidate }, { reviewsKnown: true })).toEqual({
      ...pull,
      then: 'ready',
      verdict: 'waiting',
      otherwise: true,
      asks: 'more',
      reasons: [],
      environments: [
        {
          name: 'production',
          verdict: 'waiting',
          missing: [{ rule: 'owners', have: 1, need: 2, from: ['team:acme/release'] }],
          reasons: ['closed'],
        },
      ],
    })
  })

  it.each<[string, Decision | null, Decision, boolean, boolean, string]>([
    ['signed, and still', decision([rule()]), decision([rule()], 'ready'), true, false, 'the same'],
    [
      'no reviews, the same slots',
      decision([rule()]),
      decision([rule({ name: 'renamed' })]),
      false,
      false,
      'the same',
    ],
    ['no reviews, fewer slots', decision([rule({ need: 2 })]), decision([rule()]), false, true, 'less'],
    [
      'no reviews, other people',
      decision([rule()]),
      decision([rule({ from: ['user:x'] })]),
      false,
      true,
      'something else',
    ],
    ['no policy then, affected now', null, decision([rule()]), false, true, 'more'],
    ['no policy then, unaffected now', null, decision([], 'unaffected'), false, false, 'the same'],
    ['signed by less than is asked now', null, decision([rule()]), true, true, 'more'],
  ])('says %s', (_, then, candidate, reviewsKnown, otherwise, asks) => {
    expect(describeReplay({ ...pull, then, candidate }, { reviewsKnown })).toMatchObject({ otherwise, asks })
  })
})
