import { describe, expect, it } from 'vitest'
import { decide } from '../../../src/core/decide.ts'
import type { BreakGlassFacts, Facts, Permission, PullFacts } from '../../../src/core/facts.ts'
import { parsePolicy } from '../../../src/core/policy/parse.ts'
import { buildEnvironment, buildFacts, image } from '../../support/build-facts.ts'
import { presets } from '../../support/preset.ts'

const parsed = parsePolicy({
  file: 'p.yml',
  extends: presets,
  text: `version: 1
environments:
  production:
    targets: [p]
    protected: true
    approvals: [{ name: release managers, count: 1, from: ['team:acme/release'] }]
    windows: [{ allow: 'Tue' }]
`,
})
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const policy = parsed.value
const head = 'c'.repeat(40)
const mallory = { login: 'mallory', type: 'User' } as const
const asked: BreakGlassFacts = {
  environment: 'production',
  by: 'Kim',
  at: '2026-03-02T11:00:00Z',
  reason: 'checkout is down',
  head,
  change: 'sha256:7d1f0a',
  confirmed: { by: 'Dana', at: '2026-03-02T11:05:00Z' },
}

function factsOf(
  breakGlass: BreakGlassFacts,
  more: { permissions?: Record<string, Permission>; pull?: Partial<PullFacts> } = {},
): Facts {
  const permissions = { kim: 'write' as const, dana: 'write' as const, ...more.permissions }
  return {
    ...buildFacts([buildEnvironment('production', [image])], {
      commits: [{ sha: head, parents: [], author: mallory, committer: mallory, coAuthors: [] }],
      breakGlass: [breakGlass],
      ...more.pull,
    }),
    people: {
      permissions: Object.fromEntries(
        Object.entries(permissions).map(([login, value]) => [login, { kind: 'known', value }]),
      ),
      teams: { 'acme/release': { kind: 'known', value: ['dana', 'lee'] } },
    },
  }
}

describe('core/approval/emergency', () => {
  it('passes over missing slots and a closed window, keeps what it passed over, and merges for who asked', () => {
    const decision = decide(policy, factsOf(asked))
    expect(decision.verdict).toBe('ready')
    expect(decision.merge).toEqual({ method: 'merge', head, askedBy: 'Kim' })
    expect(decision.environments[0]?.emergency).toMatchObject({
      by: 'Kim',
      confirmedBy: 'Dana',
      reason: 'checkout is down',
      passedOver: [{ code: 'approvals' }, { code: 'window' }],
    })
  })

  it.each<[string, Facts]>([
    ['nobody confirmed', factsOf({ ...asked, confirmed: undefined })],
    ['it was for another head', factsOf({ ...asked, head: 'd'.repeat(40) })],
    ['it was for another change of this head', factsOf({ ...asked, change: 'sha256:other' })],
    [
      'it was asked for before the head was there',
      factsOf(asked, { pull: { headSince: '2026-03-02T11:00:01Z' } }),
    ],
    [
      'it was confirmed before the head was there',
      factsOf(asked, { pull: { headSince: '2026-03-02T11:05:01Z' } }),
    ],
    ['it was for another environment', factsOf({ ...asked, environment: 'staging' })],
    ['who asked confirmed', factsOf({ ...asked, confirmed: { by: 'kim', at: asked.at } })],
    [
      'who confirmed wrote it',
      factsOf(
        { ...asked, confirmed: { by: 'mallory', at: asked.at } },
        { permissions: { mallory: 'admin' } },
      ),
    ],
    [
      'who confirmed is named by no rule',
      factsOf({ ...asked, confirmed: { by: 'alex', at: asked.at } }, { permissions: { alex: 'admin' } }),
    ],
    ['who confirmed may no longer write', factsOf(asked, { permissions: { dana: 'read' } })],
    ['who asked may no longer write', factsOf(asked, { permissions: { kim: 'read' } })],
  ])('does not hold when %s', (_, facts) => {
    const decision = decide(policy, facts)
    expect(decision).toMatchObject({ verdict: 'waiting', merge: null })
    expect(decision.environments[0]?.emergency).toBeUndefined()
  })

  it('leaves an objection, a hold, a freeze and a broken rendering where they are', () => {
    const review = {
      id: 'r',
      by: { login: 'lee', type: 'User' as const },
      state: 'CHANGES_REQUESTED' as const,
      at: asked.at,
      commit: head,
      body: '',
    }
    expect(
      decide(policy, factsOf(asked, { pull: { reviews: [review] }, permissions: { lee: 'write' } })).verdict,
    ).toBe('blocked')
    expect(
      decide(policy, factsOf(asked, { pull: { holds: [{ by: 'lee', at: asked.at, reason: '' }] } })).verdict,
    ).toBe('blocked')
    const facts = factsOf(asked)
    const production = buildEnvironment('production', [image])
    const frozen = { ...production, frozen: { by: 'alex', reason: 'x' } }
    expect(decide(policy, { ...facts, environments: { production: frozen } }).verdict).toBe('waiting')
    const failures = [{ target: 'p', side: 'head' as const, code: 'render-failed', message: 'no' }]
    const broken = { ...production, change: { ...production.change, failures } }
    expect(decide(policy, { ...facts, environments: { production: broken } }).verdict).toBe('error')
  })
})
