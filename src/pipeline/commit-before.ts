import type { PullFacts } from '../core/facts.ts'
import type { Repository } from '../ports/repository.ts'

/** The base branch before this merge: the first parent, but for a rebase of several commits, whose first parent is one of its own. */
export async function commitBefore(
  repository: Repository,
  sha: string,
  { base, commits }: Pick<PullFacts, 'base' | 'commits'>,
): Promise<string> {
  const parent = await repository.resolve(`${sha}~1`)
  const known = await repository.resolve(base.sha).catch(() => parent)
  if (known === parent || commits.length <= 1) return parent
  const between = await repository.commitsBetween(known, sha)
  const rebased = between.length === commits.length && between.every((commit) => commit.parents.length === 1)
  return rebased ? known : parent
}
