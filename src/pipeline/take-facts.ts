import { neededLookups } from '../core/policy/needs.ts'
import type { EnvironmentFacts, Facts, PeopleFacts, PullFacts } from '../core/facts.ts'
import type { Policy } from '../core/policy/policy.ts'
import type { Parsed } from '../core/problem.ts'
import type { EnvironmentChange } from '../core/targets/target.ts'
import { AppError } from '../errors.ts'
import type { PullReading } from '../ports/github.ts'
import type { Repository } from '../ports/repository.ts'
import type { PullKey } from '../ports/store.ts'
import type { FactsDeps, FactsGitHub } from './facts-deps.ts'
import { carryMergeAsked } from './carry-merge-asked.ts'
import { checklistFacts, checklistLookups, mergePeople } from './checklist-facts.ts'
import { readPolicy } from './read-policy.ts'
import type { ChangeRequest } from './take-change.ts'
import { takeDeployments } from './take-deployments.ts'
import { proveRollback, takeProposal } from './take-proposal.ts'
import { takeDigests } from './take-digests.ts'

/** Permissions and members may be this old while people wait; a merge asks anew. */
const peopleAgeMs = 5 * 60_000

export interface Taken {
  readonly reading: PullReading
  readonly repository: Repository
  /** `absent`: the base branch has no policy file. */
  readonly policy: Parsed<Policy> | 'absent'
  readonly facts: Facts
}

/** What a merge queue makes of a pull request: the commit before, whose policy holds, and the commit with it. */
export interface Step {
  readonly from: string
  readonly to: string
}

/**
 * Takes the facts of a pull request at this instant: one GraphQL query, at most one more for people, and git.
 * `judge` compares merge base with head, as the page shows it. `merge` compares the tip of the base branch with the result of
 * merging (policy.md line 14) and believes nothing that was cached about people. A step of a merge queue is judged like a merge: what the queue
 * would put on the branch, on top of what it puts there before. Undefined: there is no such pull request.
 */
export async function takeFacts(
  deps: FactsDeps,
  github: FactsGitHub,
  key: PullKey,
  mode: 'judge' | 'merge' | Step,
  /** Judged by instead of the policy on the base branch. */
  candidate?: Parsed<Policy>,
): Promise<Taken | undefined> {
  const [name = '', number = ''] = key.split('#')
  const reading = await github.readPull(name, Number(number))
  if (reading === undefined) return undefined
  const takenAt = deps.now().toISOString()
  const { base, head } = reading.pull

  const access = await github.gitAccess(name)
  const repository = await deps.mirrors.fetch({ ...access, repository: name, refs: [base.sha, head.sha] })
  const mergeBase = await repository.mergeBase(base.sha, head.sha)
  if (mergeBase === undefined) {
    throw new AppError(
      'unknown-commit',
      `${base.ref} and the head of ${key} have no common history; rebase the branch onto ${base.ref}`,
    )
  }
  const pull = await completePull(deps, key, reading, repository, mergeBase)
  const policyCommit = typeof mode === 'string' ? base.sha : mode.from
  const policy = candidate ?? (await readPolicy(deps, github, repository, name, policyCommit))
  if (policy === 'absent' || !policy.ok) {
    const people: PeopleFacts = { permissions: {}, teams: {} }
    return { reading, repository, policy, facts: { takenAt, pull, people, environments: {} } }
  }

  // A fork is not even rendered unless the policy says so: what it contains is hostile, and it reaches no environment yet.
  const rendered = pull.fork && policy.value.forks === 'ignore' ? [] : policy.value.environments
  const environments = rendered.map(({ name, targets, discover, readiness, promotion }) => ({
    name,
    targets,
    discover,
    whole: readiness.checklist !== null,
    ...(promotion === null || readiness.checklist === null ? {} : { promotesFrom: promotion.from }),
  }))
  const withResult = rendered.some((environment) => environment.binding === 'result')
  const shown = await deps.takeChange(repository, {
    base: mergeBase,
    head: head.sha,
    environments,
    withResult,
    repository: name,
  })
  const proven = await takeProvenChange(
    deps,
    repository,
    { pull, mergeBase, shown, mode },
    {
      environments,
      withResult,
    },
  )
  const peopleAge = mode === 'judge' ? peopleAgeMs : 0

  const people = await github.readPeople(name, neededLookups(policy.value, pull), peopleAge)
  const freezes = await deps.store.freezes(pull.repository)
  const attestations = await deps.store.attestations(key)
  const waivers = await deps.store.waivers(pull.repository)
  const judged = proven.conflict ? { ...pull, mergeable: 'conflicting' as const } : pull
  const entries: [string, EnvironmentFacts][] = []
  for (const environment of rendered) {
    const change = changeOf(proven.changes, environment.name)
    const digests = await takeDigests(deps, repository, key, judged, {
      environment,
      shown: changeOf(shown, environment.name),
      judged: change,
      git: { ...access, repository: name },
    })
    const readiness = await deps.checkReadiness({
      environment,
      change,
      repository,
      policyCommit,
      now: takenAt,
      waivers: waivers
        .filter((each) => each.environment === environment.name)
        .map((each) => ({ ...each, isByCommand: true })),
      promotedFrom: proven.changes.find(({ name }) => name === environment.promotion?.from),
    })
    const frozen = freezes.find((each) => each.environment === environment.name)
    entries.push([
      environment.name,
      {
        name: environment.name,
        change,
        digests,
        ...(frozen === undefined
          ? {}
          : { frozen: { by: frozen.by, until: frozen.until, reason: frozen.reason } }),
        ...(await takeDeployments(deps, pull, environment, proven.changes, takenAt)),
        ...(readiness !== undefined && 'report' in readiness
          ? {
              readiness: readiness.report,
              checklist: checklistFacts(
                readiness.checklist,
                policy.value.groups,
                attestations.filter((each) => each.environment === environment.name),
              ),
            }
          : {}),
        ...(readiness !== undefined && 'problems' in readiness
          ? { readinessProblems: readiness.problems }
          : {}),
      },
    ])
  }
  const signers = checklistLookups(
    entries.map(([, { checklist }]) => checklist),
    people,
  )
  const named =
    signers.logins.length + signers.teams.length === 0
      ? people
      : mergePeople(people, await github.readPeople(name, signers, peopleAge))
  return {
    reading,
    repository,
    policy,
    facts: { takenAt, pull: judged, people: named, environments: Object.fromEntries(entries) },
  }
}

