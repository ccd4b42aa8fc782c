import type { Opinion } from '../approval/opinions.ts'
import type { Reason } from '../decision.ts'
import type { Lookup, PeopleFacts } from '../facts.ts'
import { ownEntry } from '../own-entry.ts'
import { neededPermissions, teamsOf } from '../policy/needs.ts'
import type { ApprovalRule } from '../policy/policy.ts'

const again = 'It is tried again by itself; `/retry` asks now.'

/** Look-ups that these rules need and that have no answer: each an error, never a "no". */
export function judgeLookups(
  rules: readonly ApprovalRule[],
  opinions: readonly Opinion[],
  people: PeopleFacts,
): Reason[] {
  if (rules.length === 0) return []
  const teams = teamsOf(rules).flatMap((team) => {
    const reason = judgeTeam(team, ownEntry(people.teams, team))
    return reason === undefined ? [] : [reason]
  })
  const permissions = neededPermissions(opinions).flatMap((login): Reason[] => {
    const found = ownEntry(people.permissions, login)
    if (found !== undefined && found.kind !== 'failed') return []
    const why = found === undefined ? 'it was not looked up' : found.reason
    return [
      {
        code: 'lookup-failed',
        verdict: 'error',
        sentence: `the permission of ${login} is not known: ${why}`,
        next: again,
      },
    ]
  })
  return [...teams, ...permissions]
}

/** Whether a team that a rule names has no answer. */
export function hasUnknownTeam(rule: ApprovalRule, people: PeopleFacts): boolean {
  return teamsOf([rule]).some((team) => ownEntry(people.teams, team)?.kind !== 'known')
}

function judgeTeam(team: string, found: Lookup<readonly string[]> | undefined): Reason | undefined {
  if (found?.kind === 'known') return undefined
  if (found?.kind === 'missing')
    return {
      code: 'team-missing',
      verdict: 'error',
      sentence: `team ${team} was not found`,
      next: 'Correct its name in the policy, or let the app see the team.',
    }
  const why = found === undefined ? 'it was not looked up' : found.reason
  return {
    code: 'lookup-failed',
    verdict: 'error',
    sentence: `the members of team ${team} are not known: ${why}`,
    next: again,
  }
}
