import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision, RuleDecision } from '../../src/core/decision.ts'
import { planRequests, type RequestFacts } from '../../src/core/requests.ts'
import { buildDecision } from '../support/build-facts.ts'

function rule(name: string, maySign: readonly string[], more: Partial<RuleDecision> = {}): RuleDecision {
  return {
    name,
    state: 'waiting',
    need: 1,
    have: 0,
    classes: ['image'],
    counted: [],
    ignored: [],
    from: [],
    maySign,
    ...more,
  }
}
function waiting(rules: readonly RuleDecision[], more: Partial<Decision> = {}): Decision {
  return buildDecision(
    [{ name: 'production', verdict: 'waiting', protected: true, reasons: [], rules }],
    more,
  )
}
const nothing: RequestFacts = {
  key: 'acme/shop#7',
  pending: [],
  pendingTeams: [],
  removed: [],
  load: {},
  unable: [],
}

describe('core/requests', () => {
  it.each<[string, Decision, Partial<RequestFacts>, string[]]>([
    ['the least loaded', waiting([rule('r', ['ann', 'ben'])]), { load: { ann: 2, ben: 1 } }, ['ben']],
    ['nobody while enough are asked', waiting([rule('r', ['ann', 'ben'])]), { pending: ['ann'] }, []],
    [
      'nobody while a team is asked',
      waiting([rule('r', ['ann'], { from: ['team:acme/release'] })]),
      { pendingTeams: ['acme/release'] },
      [],
    ],
    [
      'nobody whose request was taken back',
      waiting([rule('r', ['ann', 'ben'])]),
      { removed: ['ann'], load: { ben: 9 } },
      ['ben'],
    ],
    ['nobody who cannot', waiting([rule('r', ['ann', 'ben'])]), { unable: ['ben'] }, ['ann']],
    [
      'whoever signed an earlier version',
      waiting([rule('r', ['ann', 'ben'], { ignored: [{ login: 'Ben', reason: 'stale', sentence: '' }] })]),
      { load: { ben: 5 } },
      ['ben'],
    ],
    [
      'different people for different slots',
      waiting([rule('a', ['ann', 'ben']), rule('b', ['ann'])]),
      {},
      ['ann', 'ben'],
    ],
    [
      'as many as are missing',
      waiting([rule('r', ['ann', 'ben', 'cid'], { need: 2 })]),
      { load: { ann: 1 } },
      ['ben', 'cid'],
    ],
    ['nobody for a satisfied rule', waiting([rule('r', [], { state: 'satisfied', have: 1 })]), {}, []],
    [
      'nobody for a draft',
      waiting([rule('r', ['ann'])], {
        reasons: [{ code: 'draft', verdict: 'waiting', sentence: 'a draft' }],
      }),
      {},
      [],
    ],
    ['nobody while it is not certain', waiting([rule('r', ['ann'])], { verdict: 'error' }), {}, []],
    [
      'for changes of the policy',
      { ...waiting([]), policyChanges: rule('policy-changes', ['ann']) },
      {},
      ['ann'],
    ],
  ])('asks %s', (_, decision, facts, expected) => {
    expect(planRequests(decision, { ...nothing, ...facts })).toEqual(expected)
  })

  it('asks nobody twice, never more than are missing, and only who may sign', () => {
    const people = ['ann', 'ben', 'cid', 'dan', 'eve']
    const some = fc.subarray(people)
    const rules = fc.array(fc.tuple(some, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(rules, some, some, (made, pending, removed) => {
        const decision = waiting(made.map(([maySign, need], index) => rule(`r${index}`, maySign, { need })))
        const asked = planRequests(decision, { ...nothing, pending, removed })
        const missing = made.reduce((sum, [, need]) => sum + need, 0)
        expect(asked.length).toBeLessThanOrEqual(missing)
        expect(asked.filter((login) => pending.includes(login) || removed.includes(login))).toEqual([])
        expect(asked.every((login) => made.some(([maySign]) => maySign.includes(login)))).toBe(true)
        expect(planRequests(decision, { ...nothing, pending: [...pending, ...asked], removed })).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })

  it('chooses differently from one pull request to the next', () => {
    const chosen = Array.from({ length: 40 }, (_, number) =>
      planRequests(waiting([rule('r', ['ann', 'ben', 'cid'])]), {
        ...nothing,
        key: `acme/shop#${number}`,
      }).join(),
    )
    expect(new Set(chosen)).toEqual(new Set(['ann', 'ben', 'cid']))
  })
})
