import { latestOpinions } from './approval/opinions.ts'
import { worstVerdict, type Decision, type EnvironmentDecision } from './decision.ts'
import type { Facts } from './facts.ts'
import { judgeEnvironment, type JudgedEnvironment } from './judge/environment.ts'
import { judgeAsker, planMerge } from './judge/merge.ts'
import { judgePolicyChanges } from './judge/policy-changes.ts'
import { forkIgnored, isIgnoredFork, judgePull } from './judge/pull.ts'
import { byWeight } from './judge/weight.ts'
import { ownEntry } from './own-entry.ts'
import type { Policy } from './policy/policy.ts'
import type { Parsed, Problem } from './problem.ts'

/**
 * Judges a pull request: the policy of its base branch, and facts taken at one instant. Pure and total: the same arguments give
 * the same decision, and what is not known gives `error`, never `ready`.
 */
export function decide(policy: Parsed<Policy> | Policy, facts: Facts): Decision {
  if (Number.isNaN(Date.parse(facts.takenAt)))
    return cannotJudge('facts-unreadable', `the facts have no time ("${facts.takenAt}")`, undefined, facts)
  if (!('ok' in policy)) return judge(policy, facts)
  return policy.ok ? judge(policy.value, facts) : unreadable(policy.problems, facts)
}

function judge(policy: Policy, facts: Facts): Decision {
  const { pull } = facts
  const now = Date.parse(facts.takenAt)
  const context = { facts, now, opinions: latestOpinions(pull.reviews) }
  const isFork = isIgnoredFork(policy, pull)
  const judged = policy.environments.map((environment) => ({
    environment,
    ...(isFork
      ? ignoreFork(environment.name, environment.protected)
      : judgeEnvironment(environment, ownEntry(facts.environments, environment.name), context)),
  }))
  const affected = judged.filter((each) => each.affected)
  const guard = judgePolicyChanges(policy, context)
  const reasons = byWeight([
    ...judgePull(policy, pull, affected.length > 0 || guard.reasons.length > 0 || guard.rule !== undefined),
    ...guard.reasons,
    ...judgeAsker(facts),
  ])
  const verdict = worstVerdict([
    ...judged.map(({ decision }) => decision.verdict),
    ...reasons.map((reason) => reason.verdict),
  ])
  const changesAt = judged.flatMap((each) => each.changesAt).filter((instant) => instant > now)
  return {
    verdict,
    head: pull.head.sha,
    reasons,
    environments: judged.map(({ decision }) => decision),
    ...(guard.rule === undefined ? {} : { policyChanges: guard.rule }),
    merge: planMerge(
      policy,
      facts,
      verdict,
      affected.map(({ environment }) => environment),
    ),
    ...(changesAt.length === 0 ? {} : { judgeAgainAt: new Date(Math.min(...changesAt)).toISOString() }),
  }
}

/** Nothing of an ignored fork is rendered, so nothing is known about any environment. */
function ignoreFork(name: string, isProtected: boolean): JudgedEnvironment {
  const decision: EnvironmentDecision = {
    name,
    verdict: 'blocked',
    protected: isProtected,
    reasons: [forkIgnored],
    rules: [],
  }
  return { decision, affected: true, changesAt: [] }
}

function unreadable(problems: readonly Problem[], facts: Facts): Decision {
  const [first] = problems
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  const sentence =
    first === undefined
      ? 'the policy could not be read'
      : `the policy has ${count} (${first.file}:${first.line}): ${first.path === '' ? '' : `${first.path}: `}${first.message}`
  return cannotJudge('policy-unreadable', sentence, 'Mend the policy on the base branch.', facts)
}

function cannotJudge(code: string, sentence: string, next: string | undefined, facts: Facts): Decision {
  return {
    verdict: 'error',
    head: facts.pull.head.sha,
    reasons: [{ code, verdict: 'error', sentence, ...(next === undefined ? {} : { next }) }],
    environments: [],
    merge: null,
  }
}
