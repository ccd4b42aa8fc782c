import { findBarred } from '../approval/barred.ts'
import { countApprovals } from '../approval/count.ts'
import { findObjections } from '../approval/objections.ts'
import type { Reason, RuleDecision } from '../decision.ts'
import { isPolicyPath, type Policy } from '../policy/policy.ts'
import { judgeObjections, judgeRules, unattributedReasons, type JudgeContext } from './environment.ts'
import { hasUnknownTeam, judgeLookups } from './lookups.ts'

export interface JudgedPolicyChanges {
  readonly rule: RuleDecision | undefined
  readonly reasons: readonly Reason[]
}

/**
 * A pull request that changes the policy is judged by the policy as it is on the base. Nothing is rendered that an approval could
 * bind to, so it binds to the commit; nobody who took part may sign, and nothing softens that.
 */
export function judgePolicyChanges(
  policy: Policy,
  { facts, now, opinions }: JudgeContext,
): JudgedPolicyChanges {
  const { pull, people } = facts
  if (!pull.files.some(isPolicyPath)) return { rule: undefined, reasons: [] }
  const guard = policy.policyChanges
  if (guard === null) return { rule: undefined, reasons: [unguarded] }
  const counted = countApprovals({
    rules: [guard],
    distinct: true,
    affected: true,
    classes: [],
    opinions,
    people,
    barred: findBarred(pull, 'never'),
    binding: {
      binding: 'commit',
      head: pull.head.sha,
      environment: null,
      baseChangedAt: pull.baseChangedAt,
    },
    expiresMs: null,
    now,
  })
  const [rule] = counted.rules
  const reasons = [
    ...judgeLookups([guard], opinions, people),
    ...unattributedReasons(pull),
    ...judgeObjections(findObjections(opinions, [guard], people)),
    ...judgeRules(counted.rules),
  ]
  return {
    rule: rule !== undefined && hasUnknownTeam(guard, people) ? { ...rule, state: 'error' } : rule,
    reasons,
  }
}

const unguarded: Reason = {
  code: 'policy-unguarded',
  verdict: 'error',
  sentence: 'this changes the policy, and the policy names nobody who may sign that',
  next: 'Add policy-changes to the policy; until then an administrator has to merge changes of it.',
}
