import {
  announceRun,
  announceSuite,
  createRun,
  createStatus,
  updateRun,
  type RunChange,
} from '../operations/checks.ts'
import { latestRuns } from '../operations/suite-result.ts'
import { viewRun, viewStatus, viewSuite } from '../views/checks.ts'
import { repositoryUrl, viewMinimalRepository } from '../views/repositories.ts'
import type { App, CheckRun, CheckSuite, CommitStatus, Repository } from '../world/model.ts'
import { accountOf, appOf } from '../world/people.ts'
import { forbidden, invalid, notFound } from '../world/refusal.ts'
import { created, listed, ok, repositoryRoute, type Call, type Route } from './route.ts'

type RepositoryCall = Call & { readonly repository: Repository }
const read = { app: 'checks:read', role: 'read' } as const
const write = { app: 'checks:write', role: 'write' } as const
const root = '/repos/{owner}/{repo}'

function demandApp(call: Call): App {
  const app = appOf(call.actor)
  if (app === null) throw forbidden('You must authenticate via a GitHub App.')
  return app
}

function runOf(call: RepositoryCall): CheckRun {
  const runs = call.repository.suites.flatMap((suite) => suite.runs)
  const run = runs.find((each) => each.id === Number(call.params.check_run_id))
  if (run === undefined) throw notFound()
  return run
}

function suiteOf(call: RepositoryCall): CheckSuite {
  const suite = call.repository.suites.find((each) => each.id === Number(call.params.check_suite_id))
  if (suite === undefined) throw notFound()
  return suite
}

export async function commitOf(call: RepositoryCall, revision = call.params.ref ?? ''): Promise<string> {
  const sha = await call.repository.git.resolve(revision)
  if (sha === undefined) throw invalid(`No commit found for SHA: ${revision}`)
  return sha
}

function filterRuns(call: Call, suites: readonly CheckSuite[]): CheckRun[] {
  const { filter = 'latest', check_name: name, status, app_id: appId } = call.query
  return suites
    .filter((suite) => appId === undefined || suite.app.id === Number(appId))
    .flatMap((suite) => (filter === 'all' ? suite.runs : latestRuns(suite.runs)))
    .filter(
      (run) => (name === undefined || run.name === name) && (status === undefined || run.status === status),
    )
}

const runRoutes = [
  repositoryRoute('POST', `${root}/check-runs`, write, async (call) => {
    const { head_sha: sha, ...change } = call.body as unknown as RunChange & {
      name: string
      head_sha: string
    }
    const app = demandApp(call)
    return created(
      viewRun(call.world, await createRun(call, call.repository, app, await commitOf(call, sha), change)),
    )
  }),
  repositoryRoute('GET', `${root}/check-runs/{check_run_id}`, read, (call) =>
    ok(viewRun(call.world, runOf(call))),
  ),
  repositoryRoute('PATCH', `${root}/check-runs/{check_run_id}`, write, async (call) => {
    const run = runOf(call)
    if (run.suite.app !== demandApp(call))
      throw forbidden(
        'Invalid app_id `'.concat(
          String(run.suite.app.id),
          '` - check run can only be modified by the GitHub App that created it.',
        ),
      )
    await updateRun(call, run, call.body)
    return ok(viewRun(call.world, run))
  }),
  repositoryRoute('GET', `${root}/check-runs/{check_run_id}/annotations`, read, (call) =>
    listed(call, runOf(call).annotations, (annotation) => ({
      ...annotation,
      blob_href: `${repositoryUrl(call.world, call.repository)}/contents/${annotation.path}`,
    })),
  ),
  repositoryRoute('POST', `${root}/check-runs/{check_run_id}/rerequest`, write, async (call) => {
    const run = runOf(call)
    if (run.status !== 'completed') throw invalid('This check run is not rerequestable')
    await announceRun(call, run, 'rerequested', accountOf(call.actor))
    return created({})
  }),
  repositoryRoute('GET', `${root}/commits/{ref}/check-runs`, read, async (call) => {
    const sha = await commitOf(call)
    const runs = filterRuns(
      call,
      call.repository.suites.filter((suite) => suite.headSha === sha),
    )
    return listed(
      call,
      runs,
      (run) => viewRun(call.world, run),
      (views, total) => ({ total_count: total, check_runs: views }),
    )
  }),
]

