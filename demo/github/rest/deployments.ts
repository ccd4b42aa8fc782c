import { createDeployment, createDeploymentStatus } from '../operations/deployments.ts'
import { resultsAt } from '../operations/results-at.ts'
import { viewDeployment, viewDeploymentStatus } from '../views/checks.ts'
import type { Deployment, DeploymentStatus, Repository } from '../world/model.ts'
import { accountOf, appOf } from '../world/people.ts'
import { notFound, Refusal } from '../world/refusal.ts'
import { commitOf } from './checks.ts'
import { created, listed, ok, repositoryRoute, type Call, type Route } from './route.ts'

type RepositoryCall = Call & { readonly repository: Repository }
const read = { app: 'deployments:read', role: 'read' } as const
const write = { app: 'deployments:write', role: 'write' } as const
const root = '/repos/{owner}/{repo}/deployments'

function deploymentOf(call: RepositoryCall): Deployment {
  const found = call.repository.deployments.find((each) => each.id === Number(call.params.deployment_id))
  if (found === undefined) throw notFound()
  return found
}

interface NewDeployment {
  readonly ref: string
  readonly task?: string
  readonly auto_merge?: boolean
  readonly required_contexts?: readonly string[]
  readonly payload?: unknown
  readonly environment?: string
  readonly description?: string | null
  readonly transient_environment?: boolean
  readonly production_environment?: boolean
}

/** Every check at the commit must be green unless the caller names those it needs (an empty list: none). */
function demandGreen(
  repository: Repository,
  sha: string,
  ref: string,
  needed: readonly string[] | undefined,
): void {
  const results = resultsAt(repository, sha)
  const bad = results.filter(
    (result) => (needed === undefined || needed.includes(result.name)) && result.outcome !== 'success',
  )
  const missing = (needed ?? []).filter((name) => !results.some((result) => result.name === name))
  if (bad.length > 0 || missing.length > 0)
    throw new Refusal(409, `Conflict: Commit status checks failed for ${ref}.`)
}

export const deployments: readonly Route[] = [
  repositoryRoute('GET', root, read, (call) => {
    const { sha, ref, task, environment } = call.query
    const found = call.repository.deployments.filter(
      (each) =>
        (sha === undefined || each.sha === sha) &&
        (ref === undefined || each.ref === ref) &&
        (task === undefined || each.task === task) &&
        (environment === undefined || each.environment === environment),
    )
    return listed(call, found.reverse(), (each) => viewDeployment(call.world, each))
  }),
  repositoryRoute('POST', root, write, async (call) => {
    const body = call.body as unknown as NewDeployment
    const { repository } = call
    const sha = await commitOf(call, body.ref)
    demandGreen(repository, sha, body.ref, body.required_contexts)
    const deployment = createDeployment(call, {
      repository,
      sha,
      ref: body.ref,
      task: body.task ?? 'deploy',
      environment: body.environment ?? 'production',
      description: body.description ?? null,
      payload: body.payload ?? {},
      transient: body.transient_environment ?? false,
      production: body.production_environment ?? (body.environment ?? 'production') === 'production',
      creator: accountOf(call.actor),
      app: appOf(call.actor),
    })
    return created(viewDeployment(call.world, deployment))
  }),
  repositoryRoute('GET', `${root}/{deployment_id}`, read, (call) =>
    ok(viewDeployment(call.world, deploymentOf(call))),
  ),
  repositoryRoute('GET', `${root}/{deployment_id}/statuses`, read, (call) =>
    listed(call, [...deploymentOf(call).statuses].reverse(), (status) =>
      viewDeploymentStatus(call.world, status),
    ),
  ),
  repositoryRoute('POST', `${root}/{deployment_id}/statuses`, write, (call) => {
    const body = call.body as {
      state: DeploymentStatus['state']
      description?: string
      log_url?: string
      target_url?: string
      environment_url?: string
      auto_inactive?: boolean
    }
    const status = createDeploymentStatus(
      call,
      {
        deployment: deploymentOf(call),
        state: body.state,
        description: body.description ?? '',
        logUrl: body.log_url ?? body.target_url ?? '',
        environmentUrl: body.environment_url ?? '',
        creator: accountOf(call.actor),
      },
      body.auto_inactive ?? true,
    )
    return created(viewDeploymentStatus(call.world, status))
  }),
  repositoryRoute('GET', `${root}/{deployment_id}/statuses/{status_id}`, read, (call) => {
    const status = deploymentOf(call).statuses.find((each) => each.id === Number(call.params.status_id))
    if (status === undefined) throw notFound()
    return ok(viewDeploymentStatus(call.world, status))
  }),
]
