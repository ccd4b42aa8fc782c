import { changeFields, movedSince } from '../core/approval/moved.ts'
import type { DigestAt, PullFacts } from '../core/facts.ts'
import type { EnvironmentPolicy } from '../core/policy/policy.ts'
import type { EnvironmentChange } from '../core/targets/target.ts'
import { toAppError } from '../errors.ts'
import type { Repository } from '../ports/repository.ts'
import type { ApprovalRecord, PullKey } from '../ports/store.ts'
import type { FactsDeps } from './facts-deps.ts'

/**
 * What each approved commit would have done to an environment. Kept when the review is first seen; computed again from git
 * where nothing was kept, so that a lost database loses no approval. A commit that is gone everywhere is `missing`.
 */
export async function takeDigests(
  deps: FactsDeps,
  repository: Repository,
  key: PullKey,
  pull: PullFacts,
  context: {
    readonly environment: EnvironmentPolicy
    /** What the page shows: merge base to head. */
    readonly shown: EnvironmentChange
    /** What is judged; the same but at merge time. */
    readonly judged: EnvironmentChange
    readonly git: { readonly url: string; readonly token: string; readonly repository: string }
  },
): Promise<Readonly<Record<string, DigestAt>>> {
  const { environment, shown, judged } = context
  const approved = pull.reviews.filter((review) => review.state === 'APPROVED' && review.commit !== null)
  if (approved.length === 0) return {}
  const kept = (await deps.store.approvals(key)).filter((record) => record.environment === environment.name)
  // Kept while the policy bound to something else, a record may lack what it binds to now.
  const isWhole = ({ result }: ApprovalRecord): boolean =>
    environment.binding !== 'result' || result !== undefined
  const now = changeFields(judged.change)
  const digests: Record<string, DigestAt> = {}
  const fresh: ApprovalRecord[] = []
  for (const review of approved) {
    const commit = review.commit ?? ''
    const record =
      kept.find((each) => each.reviewId === review.id && each.commit === commit && isWhole(each)) ??
      (await computeRecord(deps, repository, pull, commit, review.id, context, shown))
    if (typeof record === 'string') {
      digests[commit] ??= record === 'missing' ? { kind: 'missing' } : { kind: 'failed', reason: record }
      continue
    }
    if (!kept.includes(record)) fresh.push(record)
    const moved = record.change === judged.change.digest ? [] : movedSince(record.fields, now)
    digests[commit] = {
      kind: 'known',
      value: {
        change: record.change,
        ...(record.result === undefined ? {} : { result: record.result }),
        moved,
      },
    }
  }
  await deps.store.saveApprovals(key, fresh)
  return digests
}

/** The record, `missing`, or the reason why it could not be computed. */
async function computeRecord(
  deps: FactsDeps,
  repository: Repository,
  pull: PullFacts,
  commit: string,
  reviewId: string,
  context: Parameters<typeof takeDigests>[4],
  shown: EnvironmentChange,
): Promise<ApprovalRecord | string> {
  const change = commit === pull.head.sha ? shown : await changeAt(deps, repository, pull, commit, context)
  if (typeof change === 'string') return change
  if (change.failures.length > 0) return `at ${commit.slice(0, 7)} it could not be rendered`
  return {
    reviewId,
    environment: context.environment.name,
    commit,
    change: change.change.digest,
    ...(change.resultDigest === undefined ? {} : { result: change.resultDigest }),
    fields: changeFields(change.change),
  }
}

async function changeAt(
  deps: FactsDeps,
  repository: Repository,
  pull: PullFacts,
  commit: string,
  { environment, git }: Parameters<typeof takeDigests>[4],
): Promise<EnvironmentChange | string> {
  try {
    // A commit that a force-push removed can still be fetched by its id, until GitHub forgets it.
    await deps.mirrors.fetch({ ...git, refs: [commit] })
    const base = await repository.mergeBase(pull.base.sha, commit)
    if (base === undefined) return 'missing'
    const { name, targets, discover, binding } = environment
    const [change] = await deps.takeChange(repository, {
      base,
      head: commit,
      environments: [{ name, targets, discover }],
      repository: git.repository,
      withResult: binding === 'result',
    })
    return change ?? 'missing'
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'unknown-commit') return 'missing'
    if (error.code === 'git-failed') return 'missing'
    throw error
  }
}
