import type { Policy } from '../policy/policy.ts'

/**
 * A policy without what no replay can know: how the environment before was doing when a promotion was merged. Everything else is judged
 * as it stands.
 */
export function replayable(policy: Policy): Policy {
  return { ...policy, environments: policy.environments.map((each) => ({ ...each, promotion: null })) }
}
