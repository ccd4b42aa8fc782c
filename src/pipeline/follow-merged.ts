import type { GitHub } from '../ports/github.ts'
import type { PullKey } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'
import { commitBefore } from './commit-before.ts'
import { readPolicy } from './read-policy.ts'
import { askForReviewAfterwards } from './ask-for-review-afterwards.ts'
import type { Taken } from './take-facts.ts'

/**
 * After the merge: a GitHub Deployment for each environment that the merge reaches, by whomever it was merged. Found from GitHub and git alone, so that a
 * crash between merge and record loses nothing; `ensure…` makes a second time harmless.
 */
export async function followMerged(
  deps: PipelineDeps,
  github: GitHub,
  key: PullKey,
  taken: Taken,
): Promise<void> {
  const { pull } = taken.facts
  const sha = taken.reading.mergeCommit
  if (pull.state !== 'merged' || sha === null) return
  await askForReviewAfterwards(deps, github, key, taken.facts.pull)
  const name = pull.repository
  const access = await github.gitAccess(name)
  const repository = await deps.mirrors.fetch({ ...access, repository: name, refs: [sha] })
  const before = await commitBefore(repository, sha, pull)
  const policy = await readPolicy(deps, github, repository, name, before)
  if (policy === 'absent' || !policy.ok) return

  const environments = policy.value.environments.map(({ name, targets }) => ({ name, targets }))
  const changes = await deps.takeChange(repository, { base: before, head: sha, environments })
  const known = await deps.store.deployments(name, sha)
  for (const environment of policy.value.environments) {
    const change = changes.find((each) => each.name === environment.name)
    const reached = change !== undefined && (change.failures.length > 0 || change.change.resources.length > 0)
    if (!reached || known.some((record) => record.environment === environment.name)) continue
    const deployment = await github.ensureDeployment(name, {
      sha,
      environment: environment.name,
      description: `Pull request #${pull.number}: ${change.change.classes.join(', ')}`,
      production: environment.protected,
      payload: { pull: pull.number, head: pull.head.sha, digest: change.change.digest },
    })
    if (deployment.state === 'pending') {
      await github.ensureDeploymentStatus(name, deployment.id, {
        state: 'queued',
        description: `Merged as ${sha.slice(0, 7)}; waiting for the deployer`,
      })
    }
    await deps.store.saveDeployment({
      repository: name,
      environment: environment.name,
      sha,
      pull: pull.number,
      githubId: deployment.id,
      state: 'waiting',
    })
    await deps.store.appendAudit(key, 'deployment', {
      environment: environment.name,
      sha,
      deployment: deployment.id,
    })
  }
}
