import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toFacts } from '../../src/core/case/to-facts.ts'
import type { CaseShape } from '../../src/core/case/schema.ts'
import type { ChangeClass } from '../../src/core/change/change.ts'
import { decide } from '../../src/core/decide.ts'
import type { Facts } from '../../src/core/facts.ts'
import { parsePolicy } from '../../src/core/policy/parse.ts'
import { neededLookups } from '../../src/core/policy/needs.ts'
import type { Policy } from '../../src/core/policy/policy.ts'
import { title } from '../../src/core/words/title.ts'
import { presets } from '../support/preset.ts'

function policyOf(text: string): Policy {
  const parsed = parsePolicy({ file: 'p.yml', text, extends: presets })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

const policy = policyOf(`version: 1
environments:
  production:
    targets: [a]
    protected: true
    expires: 72h
    approvals:
      - { name: release, changes: [image], count: 1, from: ['team:Acme/Release'] }
      - { name: config, changes: [config], count: 2, from: ['team:acme/platform', 'permission:maintain'] }
`)

const logins = ['alice', 'bob', 'carol', 'dave', 'erin']
const login = fc.constantFrom(...logins)
const state = fc.constantFrom(
  'APPROVED' as const,
  'CHANGES_REQUESTED' as const,
  'COMMENTED' as const,
  'DISMISSED' as const,
)
const shape: fc.Arbitrary<CaseShape> = fc.record({
  name: fc.constant('any'),
  now: fc.constant('2026-03-02T12:00:00Z'),
  pull: fc.record({
    author: fc.oneof(login, fc.constant('mallory')),
    commits: fc.constant([{ id: 'c1' }, { id: 'c2' }]),
    pushers: fc.subarray(logins, { maxLength: 2 }),
    reviews: fc.array(fc.record({ by: login, state, commit: fc.constantFrom('c1', 'c2') }), { maxLength: 8 }),
  }),
  people: fc
    .tuple(
      ...logins.map(() =>
        fc.record({
          permission: fc.constantFrom('read' as const, 'write' as const, 'maintain' as const),
          teams: fc.subarray(['acme/release', 'acme/platform']),
        }),
      ),
    )
    .map((people) => Object.fromEntries(people.map((person, index) => [logins[index] ?? '', person]))),
  changes: fc
    .constantFrom<ChangeClass[]>(['image'], ['config'], ['image', 'config'])
    .chain((classes) =>
      fc
        .constantFrom('same', 'other')
        .map((digest) => ({ production: { classes, digests: { c1: digest, c2: 'same' } } })),
    ),
  expect: fc.constant({}),
})

const filled = (facts: Facts): number =>
  decide(policy, facts).environments.reduce(
    (sum, { rules }) => sum + rules.reduce((have, rule) => have + rule.have, 0),
    0,
  )

describe('core/decide', () => {
  it('counts nobody who is barred, unknown, or counted before', () => {
    fc.assert(
      fc.property(shape, (each) => {
        const facts = toFacts(each, policy)
        const [environment] = decide(policy, facts).environments
        const counted = environment?.rules.flatMap((rule) => rule.counted) ?? []
        const barred = [...(each.pull.pushers ?? []), each.pull.author]
        expect(counted.filter((person) => barred.includes(person))).toEqual([])
        expect(counted.filter((person) => each.people?.[person]?.permission === 'read')).toEqual([])
        expect(new Set(counted).size).toBe(counted.length)
        for (const rule of environment?.rules ?? []) expect(rule.have).toBeLessThanOrEqual(rule.need)
      }),
      { numRuns: 300 },
    )
  })

  it('is ready only when every needed rule is full and nobody who counts objects', () => {
    fc.assert(
      fc.property(shape, (each) => {
        const decision = decide(policy, toFacts(each, policy))
        if (decision.verdict !== 'ready') return
        for (const rule of decision.environments.flatMap(({ rules }) => rules)) {
          expect(rule.have).toBe(rule.need)
          expect(rule.ignored.map(({ reason }) => reason)).not.toContain(
            rule.state === 'not-needed' ? '' : 'changes-requested',
          )
        }
      }),
      { numRuns: 300 },
    )
  })

  it('never fills fewer slots because somebody new approves the head', () => {
    fc.assert(
      fc.property(shape, (each) => {
        const before = filled(toFacts(each, policy))
        const review = { by: 'zoe', state: 'APPROVED' as const, commit: 'c2', at: '2026-03-02T11:59:59Z' }
        const more: CaseShape = {
          ...each,
          people: { ...each.people, zoe: { permission: 'write', teams: ['acme/release', 'acme/platform'] } },
          pull: {
            ...each.pull,
            reviews: [
              ...(each.pull.reviews ?? []).map((old, index) => ({
                ...old,
                at: `2026-03-02T11:00:0${index}Z`,
              })),
              review,
            ],
          },
        }
        expect(filled(toFacts(more, policy))).toBeGreaterThanOrEqual(before)
      }),
      { numRuns: 300 },
    )
  })

  it('is an error whenever a look-up that it needs has no answer', () => {
    fc.assert(
      fc.property(shape, fc.nat(), fc.constantFrom('failed', 'absent'), (each, pick, how) => {
        const facts = toFacts(each, policy)
        const needed = neededLookups(policy, facts.pull)
        const all = [
          ...needed.teams.map((team) => ['teams', team] as const),
          ...needed.logins.map((who) => ['permissions', who] as const),
        ]
        const [kind, key] = all[pick % all.length] ?? ['teams', 'acme/release']
        const without: Record<string, unknown> = { ...facts.people[kind] }
        if (how === 'failed') without[key] = { kind: 'failed', reason: 'rate limit' }
        else Reflect.deleteProperty(without, key)
        const decision = decide(policy, { ...facts, people: { ...facts.people, [kind]: without } })
        expect(decision.verdict).toBe('error')
        expect(decision.merge).toBeNull()
      }),
      { numRuns: 200 },
    )
  })

  it('gives an error with the first problem for a policy that cannot be read', () => {
    const facts = toFacts({ name: 'x', pull: { author: 'a' }, expect: {} }, policy)
    const problems = [
      { file: 'p.yml', line: 3, column: 1, path: 'froks', message: 'unknown key; did you mean forks?' },
    ]
    const decision = decide({ ok: false, problems }, facts)
    expect([decision.verdict, decision.merge, title(decision)]).toEqual([
      'error',
      null,
      'Cannot judge: the policy has a problem (p.yml:3): froks: unknown key; did you mean forks?',
    ])
  })

  it('is an error when an environment was not compared, or its approvals were not', () => {
    const facts = toFacts(
      {
        name: 'x',
        pull: {
          author: 'mallory',
          commits: [{ id: 'c1' }, { id: 'c2' }],
          reviews: [{ by: 'alice', state: 'APPROVED', commit: 'c1' }],
        },
        people: { alice: { permission: 'write', teams: ['acme/release'] } },
        changes: { production: { classes: ['image'] } },
        expect: {},
      },
      policy,
    )
    expect(decide(policy, facts).verdict).toBe('ready')
    expect(title(decide(policy, { ...facts, environments: {} }))).toBe(
      'Cannot judge production: what would change was not found out',
    )
    const production = facts.environments['production']
    if (production === undefined) throw new Error('the case has production')
    const undigested = { ...facts, environments: { production: { ...production, digests: {} } } }
    expect(title(decide(policy, undigested))).toBe(
      "Cannot judge production: alice's approval: the change at commit c1 was not computed",
    )
    expect(decide(policy, { ...facts, takenAt: 'yesterday' }).verdict).toBe('error')
    const moved = {
      ...production,
      digests: {
        c1: {
          kind: 'known' as const,
          value: { change: 'other', moved: ['Deployment web/frontend (replicas 4 → 2)'] },
        },
      },
    }
    expect(
      decide(policy, { ...facts, environments: { production: moved } }).environments[0]?.rules[0]?.ignored,
    ).toEqual([
      {
        login: 'alice',
        reason: 'stale',
        sentence:
          "alice's approval no longer counts: since it was given, Deployment web/frontend (replicas 4 → 2) changed",
      },
    ])
  })

  it('lets an approval of the head lapse when the merge result changes something else', () => {
    const each: CaseShape = {
      name: 'x',
      pull: {
        author: 'mallory',
        commits: [{ id: 'c1' }],
        reviews: [{ by: 'alice', state: 'APPROVED', commit: 'c1' }],
      },
      people: { alice: { permission: 'write', teams: ['acme/release'] } },
      changes: { production: { classes: ['image'], digests: { c1: 'shown' } } },
      expect: {},
    }
    const facts = toFacts(each, policy)
    const production = facts.environments['production']
    if (production === undefined) throw new Error('the case has production')
    const change = { ...production.change, change: { ...production.change.change, digest: 'merge result' } }
    const proven = { ...facts, environments: { production: { ...production, change } } }
    expect(decide(policy, facts).verdict).toBe('ready')
    expect(decide(policy, proven).environments[0]?.rules[0]?.ignored.map(({ reason }) => reason)).toEqual([
      'stale',
    ])
  })

  it('says why an approval does not count, to a person', () => {
    const sha = '3f2a91c000000000000000000000000000000000'
    const facts = toFacts(
      {
        name: 'x',
        pull: {
          author: 'mallory',
          commits: [{ id: sha, author: 'dave' }],
          reviews: [
            { by: 'dave', state: 'APPROVED' },
            { by: 'erin', state: 'APPROVED', body: '/only config' },
            { by: 'Bob', state: 'APPROVED' },
          ],
        },
        people: {
          dave: { permission: 'write' },
          erin: { permission: 'write', teams: ['acme/release'] },
          bob: { permission: 'read' },
        },
        changes: { production: { classes: ['image'] } },
        expect: {},
      },
      policy,
    )
    expect(decide(policy, facts).environments[0]?.rules[0]?.ignored).toEqual([
      {
        login: 'dave',
        reason: 'contributor',
        sentence: "dave's approval does not count: dave wrote commit 3f2a91c",
      },
      {
        login: 'erin',
        reason: 'narrowed',
        sentence: "erin's approval does not count here: it is only for config",
      },
      {
        login: 'Bob',
        reason: 'no-write-permission',
        sentence: "Bob's approval does not count: Bob has no write permission",
      },
    ])
  })

  it.each([
    [250, 'unaffected'],
    [251, 'error'],
  ])('judges %i commits as %s: GitHub lists no more than 250', (count, verdict) => {
    const commits = Array.from({ length: count }, (_, index) => ({ id: `c${index}` }))
    const facts = toFacts({ name: 'x', pull: { author: 'a', commits }, expect: {} }, policy)
    expect(decide(policy, facts).verdict).toBe(verdict)
  })
})