function changeOf(changes: readonly EnvironmentChange[], name: string): EnvironmentChange {
  const change = changes.find((each) => each.name === name)
  if (change === undefined) throw new AppError('bug', `the change of environment ${name} was not taken`)
  return change
}

/** GitHub's reading, completed by what git and the store know. */
async function completePull(
  deps: FactsDeps,
  key: PullKey,
  reading: PullReading,
  repository: Repository,
  mergeBase: string,
): Promise<PullFacts> {
  const { pull } = reading
  const inGit = await repository.commitsBetween(pull.base.sha, pull.head.sha)
  const described = new Set(pull.commits.map((commit) => commit.sha))
  const unknown = inGit.filter((commit) => !described.has(commit.sha))
  const incomplete =
    pull.commitsIncomplete ??
    (unknown.length > 0 && pull.state === 'open'
      ? `GitHub has not listed commit ${unknown[0]?.sha.slice(0, 7)} yet`
      : undefined)
  const mergeAsked = await deps.store.mergeAsked(key)
  const proposal = await takeProposal(deps, key, pull)
  const pushers = await deps.store.pushers(pull.repository, pull.head.ref)
  const facts: PullFacts = {
    ...pull,
    ...proposal,
    ...(incomplete === undefined ? {} : { commitsIncomplete: incomplete }),
    files: await repository.changedFiles(mergeBase, pull.head.sha),
    pushers: [...new Set([...pushers, ...reading.forcePushers])],
    holds: await deps.store.holds(key),
    breakGlass: await deps.store.breakGlass(key),
    ...(mergeAsked === undefined ? {} : { mergeAsked: await carryMergeAsked(repository, pull, mergeAsked) }),
  }
  return { ...facts, ...(await proveRollback(deps, key, facts, repository)) }
}

async function takeProvenChange(
  deps: FactsDeps,
  repository: Repository,
  at: {
    readonly pull: PullFacts
    readonly mergeBase: string
    readonly shown: readonly EnvironmentChange[]
    readonly mode: 'judge' | 'merge' | Step
  },
  request: Pick<ChangeRequest, 'environments'> & { readonly withResult: boolean },
): Promise<{ readonly changes: readonly EnvironmentChange[]; readonly conflict: boolean }> {
  const { pull, mergeBase, shown, mode } = at
  if (mode === 'judge') return { changes: shown, conflict: false }
  if (mode === 'merge') return takeMergeChange(deps, repository, pull, mergeBase, request)
  const { from: base, to: head } = mode
  const changes = await deps.takeChange(repository, { ...request, repository: pull.repository, base, head })
  return { changes, conflict: false }
}

/** What merging would really do to the base branch as it is now. */
async function takeMergeChange(
  deps: FactsDeps,
  repository: Repository,
  pull: PullFacts,
  mergeBase: string,
  request: {
    readonly environments: ChangeRequest['environments']
    readonly withResult: boolean
  },
): Promise<{ readonly changes: readonly EnvironmentChange[]; readonly conflict: boolean }> {
  const upToDate = mergeBase === pull.base.sha
  const result = upToDate ? pull.head.sha : await repository.mergeTree(pull.base.sha, pull.head.sha)
  const changes = await deps.takeChange(repository, {
    ...request,
    repository: pull.repository,
    base: pull.base.sha,
    head: result ?? pull.head.sha,
  })
  return { changes, conflict: result === undefined }
}
