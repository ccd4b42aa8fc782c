import type { GitHub } from '../../ports/github.ts'
import { githubError, once, splitRepository, type Octokit } from './octokit.ts'

type Request = Parameters<GitHub['ensureDeployment']>[1]
type Status = Parameters<GitHub['ensureDeploymentStatus']>[2]

/** Marks the deployments that Countersign made, so that one made by something else for the same commit is left alone. */
const task = 'deploy:countersign'

/**
 * The Deployment of a commit to an environment. GitHub has no key for it, so what is there is looked up first.
 * https://docs.github.com/en/rest/deployments/deployments#create-a-deployment
 */
export async function ensureDeployment(
  octokit: Octokit,
  repository: string,
  request: Request,
): Promise<{ id: number; state: string }> {
  const at = splitRepository(repository)
  const { sha, environment } = request
  try {
    const existing = await octokit.rest.repos.listDeployments({
      ...at,
      sha,
      environment,
      task,
      per_page: 100,
    })
    const found = existing.data.find((each) => each.sha === sha && each.environment === environment)
    if (found) return { id: found.id, state: await newestState(octokit, repository, found.id) }
    const created = await octokit.rest.repos.createDeployment({
      ...at,
      ref: sha,
      task,
      environment,
      description: request.description.slice(0, 140),
      // The gate was ours, and the commit is merged: nothing is left to wait for or to merge.
      auto_merge: false,
      required_contexts: [],
      production_environment: request.production,
      transient_environment: false,
      payload: { ...request.payload },
      ...once,
    })
    if (!('id' in created.data)) throw new Error('GitHub accepted the deployment without making one')
    return { id: created.data.id, state: 'pending' }
  } catch (thrown) {
    throw githubError(`create the deployment of ${sha.slice(0, 7)} to ${environment}`, thrown)
  }
}

/** https://docs.github.com/en/rest/deployments/statuses */
export async function ensureDeploymentStatus(
  octokit: Octokit,
  repository: string,
  deployment: number,
  status: Status,
): Promise<void> {
  try {
    if ((await newestState(octokit, repository, deployment)) === status.state) return
    await octokit.rest.repos.createDeploymentStatus({
      ...splitRepository(repository),
      deployment_id: deployment,
      state: status.state,
      description: status.description.slice(0, 140),
      ...(status.logUrl === undefined ? {} : { log_url: status.logUrl }),
    })
  } catch (thrown) {
    throw githubError(`report the deployment ${deployment}`, thrown)
  }
}

async function newestState(octokit: Octokit, repository: string, deployment: number): Promise<string> {
  const statuses = await octokit.rest.repos.listDeploymentStatuses({
    ...splitRepository(repository),
    deployment_id: deployment,
    per_page: 1,
  })
  return statuses.data[0]?.state ?? 'pending'
}
