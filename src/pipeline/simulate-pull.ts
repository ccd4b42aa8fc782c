import { decide } from '../core/decide.ts'
import type { Decision } from '../core/decision.ts'
import type { Policy } from '../core/policy/policy.ts'
import { replayable } from '../core/simulate/replayable.ts'
import type { Replay } from '../core/simulate/describe-replay.ts'
import type { PullReading } from '../ports/github.ts'
import type { PullKey } from '../ports/store.ts'
import { commitBefore } from './commit-before.ts'
import type { FactsDeps, FactsGitHub } from './facts-deps.ts'
import { takeFacts, type Taken } from './take-facts.ts'

/** A simulation keeps nothing, and knows of no command. */
const nothingKept: FactsDeps['store'] = {
  approvals: () => Promise.resolve([]),
  saveApprovals: () => Promise.resolve(),
  freezes: () => Promise.resolve([]),
  holds: () => Promise.resolve([]),
  breakGlass: () => Promise.resolve([]),
  mergeAsked: () => Promise.resolve(undefined),
  pushers: () => Promise.resolve([]),
  attestations: () => Promise.resolve([]),
  waivers: () => Promise.resolve([]),
  deployments: () => Promise.resolve([]),
  proposal: () => Promise.resolve(undefined),
  openPulls: () => Promise.resolve([]),
  readDecision: () => Promise.resolve(undefined),
}

/**
 * Judges a merged pull request again as it was when it was merged: its reviews and checks until then, its base branch before, people as
 * they are now. Undefined: there is no such pull request, or it was not merged.
 */
export async function simulatePull(
  parts: Omit<FactsDeps, 'store' | 'now' | 'deployers'> & { readonly github: FactsGitHub },
  merged: { readonly repository: string; readonly number: number; readonly mergedAt: string },
  candidate: Policy,
): Promise<Replay | undefined> {
  const { repository, number, mergedAt } = merged
  const deps: FactsDeps = {
    ...parts,
    store: nothingKept,
    deployers: { clusters: [] },
    now: () => new Date(mergedAt),
  }
  const reading = await readAsMerged(parts, merged)
  if (reading === undefined) return undefined
  const github: FactsGitHub = { ...parts.github, readPull: () => Promise.resolve(reading) }
  const key: PullKey = `${repository}#${number}` as PullKey
  const then = await takeFacts(deps, github, key, 'judge')
  const now = await takeFacts(deps, github, key, 'judge', { ok: true, value: candidate })
  if (then === undefined || now === undefined) return undefined
  return {
    number,
    title: reading.title,
    mergedAt,
    commit: reading.mergeCommit ?? '',
    then: judge(then),
    candidate: decide(replayable(candidate), now.facts),
  }
}

function judge({ policy, facts }: Taken): Decision | null {
  if (policy === 'absent') return null
  return decide(policy.ok ? replayable(policy.value) : policy, facts)
}

async function readAsMerged(
  { github, mirrors }: Pick<FactsDeps, 'mirrors'> & { readonly github: FactsGitHub },
  {
    repository: name,
    number,
    mergedAt,
  }: { readonly repository: string; readonly number: number; readonly mergedAt: string },
): Promise<PullReading | undefined> {
  const reading = await github.readPull(name, number)
  if (reading === undefined || reading.mergeCommit === null) return undefined
  const { pull, mergeCommit } = reading
  const access = await github.gitAccess(name)
  const refs = [mergeCommit, pull.base.sha, pull.head.sha]
  const repository = await mirrors.fetch({ ...access, repository: name, refs })
  const until = Date.parse(mergedAt)
  return {
    ...reading,
    pull: {
      ...pull,
      state: 'open',
      draft: false,
      mergeable: 'mergeable',
      base: { ref: pull.base.ref, sha: await commitBefore(repository, mergeCommit, pull) },
      reviews: pull.reviews.filter(({ at }) => Date.parse(at) <= until),
      checks: pull.checks.filter(({ at }) => Date.parse(at) <= until),
    },
  }
}
