import type { CommitObject } from '../git/parse-commit.ts'
import { latestRuns, suiteResult } from '../operations/suite-result.ts'
import { resultsAt } from '../operations/results-at.ts'
import { requiredCheckNames } from '../rules/merge-gate.ts'
import type { CheckRun, CheckSuite, CommitStatus, Repository } from '../world/model.ts'
import { connection, type PageArguments } from './connection.ts'
import { demand, type Context, type Thing } from './thing.ts'

const upper = (text: string | null): string | null => text?.toUpperCase() ?? null

function isRequired(
  repository: Repository,
  name: string,
): (args: { pullRequestNumber?: number | null }) => boolean {
  return ({ pullRequestNumber }) => {
    const pull = repository.pulls.get(pullRequestNumber ?? 0)
    return pull !== undefined && requiredCheckNames(repository, pull.baseRef).has(name)
  }
}

export function runThing(context: Context, run: CheckRun): Thing {
  const { repository } = run.suite
  const path = `/${repository.fullName}/runs/${run.id}`
  return {
    __typename: 'CheckRun',
    id: run.nodeId,
    databaseId: run.id,
    name: run.name,
    externalId: run.externalId,
    status: upper(run.status),
    conclusion: upper(run.conclusion),
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    title: run.title,
    summary: run.summary,
    text: run.text,
    detailsUrl: run.detailsUrl ?? context.world.origin + path,
    permalink: context.world.origin + path,
    url: context.world.origin + path,
    resourcePath: path,
    checkSuite: () => suiteThing(context, run.suite),
    repository: () => context.things.repository(context, repository),
    isRequired: isRequired(repository, run.name),
    annotations: (args: PageArguments) =>
      connection('CheckAnnotationConnection', args, run.annotations, (each) => ({
        __typename: 'CheckAnnotation',
        path: each.path,
        message: each.message,
        title: each.title,
        rawDetails: each.raw_details,
        annotationLevel: upper(each.annotation_level),
        location: {
          __typename: 'CheckAnnotationSpan',
          start: { __typename: 'CheckAnnotationPosition', line: each.start_line, column: each.start_column },
          end: { __typename: 'CheckAnnotationPosition', line: each.end_line, column: each.end_column },
        },
      })),
  }
}

interface RunFilter {
  readonly checkType?: 'ALL' | 'LATEST' | null
  readonly appId?: number | null
  readonly checkName?: string | null
  readonly status?: string | null
  readonly conclusions?: readonly string[] | null
}

function filterRuns(suite: CheckSuite, filter: RunFilter): CheckRun[] {
  // unlike REST, GraphQL gives every run of a name unless asked for the latest
  const runs = filter.checkType === 'LATEST' ? latestRuns(suite.runs) : suite.runs
  return runs.filter(
    (run) =>
      (filter.checkName == null || run.name === filter.checkName) &&
      (filter.appId == null || suite.app.id === filter.appId) &&
      (filter.status == null || upper(run.status) === filter.status) &&
      (filter.conclusions == null || filter.conclusions.includes(upper(run.conclusion) ?? '')),
  )
}

export function suiteThing(context: Context, suite: CheckSuite): Thing {
  const { status, conclusion } = suiteResult(suite)
  const path = `/${suite.repository.fullName}/suites/${suite.id}`
  return {
    __typename: 'CheckSuite',
    id: suite.nodeId,
    databaseId: suite.id,
    status: upper(status),
    conclusion: upper(conclusion),
    createdAt: suite.createdAt,
    updatedAt: suite.updatedAt,
    url: context.world.origin + path,
    resourcePath: path,
    app: () => context.things.app(context, suite.app),
    creator: null,
    branch: null,
    push: null,
    commit: async () =>
      context.things.commit(context, suite.repository, await suite.repository.git.commit(suite.headSha)),
    repository: () => context.things.repository(context, suite.repository),
    checkRuns: (args: PageArguments & { filterBy?: RunFilter | null }) =>
      connection('CheckRunConnection', args, filterRuns(suite, args.filterBy ?? {}), (run) =>
        runThing(context, run),
      ),
  }
}

export function contextThing(context: Context, repository: Repository, status: CommitStatus): Thing {
  return {
    __typename: 'StatusContext',
    id: status.nodeId,
    context: status.context,
    state: upper(status.state),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: status.createdAt,
    avatarUrl: () => `${context.world.origin}/avatars/${status.creator.id}`,
    creator: () => context.things.account(context, status.creator),
    commit: async () => context.things.commit(context, repository, await repository.git.commit(status.sha)),
    isRequired: isRequired(repository, status.context),
  }
}

const latestStatuses = (repository: Repository, sha: string): CommitStatus[] => [
  ...new Map(
    repository.statuses.filter((status) => status.sha === sha).map((status) => [status.context, status]),
  ).values(),
]

export function statusThing(context: Context, repository: Repository, commit: CommitObject): Thing | null {
  demand(context, repository, 'statuses:read')
  const contexts = latestStatuses(repository, commit.sha)
  if (contexts.length === 0) return null
  const states = contexts.map((status) => status.state)
  const state =
    states.includes('failure') || states.includes('error')
      ? 'FAILURE'
      : states.includes('pending')
        ? 'PENDING'
        : 'SUCCESS'
  return {
    __typename: 'Status',
    id: `S_${repository.id}_${commit.sha}`,
    state,
    contexts: contexts.map((status) => contextThing(context, repository, status)),
    context: ({ name }: { name: string }) => {
      const found = contexts.find((status) => status.context === name)
      return found === undefined ? null : contextThing(context, repository, found)
    },
    commit: () => context.things.commit(context, repository, commit),
  }
}

/** Everything that reported on a commit, checks and statuses alike; null when nothing did. */
export function rollupThing(context: Context, repository: Repository, commit: CommitObject): Thing | null {
  demand(context, repository, ['checks:read', 'statuses:read'])
  const runs = repository.suites
    .filter((suite) => suite.headSha === commit.sha)
    .flatMap((suite) => latestRuns(suite.runs))
  const statuses = latestStatuses(repository, commit.sha)
  if (runs.length + statuses.length === 0) return null
  const outcomes = resultsAt(repository, commit.sha).map((result) => result.outcome)
  const state = outcomes.includes('failure')
    ? 'FAILURE'
    : outcomes.includes('pending')
      ? 'PENDING'
      : 'SUCCESS'
  const things = [
    ...runs.map((run) => runThing(context, run)),
    ...statuses.map((status) => contextThing(context, repository, status)),
  ]
  return {
    __typename: 'StatusCheckRollup',
    id: `SCR_${repository.id}_${commit.sha}`,
    state,
    commit: () => context.things.commit(context, repository, commit),
    contexts: (args: PageArguments) =>
      connection('StatusCheckRollupContextConnection', args, things, (thing) => thing, {
        fields: { checkRunCount: runs.length, statusContextCount: statuses.length },
      }),
  }
}
