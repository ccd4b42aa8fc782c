import type { Reason } from '../decision.ts'
import type { CheckFacts } from '../facts.ts'
import type { CheckRequirement } from '../policy/policy.ts'
import { matchesWildcard } from './wildcard.ts'

type CheckState = 'green' | 'waiting' | 'red'

/**
 * Checks of other systems that a policy requires: the newest result for each app and name decides, and every check that a pattern
 * matches must be green. A conclusion that is not known to be good is bad.
 * https://docs.github.com/en/rest/checks/runs
 */
export function judgeChecks(required: readonly CheckRequirement[], checks: readonly CheckFacts[]): Reason[] {
  if (required.length === 0) return []
  const newest = newestChecks(checks)
  const seen = new Set<string>()
  return required
    .flatMap((requirement) => judgeRequirement(requirement, newest))
    .filter(({ sentence }) => !seen.has(sentence) && seen.add(sentence))
}

function judgeRequirement(requirement: CheckRequirement, newest: readonly CheckFacts[]): Reason[] {
  const matching = newest.filter(({ name }) => matchesWildcard(requirement.name, name))
  if (matching.length === 0)
    return [
      {
        code: 'check-missing',
        verdict: 'waiting',
        sentence: `waiting for check ${requirement.name} to start`,
        next: `If nothing reports ${requirement.name}, correct its name in the policy.`,
      },
    ]
  return matching.flatMap((check): Reason[] => {
    const state = stateOf(check, requirement)
    if (state === 'green') return []
    if (state === 'waiting')
      return [
        { code: 'check-running', verdict: 'waiting', sentence: `waiting for check ${check.name} to finish` },
      ]
    return [
      {
        code: 'check-failed',
        verdict: 'blocked',
        sentence: `check ${check.name} is not green (${check.conclusion ?? 'no conclusion'})`,
        next: `Mend what ${check.name} reports, or run it again.`,
      },
    ]
  })
}

function stateOf({ status, conclusion }: CheckFacts, { skipped }: CheckRequirement): CheckState {
  if (status !== 'completed') return 'waiting'
  if (conclusion === 'success' || conclusion === 'neutral') return 'green'
  return conclusion === 'skipped' && skipped === 'pass' ? 'green' : 'red'
}

/** The newest result for each app and name; of two at the same time the worse. In order of their names. */
function newestChecks(checks: readonly CheckFacts[]): CheckFacts[] {
  const newest = new Map<string, CheckFacts>()
  for (const check of checks) {
    const key = JSON.stringify([check.app, check.name])
    const before = newest.get(key)
    if (before === undefined || isNewer(check, before)) newest.set(key, check)
  }
  return [...newest.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

const badness = { green: 0, waiting: 1, red: 2 } as const

function isNewer(check: CheckFacts, before: CheckFacts): boolean {
  const difference = Date.parse(check.at) - Date.parse(before.at)
  if (difference > 0 || difference < 0) return difference > 0
  const rank = (each: CheckFacts): number =>
    each.conclusion === 'skipped' ? 1.5 : badness[stateOf(each, { name: each.name, skipped: 'block' })]
  return rank(check) > rank(before)
}
