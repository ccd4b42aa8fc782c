import type { PullFacts } from '../core/facts.ts'
import type { Repository } from '../ports/repository.ts'
import type { PullKey } from '../ports/store.ts'
import type { FactsDeps } from './facts-deps.ts'

/** Branches of this name are ours; a person's pull request from one is judged like any other. */
const ownBranch = /^countersign\/(?:promote|rollback)-/

/**
 * What is known of a pull request that Countersign opened itself. A promotion bars everybody who contributed to what it promotes; one whose
 * record is gone bars nobody known, so it cannot be judged.
 */
export async function takeProposal(
  deps: FactsDeps,
  key: PullKey,
  pull: Pick<PullFacts, 'author' | 'head' | 'state'>,
): Promise<Pick<PullFacts, 'commandBy' | 'promotes' | 'commitsIncomplete'>> {
  const proposal = await deps.store.proposal(key)
  const isOurs = pull.author?.type === 'Bot' && ownBranch.test(pull.head.ref)
  if (proposal === undefined)
    return isOurs && pull.state === 'open'
      ? {
          commitsIncomplete:
            'Countersign opened it and has no record of what it promotes; close it, and it is opened anew',
        }
      : {}
  return {
    ...(proposal.askedBy === null ? {} : { commandBy: proposal.askedBy }),
    ...(proposal.kind === 'promotion' ? { promotes: { contributors: proposal.contributors } } : {}),
  }
}

/**
 * Whether merging gives exactly the base branch without the change that the rollback is of. Proven by git each time: whatever was pushed to the
 * branch, and whatever the base branch got meanwhile.
 */
export async function proveRollback(
  deps: FactsDeps,
  key: PullKey,
  pull: PullFacts,
  repository: Repository,
): Promise<Pick<PullFacts, 'rollsBack'>> {
  const proposal = await deps.store.proposal(key)
  if (proposal?.kind !== 'rollback' || pull.state !== 'open') return {}
  const [record] = await deps.store.deployments(pull.repository, { sha: proposal.of })
  if (record === undefined || record.base === '') return {}
  const merged = await repository.mergeTree(pull.base.sha, pull.head.sha)
  const without = await repository
    .revertTree(pull.base.sha, { before: record.base, after: record.sha })
    .catch(() => undefined)
  const isProven = merged !== undefined && merged === without
  return isProven ? { rollsBack: { pull: record.pull, commit: record.sha } } : {}
}
