import { pullsAtHead } from '../operations/find-pulls.ts'
import { suiteResult } from '../operations/suite-result.ts'
import type {
  CheckRun,
  CheckSuite,
  CommitStatus,
  Deployment,
  DeploymentStatus,
  Pull,
  Repository,
} from '../world/model.ts'
import type { World } from '../world/world.ts'
import { viewAccount, viewApp } from './accounts.ts'
import { pullUrl } from './pulls.ts'
import { repositoryPage, repositoryUrl, viewMinimalRepository } from './repositories.ts'

/** A pull request as small as checks mention it. */
function viewMentionedPull(world: World, pull: Pull): Record<string, unknown> {
  const side = (repository: Repository, ref: string, sha: string): unknown => ({
    ref,
    sha,
    repo: { id: repository.id, url: repositoryUrl(world, repository), name: repository.name },
  })
  return {
    url: pullUrl(world, pull),
    id: pull.id,
    number: pull.number,
    head: side(pull.headRepository ?? pull.repository, pull.headRef, pull.headSha),
    base: side(pull.repository, pull.baseRef, pull.baseSha),
  }
}

const mentioned = (world: World, suite: CheckSuite): unknown[] =>
  pullsAtHead(suite.repository, suite.headSha).map((pull) => viewMentionedPull(world, pull))

export function viewRun(world: World, run: CheckRun): Record<string, unknown> {
  const url = `${repositoryUrl(world, run.suite.repository)}/check-runs/${run.id}`
  const page = `${repositoryPage(world, run.suite.repository)}/runs/${run.id}`
  return {
    id: run.id,
    name: run.name,
    node_id: run.nodeId,
    head_sha: run.suite.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: viewApp(world, run.suite.app),
    pull_requests: mentioned(world, run.suite),
  }
}

const suiteBase = (world: World, suite: CheckSuite): Record<string, unknown> => ({
  id: suite.id,
  node_id: suite.nodeId,
  head_branch: suite.headBranch,
  head_sha: suite.headSha,
  ...suiteResult(suite),
  url: `${repositoryUrl(world, suite.repository)}/check-suites/${suite.id}`,
  before: '0'.repeat(40),
  after: suite.headSha,
  pull_requests: mentioned(world, suite),
  app: viewApp(world, suite.app),
  created_at: suite.createdAt,
  updated_at: suite.updatedAt,
})

/** Strict: the check run of a webhook payload carries its suite. */
export const viewHookRun = (world: World, run: CheckRun): Record<string, unknown> => {
  const suite = suiteBase(world, run.suite)
  return {
    ...viewRun(world, run),
    check_suite: { ...suite, status: suite.status === 'queued' ? 'queued' : suite.status },
  }
}

async function headCommit(suite: CheckSuite): Promise<Record<string, unknown>> {
  const commit = await suite.repository.git.commit(suite.headSha)
  const person = ({ name, email }: { name: string; email: string }): unknown => ({ name, email })
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: person(commit.author),
    committer: person(commit.committer),
  }
}

/** Strict: exactly what a webhook payload may say about a suite. */
export async function viewHookSuite(world: World, suite: CheckSuite): Promise<Record<string, unknown>> {
  return {
    ...suiteBase(world, suite),
    latest_check_runs_count: suite.runs.length,
    check_runs_url: `${repositoryUrl(world, suite.repository)}/check-suites/${suite.id}/check-runs`,
    head_commit: await headCommit(suite),
  }
}

export const viewSuite = async (world: World, suite: CheckSuite): Promise<Record<string, unknown>> => ({
  ...(await viewHookSuite(world, suite)),
  repository: viewMinimalRepository(world, suite.repository),
})

export const viewStatus = (
  world: World,
  repository: Repository,
  status: CommitStatus,
): Record<string, unknown> => ({
  url: `${repositoryUrl(world, repository)}/statuses/${status.sha}`,
  avatar_url: `${world.origin}/avatars/${status.creator.id}`,
  id: status.id,
  node_id: status.nodeId,
  state: status.state,
  description: status.description,
  target_url: status.targetUrl,
  context: status.context,
  created_at: status.createdAt,
  updated_at: status.createdAt,
  creator: viewAccount(world, status.creator),
})

/** Strict: exactly what a webhook payload may say about a deployment. */
export function viewDeployment(world: World, deployment: Deployment): Record<string, unknown> {
  const url = `${repositoryUrl(world, deployment.repository)}/deployments/${deployment.id}`
  return {
    url,
    id: deployment.id,
    node_id: deployment.nodeId,
    task: deployment.task,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(world, deployment.repository),
    creator: viewAccount(world, deployment.creator),
    sha: deployment.sha,
    ref: deployment.ref,
    payload: deployment.payload,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: deployment.app === null ? null : viewApp(world, deployment.app),
  }
}

export function viewDeploymentStatus(world: World, status: DeploymentStatus): Record<string, unknown> {
  const { deployment } = status
  const url = `${repositoryUrl(world, deployment.repository)}/deployments/${deployment.id}`
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: status.nodeId,
    state: status.state,
    creator: viewAccount(world, status.creator),
    description: status.description,
    environment: deployment.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: repositoryUrl(world, deployment.repository),
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
  }
}
