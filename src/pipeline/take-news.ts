import { objectKey, type ObjectName, type Observation } from '../core/rollout/observation.ts'
import type { GitHubStatus } from '../core/rollout/read-github-status.ts'
import { hasEnded } from '../core/rollout/rollout-state.ts'
import type { PipelineDeps } from './deps.ts'

/** Keeps what a deployer told, and looks at the deployments that it may concern: those that move, and those that know the object. */
export async function takeNews(
  deps: PipelineDeps,
  name: ObjectName,
  observation: Observation | undefined,
): Promise<void> {
  if (observation !== undefined) await deps.store.saveObservation(observation, undefined)
  const key = objectKey(name)
  for (const { repository, environment, installation, rollout } of await deps.store.newestDeployments()) {
    const knows = rollout.objects.some((each) => objectKey(each) === key)
    if (knows || !hasEnded(rollout.state)) await deps.queue.follow({ repository, environment, installation })
  }
}

/** Keeps what something told on GitHub about a commit, and looks at the deployments of its repository. Without any nothing is kept. */
export async function takeStatus(
  deps: PipelineDeps,
  repository: string,
  status: GitHubStatus,
): Promise<void> {
  const own = (await deps.store.newestDeployments()).filter((each) => each.repository === repository)
  if (own.length === 0) return
  const at = new Date(status.at).toISOString()
  await deps.store.saveObservation({ via: 'github', at, status: { ...status, at } }, repository)
  for (const { environment, installation } of own)
    await deps.queue.follow({ repository, environment, installation })
}
