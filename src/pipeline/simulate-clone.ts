import { decide } from '../core/decide.ts'
import type { Decision } from '../core/decision.ts'
import type { Policy } from '../core/policy/policy.ts'
import type { Parsed } from '../core/problem.ts'
import type { MergedInHistory } from '../core/simulate/find-merged.ts'
import type { Replay } from '../core/simulate/describe-replay.ts'
import { replayable } from '../core/simulate/replayable.ts'
import type { Repository } from '../ports/repository.ts'
import type { PipelineDeps } from './deps.ts'
import { takeLocalFacts } from './take-local-facts.ts'

export interface CloneParts extends Pick<PipelineDeps, 'takeChange' | 'checkReadiness'> {
  readonly repository: Repository
  /** The policy of a commit; undefined: it has none. */
  readonly policyAt: (commit: string) => Promise<Parsed<Policy> | undefined>
}

/** Judges a pull request from a clone's history: what it changed, and not who signed it. */
export async function simulateInClone(
  parts: CloneParts,
  merged: MergedInHistory,
  candidate: Policy,
): Promise<Replay> {
  const { number, title, mergedAt, commit } = merged
  const policy = await parts.policyAt(merged.before)
  return {
    number,
    title,
    mergedAt,
    commit,
    then: policy === undefined ? null : await judge(parts, merged, policy),
    candidate: await judge(parts, merged, { ok: true, value: candidate }),
  }
}

async function judge(
  { repository, takeChange, checkReadiness }: CloneParts,
  { before, head, mergedAt }: MergedInHistory,
  policy: Parsed<Policy>,
): Promise<Decision> {
  const value = policy.ok ? replayable(policy.value) : undefined
  const environments = (value?.environments ?? []).map(({ name, targets, discover, readiness }) => ({
    name,
    targets,
    discover,
    whole: readiness.checklist !== null,
  }))
  const base = (await repository.mergeBase(before, head)) ?? before
  const changes = await takeChange(repository, { base, head, environments })
  const facts = await takeLocalFacts(
    { repository, checkReadiness, now: new Date(mergedAt) },
    value ?? nothing,
    { tip: before, base, head },
    changes,
  )
  return decide(value ?? policy, facts)
}

/** Stands for a policy that cannot be read: the decision says what is wrong with it. */
const nothing: Policy = {
  hash: '',
  environments: [],
  groups: {},
  policyChanges: null,
  forks: 'ignore',
  requestReviews: 'never',
}
