import type { Decision } from '../decision.ts'
import type { Facts } from '../facts.ts'

/**
 * The base branch has no policy: nothing is gated there, and nothing is merged by Countersign. (A pull request that removes a
 * policy is judged by the one it removes.)
 */
export function absentPolicyDecision(facts: Facts): Decision {
  return { verdict: 'unaffected', head: facts.pull.head.sha, reasons: [], environments: [], merge: null }
}