const suiteRoutes = [
  repositoryRoute('GET', `${root}/check-suites/{check_suite_id}`, read, async (call) =>
    ok(await viewSuite(call.world, suiteOf(call))),
  ),
  repositoryRoute('GET', `${root}/check-suites/{check_suite_id}/check-runs`, read, (call) =>
    listed(
      call,
      filterRuns(call, [suiteOf(call)]),
      (run) => viewRun(call.world, run),
      (views, total) => ({ total_count: total, check_runs: views }),
    ),
  ),
  repositoryRoute('POST', `${root}/check-suites/{check_suite_id}/rerequest`, write, async (call) => {
    await announceSuite(call, suiteOf(call), 'rerequested', accountOf(call.actor))
    return created({})
  }),
  repositoryRoute('GET', `${root}/commits/{ref}/check-suites`, read, async (call) => {
    const sha = await commitOf(call)
    const { app_id: appId } = call.query
    const suites = call.repository.suites.filter(
      (suite) => suite.headSha === sha && (appId === undefined || suite.app.id === Number(appId)),
    )
    return listed(
      call,
      suites,
      (suite) => viewSuite(call.world, suite),
      (views, total) => ({ total_count: total, check_suites: views }),
    )
  }),
]

const statusesAt = (repository: Repository, sha: string): CommitStatus[] =>
  repository.statuses.filter((status) => status.sha === sha).reverse()

function combined(statuses: readonly CommitStatus[]): string {
  if (statuses.some((status) => status.state === 'failure' || status.state === 'error')) return 'failure'
  return statuses.length > 0 && statuses.every((status) => status.state === 'success') ? 'success' : 'pending'
}

const statusRoutes = [
  repositoryRoute(
    'POST',
    `${root}/statuses/{sha}`,
    { app: 'statuses:write', role: 'write' },
    async (call) => {
      const {
        state,
        context = 'default',
        description = null,
        target_url: targetUrl = null,
      } = call.body as {
        state: CommitStatus['state']
        context?: string
        description?: string | null
        target_url?: string | null
      }
      const sha = await commitOf(call, call.params.sha)
      const creator = accountOf(call.actor)
      const status = await createStatus(call, call.repository, {
        sha,
        state,
        context,
        description,
        targetUrl,
        creator,
        app: appOf(call.actor),
      })
      return created(viewStatus(call.world, call.repository, status))
    },
  ),
  repositoryRoute(
    'GET',
    `${root}/commits/{ref}/statuses`,
    { app: 'statuses:read', role: 'read' },
    async (call) =>
      listed(call, statusesAt(call.repository, await commitOf(call)), (status) =>
        viewStatus(call.world, call.repository, status),
      ),
  ),
  repositoryRoute(
    'GET',
    `${root}/commits/{ref}/status`,
    { app: 'statuses:read', role: 'read' },
    async (call) => {
      const { repository, world } = call
      const sha = await commitOf(call)
      const latest = [
        ...new Map(
          statusesAt(repository, sha)
            .reverse()
            .map((status) => [status.context, status]),
        ).values(),
      ]
      const url = `${repositoryUrl(world, repository)}/commits/${sha}`
      return listed(
        call,
        latest,
        (status) => viewStatus(world, repository, status),
        (views, total) => ({
          state: combined(latest),
          statuses: views,
          sha,
          total_count: total,
          repository: viewMinimalRepository(world, repository),
          commit_url: url,
          url: `${url}/status`,
        }),
      )
    },
  ),
]

export const checks: readonly Route[] = [...runRoutes, ...suiteRoutes, ...statusRoutes]
