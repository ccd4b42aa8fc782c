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
 * The teams that any rule names; the people whose latest opinion is one (an approval needs their permission, an objection may); and
 * who asked for the merge of this head, or asked for or confirmed an emergency merge of it.
 */
export function neededLookups(policy: Policy, pull: Pick<PullFacts, 'reviews'> & Asked): NeededLookups {
  const rules = policy.environments.flatMap(({ approvals, rollback }) =>
    rollback === null ? approvals : [...approvals, rollback.rule],
  )
  const all = policy.policyChanges === null ? rules : [...rules, policy.policyChanges]
  const signers = neededPermissions(latestOpinions(pull.reviews))
  const logins = new Set([...signers, ...askers(pull).map((login) => login.toLowerCase())])
  return { teams: teamsOf(all), logins: [...logins].sort() }
}

/** Who asked for what, of which head; a change that is no pull request has none of it. */
type Asked = Partial<Pick<PullFacts, 'head' | 'mergeAsked' | 'breakGlass'>>

function askers({ head, mergeAsked, breakGlass = [] }: Asked): string[] {
  if (head === undefined) return []
  const asked = mergeAsked?.head === head.sha ? [mergeAsked.by] : []
  const emergencies = breakGlass
    .filter((each) => each.head === head.sha)
    .flatMap(({ by, confirmed }) => (confirmed === undefined ? [by] : [by, confirmed.by]))
  return [...asked, ...emergencies]
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
