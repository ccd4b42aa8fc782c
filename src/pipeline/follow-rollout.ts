import { advance, type RolloutContext } from '../core/rollout/advance.ts'
import { gitHubState } from '../core/rollout/github-state.ts'
import { chooseOwn } from '../core/rollout/choose-own.ts'
import type { Observation } from '../core/rollout/observation.ts'
import { hasEnded } from '../core/rollout/rollout-state.ts'
import type { EnvironmentPolicy, Policy } from '../core/policy/policy.ts'
import type { Parsed } from '../core/problem.ts'
import type { ClusterReading } from '../ports/deployers.ts'
import type { GitHub } from '../ports/github.ts'
import type { DueRollout } from '../ports/queue.ts'
import type { Repository } from '../ports/repository.ts'
import type { DeploymentRecord, PullKey } from '../ports/store.ts'
import { actOnRollout } from './act-on-rollout.ts'
import type { PipelineDeps } from './deps.ts'
import { findDeployed } from './find-deployed.ts'
import { findLineage, revisionsIn } from './find-lineage.ts'
import { readPolicy } from './read-policy.ts'
import { showDeployments } from './show-deployments.ts'

/** How often a deployment that moves is looked at, and one that has settled: a later degradation counts too. */
const movingMs = 15_000
const settledMs = 5 * 60_000
/** Deployments of one environment that are still looked at besides the newest. */
const mostFollowed = 20

/**
 * Looks where the deployments of an environment are: what clusters show now and what was told since the merge, judged by the pure state
 * machine. Level-triggered: an event that was lost is found by the next look.
 */
export async function followRollout(deps: PipelineDeps, due: DueRollout): Promise<void> {
  const { repository: name, environment: environmentName } = due
  const records = (
    await deps.store.deployments(name, { environment: environmentName, limit: mostFollowed })
  ).filter((record, index) => index === 0 || !hasEnded(record.rollout.state) || isUnpublished(record))
  const [newest] = records
  const oldest = records.at(-1)
  if (newest === undefined || oldest === undefined) return
  const github = await deps.app.installation(due.installation)
  const access = await github.gitAccess(name)
  // A cluster may run a commit that came after the merge: the branch has it.
  const branch = (await deps.store.readPull(`${name}#${newest.pull}` as PullKey))?.base
  const refs = [newest.sha, ...(branch === undefined ? [] : [`refs/heads/${branch}`])]
  const repository = await deps.mirrors.fetch({ ...access, repository: name, refs })
  const policy = await readPolicy(deps, github, repository, name, newest.sha)
  if (policy === 'absent' || !policy.ok) return
  const environment = policy.value.environments.find((each) => each.name === environmentName)
  if (environment === undefined || environment.deploy === null) return

  const seen = await deps.deployers.observe()
  for (const { cluster, message } of seen.failures)
    deps.log.warn({ cluster, environment: environmentName, message }, 'cluster could not be read')
  const told = await deps.store.observations(name, oldest.mergedAt)
  const observations = [...told, ...seen.observations]
  for (const record of records.toReversed()) {
    const next = records[records.indexOf(record) - 1]
    await followOne(deps, github, repository, { record, next, environment, observations, seen })
  }
  const soakEnds = await actOnNewest(deps, github, policy, environment, newest)
  await lookAgain(deps, due, newest.sha, soakEnds)
}

/** Only the newest deployment is acted on: what broke before it is history. */
async function actOnNewest(
  deps: PipelineDeps,
  github: GitHub,
  policy: Parsed<Policy>,
  environment: EnvironmentPolicy,
  { repository, environment: name }: DeploymentRecord,
): Promise<number | undefined> {
  const [record] = await deps.store.deployments(repository, { environment: name, limit: 1 })
  if (record === undefined || !policy.ok) return undefined
  return actOnRollout(deps, github, policy.value, environment, record)
}

interface Step {
  readonly record: DeploymentRecord
  readonly next: DeploymentRecord | undefined
  readonly environment: EnvironmentPolicy
  readonly observations: readonly Observation[]
  readonly seen: ClusterReading
}

async function followOne(
  deps: PipelineDeps,
  github: GitHub,
  repository: Repository,
  { record, next, environment, observations, seen }: Step,
): Promise<void> {
  const { sha: commit, base, pull, mergedAt } = record
  const found = await findDeployed(deps, repository, { name: record.repository, commit, environment })
  const context: RolloutContext = {
    ...found,
    commit,
    pull,
    mergedAt,
    now: deps.now().toISOString(),
    timeoutMs: environment.deploy?.timeoutMs ?? 0,
    lineage: await findLineage(
      repository,
      { base, commit },
      revisionsIn(chooseOwn(observations, found.deployed)),
    ),
    statuses: environment.deploy?.statuses ?? [],
    listed: seen.listed,
    ...(next === undefined ? {} : { next: { pull: next.pull, commit: next.sha } }),
  }
  const since = observations.filter(
    ({ via, at }) => via === 'object' || Date.parse(at) >= Date.parse(mergedAt),
  )
  const rollout = advance(record.rollout, since, context)
  // First what is so, then what others are told: a crash in between leaves `published` behind, and it is told with the next look.
  await deps.store.saveRollout(record, rollout, record.published)
  const words = `${rollout.state}: ${rollout.sentence}`
  if (words === record.published) return
  if (record.published?.split(': ')[0] !== rollout.state) await recordState(deps, { ...record, rollout })
  const { repository: name, githubId } = record
  await github.ensureDeploymentStatus(name, githubId, {
    state: gitHubState(rollout.state),
    description: rollout.sentence,
  })
  await showDeployments(deps, github, { repository: name, pull, sha: commit })
  await deps.store.saveRollout(record, rollout, words)
  if (hasEnded(rollout.state) && !hasEnded(record.rollout.state)) await judgeWaiting(deps, name)
}

/** Once for each change of state, also when a crash makes this run twice. */
async function recordState(deps: PipelineDeps, record: DeploymentRecord): Promise<void> {
  const { repository, environment, sha, pull, rollout } = record
  const key: PullKey = `${repository}#${pull}` as PullKey
  let last: unknown
  for await (const { kind, body } of deps.store.audit(key)) {
    if (kind === 'rollout' && (body as { environment?: unknown }).environment === environment) last = body
  }
  if ((last as { state?: unknown } | undefined)?.state === rollout.state) return
  await deps.store.appendAudit(key, 'rollout', {
    environment,
    sha,
    state: rollout.state,
    sentence: rollout.sentence,
    since: rollout.since,
  })
  deps.log.info({ pull: key, environment, state: rollout.state }, 'deployment moved')
}

/** Whoever waits for this deployment to end, or for the environment to be healthy, is judged again. */
async function judgeWaiting(deps: PipelineDeps, repository: string): Promise<void> {
  for (const { key, installation } of await deps.store.openPulls({ repository }))
    await deps.queue.markDue({ key, installation })
}

function isUnpublished({ rollout, published }: DeploymentRecord): boolean {
  return published !== `${rollout.state}: ${rollout.sentence}`
}

async function lookAgain(
  deps: PipelineDeps,
  due: DueRollout,
  sha: string,
  soakEnds: number | undefined,
): Promise<void> {
  const { repository, environment } = due
  const all = await deps.store.deployments(repository, { environment, limit: mostFollowed })
  const moves = all.some(({ rollout }) => !hasEnded(rollout.state))
  const newest = all.find((each) => each.sha === sha)
  if (newest === undefined) return
  const next = deps.now().getTime() + (moves ? movingMs : settledMs)
  await deps.queue.followAt(due, new Date(Math.min(next, soakEnds ?? next)).toISOString())
}
