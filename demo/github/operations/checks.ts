import type { Services } from '../services.ts'
import { viewHookRun, viewHookSuite } from '../views/checks.ts'
import { viewHookCommit } from '../views/commits.ts'
import type {
  Account,
  Annotation,
  App,
  CheckRun,
  CheckSuite,
  CommitStatus,
  Repository,
} from '../world/model.ts'
import { installationCovers, isGranted } from '../world/people.ts'
import { invalid } from '../world/refusal.ts'
import { suiteResult } from './suite-result.ts'

/** The App's one suite at a commit, made when it is not there yet. */
export function suiteFor(
  services: Services,
  repository: Repository,
  app: App,
  sha: string,
  branch: string | null,
): CheckSuite {
  const known = repository.suites.find((suite) => suite.app === app && suite.headSha === sha)
  if (known !== undefined) return known
  const now = services.world.now()
  const suite = services.world.create('CheckSuite', (identity): CheckSuite => ({
    ...identity,
    repository,
    app,
    headSha: sha,
    headBranch: branch,
    runs: [],
    createdAt: now,
    updatedAt: now,
  }))
  repository.suites.push(suite)
  return suite
}

/** GitHub opens a suite for each App that may write checks, and tells that App alone that it is wanted. */
export async function ensureSuites(
  services: Services,
  repository: Repository,
  sha: string,
  branch: string,
  sender: Account,
): Promise<void> {
  const { world } = services
  for (const installation of world.installations.values()) {
    if (
      !installationCovers(installation, repository) ||
      !isGranted(installation.app.permissions, 'checks:write')
    )
      continue
    if (repository.suites.some((suite) => suite.app === installation.app && suite.headSha === sha)) continue
    const suite = suiteFor(services, repository, installation.app, sha, branch)
    await announceSuite(services, suite, 'requested', sender)
  }
}

export async function announceSuite(
  { world, webhooks }: Services,
  suite: CheckSuite,
  action: 'requested' | 'rerequested' | 'completed',
  sender: Account,
): Promise<void> {
  const payload = { check_suite: await viewHookSuite(world, suite) }
  const only = action === 'completed' ? {} : { app: suite.app }
  webhooks.send({ event: 'check_suite', action, payload, sender, repository: suite.repository, ...only })
}

/** The parts of a check run that the API sets. Absent: as it was. */
export interface RunChange {
  readonly name?: string
  readonly external_id?: string
  readonly details_url?: string
  readonly status?: CheckRun['status']
  readonly conclusion?: string
  readonly started_at?: string
  readonly completed_at?: string
  readonly output?: {
    readonly title?: string
    readonly summary?: string
    readonly text?: string
    readonly annotations?: readonly (Partial<Annotation> &
      Pick<Annotation, 'path' | 'start_line' | 'end_line' | 'annotation_level' | 'message'>)[]
  }
  readonly actions?: CheckRun['actions']
}

function checkChange(change: RunChange): void {
  const output = change.output ?? {}
  if ((output.annotations?.length ?? 0) > 50)
    throw invalid('Invalid request.\n\nOnly 50 annotations are allowed per request.')
  for (const name of ['summary', 'text'] as const)
    if ([...(output[name] ?? '')].length > 65_535)
      throw invalid(
        `Invalid request.\n\nOnly 65535 characters are allowed; ${[...(output[name] ?? '')].length} were supplied.`,
      )
  if ((change.actions?.length ?? 0) > 3) throw invalid('Invalid request.\n\nOnly 3 actions are allowed.')
}

