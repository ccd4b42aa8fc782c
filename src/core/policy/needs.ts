import { latestOpinions, type Opinion } from '../approval/opinions.ts'
import { isHuman } from '../approval/person.ts'
import type { PullFacts } from '../facts.ts'
import type { ApprovalRule, Policy } from './policy.ts'

/** Look-ups that facts must contain. What is absent from the facts counts as failed. */
export interface NeededLookups {
  /** Lower-case `organisation/team`, sorted. */
  readonly teams: readonly string[]
  /** Lower-case logins whose permission is needed, sorted. */
  readonly logins: readonly string[]
}

/**
 * The teams that any rule names, and the people whose latest opinion is one: an approval needs their permission, an objection may.
 */
export function neededLookups(policy: Policy, pull: Pick<PullFacts, 'reviews'>): NeededLookups {
  const rules = policy.environments.flatMap(({ approvals }) => approvals)
  const all = policy.policyChanges === null ? rules : [...rules, policy.policyChanges]
  return { teams: teamsOf(all), logins: neededPermissions(latestOpinions(pull.reviews)) }
}

/** Lower-case team slugs that rules name, sorted. */
export function teamsOf(rules: readonly ApprovalRule[]): string[] {
  const teams = rules.flatMap(({ from }) =>
    from.flatMap((source) => (source.kind === 'team' ? [source.team] : [])),
  )
  return [...new Set(teams)].sort()
}

/** Lower-case logins of people whose latest opinion is an approval or an objection, sorted. */
export function neededPermissions(opinions: readonly Opinion[]): string[] {
  return opinions
    .filter(({ person, state }) => state !== 'DISMISSED' && isHuman(person))
    .map(({ person }) => person.login.toLowerCase())
    .sort()
}
