#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fillSlots, type Assignment, type Slots } from '../src/core/approval/slots.ts'
import { decide } from '../src/core/decide.ts'
import type { Facts } from '../src/core/facts.ts'
import { parsePolicy } from '../src/core/policy/parse.ts'
import { toFacts } from '../src/core/case/to-facts.ts'
import type { CaseShape } from '../src/core/case/schema.ts'

export interface DecideBench {
  /** Decisions per second on one core: 10 commits, 6 reviews, 2 teams. */
  readonly decisionsPerSecond: number
  /** Milliseconds to match 40 people to 12 slots. */
  readonly matchingMs: number
  /** How many times as long trying every assignment takes, on an instance that it can still finish (8 people, 4 rules). */
  readonly bruteForceRatio: number
}

const policyText = `version: 1
extends: [standard]
environments:
  staging: { targets: [deploy/overlays/staging] }
  production:
    targets: [deploy/overlays/production]
    protected: true
    expires: 72h
    checks: [ci/build, 'security/*']
    windows: [{ allow: 'Mon-Thu 09:00-16:00', timezone: Europe/Berlin }]
    approvals:
      - { name: release managers, changes: [image], count: 1, from: ['team:acme/release'] }
      - { name: config owners, changes: [config, scale], count: 2, from: ['team:acme/platform', 'permission:maintain'] }
`

const pull: CaseShape = {
  name: 'ten commits, six reviews, two teams',
  now: '2026-03-02T12:00:00Z',
  pull: {
    author: 'mallory',
    commits: Array.from({ length: 10 }, (_, index) => ({
      id: `c${index}`,
      author: index % 2 === 0 ? 'mallory' : 'dave',
    })),
    reviews: ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'].map((by, index) => ({
      by,
      state: 'APPROVED' as const,
      at: `2026-03-02T10:0${index}:00Z`,
    })),
    checks: [
      { name: 'ci/build', conclusion: 'success' },
      { name: 'security/scan', conclusion: 'success' },
    ],
  },
  people: Object.fromEntries(
    ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'].map((login, index) => [
      login,
      { permission: 'write' as const, teams: [index % 2 === 0 ? 'acme/release' : 'acme/platform'] },
    ]),
  ),
  changes: { staging: { classes: ['image'] }, production: { classes: ['image', 'config'] } },
  expect: {},
}

/** Measures deciding and matching, the matching against trying every assignment. */
export function benchDecide(): DecideBench {
  const { policy, facts } = prepare()
  const decisions = perSecond(() => decide(policy, facts), 1500)
  const large = slots(40, 12, 1)
  const small = slots(8, 4, 1)
  const bruteForce = perSecond(() => tryEverything(small, 0, small.needs.slice(), []), 500)
  return {
    decisionsPerSecond: Math.round(decisions),
    matchingMs: 1000 / perSecond(() => fillSlots(large), 500),
    bruteForceRatio: perSecond(() => fillSlots(small), 500) / bruteForce,
  }
}

function prepare(): { policy: Parameters<typeof decide>[0]; facts: Facts } {
  const parsed = parsePolicy({
    file: 'bench.yml',
    text: policyText,
    extends: (name) => ({
      file: name,
      text: readFileSync(join(import.meta.dirname, '..', 'policies', `${name}.yml`), 'utf8'),
    }),
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return { policy: parsed, facts: toFacts(pull, parsed.value) }
}

/** People who can each fill about a third of the rules, always the same ones. */
function slots(people: number, rules: number, count: number): Slots {
  return {
    needs: Array.from({ length: rules }, () => count),
    fills: Array.from({ length: people }, (_, person) =>
      [...Array(rules).keys()].filter((rule) => (person * 7 + rule * 5) % 3 === 0),
    ),
  }
}

/** The naive matcher: the best of all assignments. */
function tryEverything(
  { fills }: Slots,
  person: number,
  left: number[],
  taken: (number | null)[],
): Assignment {
  const rules = fills[person]
  if (rules === undefined) return [...taken]
  let best: Assignment = []
  for (const rule of [null, ...rules]) {
    if (rule !== null && (left[rule] ?? 0) === 0) continue
    if (rule !== null) left[rule] = (left[rule] ?? 0) - 1
    const found = tryEverything({ fills, needs: left }, person + 1, left, [...taken, rule])
    if (rule !== null) left[rule] = (left[rule] ?? 0) + 1
    if (best.length === 0 || size(found) > size(best)) best = found
  }
  return best
}

function size(assignment: Assignment): number {
  return assignment.filter((rule) => rule !== null).length
}

/** Runs a second on one core: the best of ten slices after warming up, so that neighbours on the machine count little. */
function perSecond(work: () => unknown, forMs: number): number {
  const warmUntil = performance.now() + forMs / 2
  while (performance.now() < warmUntil) work()
  let best = 0
  for (let slice = 0; slice < 10; slice++) {
    const start = performance.now()
    let runs = 0
    while (performance.now() - start < forMs / 10) {
      work()
      runs++
    }
    best = Math.max(best, (runs * 1000) / (performance.now() - start))
  }
  return best
}

/** Prints what `benchDecide` measures. */
export function run(): void {
  const { decisionsPerSecond, matchingMs, bruteForceRatio } = benchDecide()
  process.stdout.write(
    [
      `decide (10 commits, 6 reviews, 2 teams): ${decisionsPerSecond} decisions/s on one core (wanted: 10000)`,
      `matching 40 people to 12 slots: ${matchingMs.toFixed(4)} ms (wanted: below 1)`,
      `matching 8 people to 4 slots: ${bruteForceRatio.toFixed(0)} times as fast as trying every assignment`,
      '',
    ].join('\n'),
  )
}

if (import.meta.main) run()
