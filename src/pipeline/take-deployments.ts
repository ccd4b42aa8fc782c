import type { EnvironmentFacts } from '../core/facts.ts'
import type { EnvironmentPolicy } from '../core/policy/policy.ts'
import { healthySince } from '../core/rollout/advance.ts'
import { hasEnded } from '../core/rollout/rollout-state.ts'
import type { EnvironmentChange } from '../core/targets/target.ts'
import { findAskedBefore } from './find-asked-before.ts'
import type { FactsDeps } from './facts-deps.ts'

/**
 * What is being deployed to an environment, and since when the one before it has been healthy. A pull request that changes both is not
 * healthy there yet. Only a deployment that somebody follows can be waited for: without `deploy` in the policy, and a cluster or a status that tells of it, nobody knows when it ends.
 */
export async function takeDeployments(
  deps: FactsDeps,
  pull: { readonly repository: string; readonly number: number },
  environment: EnvironmentPolicy,
  changes: readonly EnvironmentChange[],
  now: string,
): Promise<Pick<EnvironmentFacts, 'deploying' | 'askedBefore' | 'healthySince' | 'changesBefore'>> {
  const { repository } = pull
  const { name, deploy, promotion } = environment
  const own =
    deploy === null ? [] : await deps.store.deployments(repository, { environment: name, limit: 20 })
  const moving = own.find(({ rollout }) => !hasEnded(rollout.state))
  const from = promotion?.from
  const changesFrom = changes.some((each) => each.name === from && each.change.resources.length > 0)
  const [before] =
    from === undefined || changesFrom
      ? []
      : await deps.store.deployments(repository, { environment: from, limit: 1 })
  const since = before === undefined ? undefined : healthySince(before.rollout, now)
  const waits = moving !== undefined && moving.pull !== pull.number && environment.merge.queue !== 'parallel'
  const askedBefore = waits ? await findAskedBefore(deps.store, pull, name) : []
  return {
    ...(moving === undefined ? {} : { deploying: moving.pull }),
    ...(askedBefore.length === 0 ? {} : { askedBefore }),
    ...(since === undefined ? {} : { healthySince: since }),
    ...(changesFrom ? { changesBefore: true } : {}),
  }
}