function apply(run: CheckRun, change: RunChange, now: string): void {
  run.name = change.name ?? run.name
  run.externalId = change.external_id ?? run.externalId
  run.detailsUrl = change.details_url ?? run.detailsUrl
  run.startedAt = change.started_at ?? run.startedAt
  run.title = change.output?.title ?? run.title
  run.summary = change.output?.summary ?? run.summary
  run.text = change.output?.text ?? run.text
  run.actions = change.actions ?? run.actions
  for (const annotation of change.output?.annotations ?? [])
    run.annotations.push({
      start_column: null,
      end_column: null,
      title: null,
      raw_details: null,
      ...annotation,
    })
  run.status = change.conclusion === undefined ? (change.status ?? run.status) : 'completed'
  run.conclusion = run.status === 'completed' ? (change.conclusion ?? run.conclusion) : null
  run.completedAt = run.status === 'completed' ? (change.completed_at ?? run.completedAt ?? now) : null
}

/** Adds a check run of an App to a commit, and announces it (and its suite, when that is complete). */
export async function createRun(
  services: Services,
  repository: Repository,
  app: App,
  sha: string,
  change: RunChange & { readonly name: string },
): Promise<CheckRun> {
  checkChange(change)
  const { world } = services
  const branch = [...repository.pulls.values()].find((pull) => pull.headSha === sha)?.headRef ?? null
  const suite = suiteFor(services, repository, app, sha, branch)
  const now = world.now()
  const run = world.create('CheckRun', (identity): CheckRun => ({
    ...identity,
    suite,
    name: change.name,
    externalId: '',
    detailsUrl: null,
    status: 'queued',
    conclusion: null,
    startedAt: now,
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
  }))
  apply(run, change, now)
  suite.runs.push(run)
  await announceRun(services, run, 'created', app.bot)
  if (run.status === 'completed') await announceRun(services, run, 'completed', app.bot)
  return run
}

export async function updateRun(services: Services, run: CheckRun, change: RunChange): Promise<void> {
  checkChange(change)
  const before = run.status
  apply(run, change, services.world.now())
  if (run.status === 'completed' && before !== 'completed')
    await announceRun(services, run, 'completed', run.suite.app.bot)
}

/** A `check_run` event. A request (again, or of an action) goes to the run's own App alone. */
export async function announceRun(
  services: Services,
  run: CheckRun,
  action: 'created' | 'completed' | 'rerequested' | 'requested_action',
  sender: Account,
  identifier?: string,
): Promise<void> {
  const { world, webhooks } = services
  run.suite.updatedAt = world.now()
  const own = action === 'rerequested' || action === 'requested_action' ? { app: run.suite.app } : {}
  const payload = {
    check_run: viewHookRun(world, run),
    ...(identifier === undefined ? {} : { requested_action: { identifier } }),
  }
  webhooks.send({ event: 'check_run', action, payload, sender, repository: run.suite.repository, ...own })
  if (action === 'completed' && suiteResult(run.suite).status === 'completed')
    await announceSuite(services, run.suite, 'completed', sender)
}

/** Sets a commit status, and announces it. */
export async function createStatus(
  services: Services,
  repository: Repository,
  status: Omit<CommitStatus, 'id' | 'nodeId' | 'createdAt'>,
): Promise<CommitStatus> {
  const { world, webhooks } = services
  if ([...(status.description ?? '')].length > 140)
    throw invalid('Validation Failed', [
      {
        resource: 'Status',
        field: 'description',
        code: 'custom',
        message: 'description is too long (maximum is 140 characters)',
      },
    ])
  const made = world.create('StatusContext', (identity): CommitStatus => ({
    ...identity,
    ...status,
    createdAt: world.now(),
  }))
  repository.statuses.push(made)
  const commit = await repository.git.commit(made.sha)
  const payload = {
    id: made.id,
    sha: made.sha,
    name: repository.fullName,
    target_url: made.targetUrl,
    avatar_url: `${world.origin}/avatars/${made.creator.id}`,
    context: made.context,
    description: made.description,
    state: made.state,
    commit: viewHookCommit(world, repository, commit),
    branches: [],
    created_at: made.createdAt,
    updated_at: made.createdAt,
  }
  webhooks.send({ event: 'status', action: null, payload, sender: made.creator, repository })
  return made
}
