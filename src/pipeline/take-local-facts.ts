import type { EnvironmentFacts, Facts, PeopleFacts } from '../core/facts.ts'
import { neededLookups } from '../core/policy/needs.ts'
import type { Policy } from '../core/policy/policy.ts'
import type { EnvironmentChange } from '../core/targets/target.ts'
import type { Repository } from '../ports/repository.ts'
import type { PipelineDeps } from './deps.ts'

/** What is reviewed in a clone: full commit ids. */
export interface LocalRange {
  /** The tip of the branch that it would be merged into: its policy and checklists hold. */
  readonly tip: string
  /** The merge base of tip and head. */
  readonly base: string
  readonly head: string
}

/** Stands for everybody who wrote a commit: a clone knows addresses, only GitHub knows whose they are. */
const somebody = { login: 'local', type: 'User' } as const

/**
 * The facts of a pull request that is not one yet: what a clone can tell, and of GitHub what holds before anything happened there.
 * Nobody has signed, no check has run, every team exists and nobody is known in it. Commits count as attributed: whose they are is
 * found out on GitHub, and until then that is no fault of theirs.
 */
export async function takeLocalFacts(
  parts: {
    readonly repository: Repository
    readonly checkReadiness: PipelineDeps['checkReadiness']
    readonly now: Date
  },
  policy: Policy,
  range: LocalRange,
  changes: readonly EnvironmentChange[],
): Promise<Facts> {
  const { repository, checkReadiness } = parts
  const takenAt = parts.now.toISOString()
  const between = await repository.commitsBetween(range.tip, range.head)
  // Without commits of its own the head is reviewed as if it were one.
  const commits = between.some(({ sha }) => sha === range.head)
    ? between
    : [...between, { sha: range.head, parents: [] }]
  const files = await repository.changedFiles(range.base, range.head)
  const environments: [string, EnvironmentFacts][] = []
  for (const environment of policy.environments) {
    const change = changes.find(({ name }) => name === environment.name)
    if (change === undefined) continue
    const found = await checkReadiness({
      environment,
      change,
      repository,
      policyCommit: range.tip,
      now: takenAt,
      promotedFrom: changes.find(({ name }) => name === environment.promotion?.from),
    })
    const readiness =
      found === undefined
        ? {}
        : 'report' in found
          ? { readiness: found.report }
          : { readinessProblems: found.problems }
    environments.push([environment.name, { name: environment.name, change, digests: {}, ...readiness }])
  }
  return {
    takenAt,
    pull: {
      repository: 'local/clone',
      number: 0,
      state: 'open',
      author: somebody,
      draft: false,
      fork: false,
      base: { ref: 'base', sha: range.tip },
      head: { ref: 'head', sha: range.head },
      commits: commits.map((commit) => ({
        ...commit,
        author: somebody,
        committer: somebody,
        coAuthors: [],
      })),
      changedFiles: files.length,
      files,
      reviews: [],
      checks: [],
      pushers: [],
      holds: [],
      mergeable: 'mergeable',
    },
    people: emptyTeams(policy),
    environments: Object.fromEntries(environments),
  }
}

function emptyTeams(policy: Policy): PeopleFacts {
  const { teams } = neededLookups(policy, { reviews: [], head: { ref: 'head', sha: '' } })
  return {
    permissions: {},
    teams: Object.fromEntries(teams.map((team) => [team, { kind: 'known', value: [] }])),
  }
}
