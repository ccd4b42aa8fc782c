import { newRollout } from '../core/rollout/rollout.ts'
import type { EnvironmentPolicy } from '../core/policy/policy.ts'
import type { EnvironmentChange } from '../core/targets/target.ts'
import type { GitHub } from '../ports/github.ts'
import type { DeploymentRecord, PullKey } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'
import { commitBefore } from './commit-before.ts'
import { readPolicy } from './read-policy.ts'
import { askForReviewAfterwards } from './ask-for-review-afterwards.ts'
import { recordOnce } from './record-once.ts'
import { showDeployments } from './show-deployments.ts'
import type { Taken } from './take-facts.ts'

/**
 * After the merge: a GitHub Deployment for each environment that the merge reaches, by whomever it was merged. Found from GitHub and git alone, so that a
 * crash between merge and record loses nothing; `ensure…` makes a second time harmless. From then on the deployment is followed.
 */
export async function followMerged(
  deps: PipelineDeps,
  github: GitHub,
  due: { readonly key: PullKey; readonly installation: number },
  taken: Taken,
): Promise<void> {
  const { pull } = taken.facts
  const sha = taken.reading.mergeCommit
  if (pull.state !== 'merged' || sha === null) return
  await recordOnce(deps, due.key, 'merged', { sha }, { head: pull.head.sha, by: taken.reading.mergedBy })
  await askForReviewAfterwards(deps, github, due.key, taken.facts.pull)
  const name = pull.repository
  const access = await github.gitAccess(name)
  const repository = await deps.mirrors.fetch({ ...access, repository: name, refs: [sha] })
  const before = await commitBefore(repository, sha, pull)
  const policy = await readPolicy(deps, github, repository, name, before)
  if (policy === 'absent' || !policy.ok) return

  const environments = policy.value.environments.map(({ name, targets, discover }) => ({
    name,
    targets,
    discover,
  }))
  const changes = await deps.takeChange(repository, {
    base: before,
    head: sha,
    environments,
    repository: name,
  })
  const known = await deps.store.deployments(name, { sha })
  for (const environment of policy.value.environments) {
    const change = changes.find((each) => each.name === environment.name)
    const reached = change !== undefined && (change.failures.length > 0 || change.change.resources.length > 0)
    if (!reached) continue
    if (!known.some((record) => record.environment === environment.name))
      await createDeployment(deps, github, due, taken, { environment, change, sha, before })
    await deps.queue.follow({
      repository: name,
      environment: environment.name,
      installation: due.installation,
    })
  }
  await showDeployments(deps, github, { repository: name, pull: pull.number, sha }, taken.reading)
}

async function createDeployment(
  deps: PipelineDeps,
  github: GitHub,
  due: { readonly key: PullKey; readonly installation: number },
  { facts: { pull, takenAt }, reading }: Taken,
  merged: {
    readonly environment: EnvironmentPolicy
    readonly change: EnvironmentChange
    readonly sha: string
    readonly before: string
  },
): Promise<void> {
  const { environment, change, sha, before } = merged
  const { repository } = pull
  const { classes, digest } = change.change
  const deployment = await github.ensureDeployment(repository, {
    sha,
    environment: environment.name,
    description: `Pull request #${pull.number}: ${classes.join(', ')}`,
    production: environment.protected,
    payload: { pull: pull.number, head: pull.head.sha, digest },
  })
  const waiting = {
    state: 'queued' as const,
    description: `Merged as ${sha.slice(0, 7)}; waiting for the deployer`,
  }
  if (deployment.state === 'pending') await github.ensureDeploymentStatus(repository, deployment.id, waiting)
  const mergedAt = reading.mergedAt ?? takenAt
  const [previous] = await deps.store.deployments(repository, { environment: environment.name, limit: 1 })
  const signatures = await signaturesOf(deps, due.key, environment.name)
  // Before the deployment is kept: what is kept is not made again.
  await recordOnce(
    deps,
    due.key,
    'deployment',
    { environment: environment.name, sha },
    { deployment: deployment.id, digest, signatures },
  )
  await deps.store.createDeployment({
    repository,
    environment: environment.name,
    sha,
    base: before,
    pull: pull.number,
    installation: due.installation,
    githubId: deployment.id,
    mergedAt,
    mergedBy: reading.mergedBy,
    digest,
    classes,
    signatures,
    rollout: newRollout(mergedAt, previous?.rollout),
  })
}

/** Who signed, as the last decision before the merge counted them. */
async function signaturesOf(
  deps: PipelineDeps,
  key: PullKey,
  environment: string,
): Promise<DeploymentRecord['signatures']> {
  const decided = await deps.store.readDecision(key)
  const found = decided?.decision.environments.find(({ name }) => name === environment)
  return (found?.rules ?? [])
    .filter(({ counted }) => counted.length > 0)
    .map(({ name, counted }) => ({ rule: name, people: counted }))
}
