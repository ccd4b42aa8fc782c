import { healthySince } from '../core/rollout/advance.ts'
import { isBroken } from '../core/rollout/rollout-state.ts'
import type { Policy, EnvironmentPolicy } from '../core/policy/policy.ts'
import type { GitHub } from '../ports/github.ts'
import type { DeploymentRecord } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'
import { proposePromotion } from './propose-promotion.ts'
import { proposeRollback } from './propose-rollback.ts'

/**
 * What the policy asks for where a deployment is now: a rollback where it broke, promotions where it has been healthy for long enough. Gives when to
 * look again for that (milliseconds), where a soak goes on.
 */
export async function actOnRollout(
  deps: PipelineDeps,
  github: GitHub,
  policy: Policy,
  environment: EnvironmentPolicy,
  record: DeploymentRecord,
): Promise<number | undefined> {
  const { rollout } = record
  if (isBroken(rollout.state)) {
    const { deploy } = environment
    // What was well for longer than a deployment may take and breaks then has other causes more often than this one: people decide.
    const isOurs = Date.parse(rollout.since) <= Date.parse(record.mergedAt) + (deploy?.timeoutMs ?? 0)
    if (deploy?.onFailure !== 'revert' || !isOurs) return undefined
    const done = await proposeRollback(deps, github, record, { by: null, reason: '' })
    if (done.kind !== 'known')
      deps.log.info({ environment: environment.name, sha: record.sha, done }, 'rollback')
    return undefined
  }
  const now = deps.now()
  const since = healthySince(rollout, now.toISOString())
  if (since === undefined) return undefined
  const waits: number[] = []
  for (const next of policy.environments) {
    const { promotion } = next
    if (promotion?.from !== environment.name || promotion.open !== 'soaked' || promotion.move.length === 0)
      continue
    const at = Date.parse(since) + promotion.soakMs
    if (at > now.getTime()) {
      waits.push(at)
      continue
    }
    const done = await proposePromotion(deps, github, next, record, null)
    if (done.kind !== 'known') deps.log.info({ environment: next.name, sha: record.sha, done }, 'promotion')
  }
  return waits.length === 0 ? undefined : Math.min(...waits)
}
