import type { MergeAsked, PullFacts } from '../core/facts.ts'
import { isWebFlow } from '../core/approval/person.ts'
import type { Repository } from '../ports/repository.ts'

/** An update for each time that the base branch moved while a merge was on its way; more than that is no update of ours any more. */
const mostUpdates = 20

/**
 * What was asked, for the head as it is now. A merge that was in force when Countersign had the branch updated goes on for the updated head when
 * each commit since is a merge that GitHub made, of a commit of the base branch, with the very tree that git gives for it: then nothing came in
 * that the base branch does not have. Anything else is another head, for which nobody asked.
 */
export async function carryMergeAsked(
  repository: Pick<Repository, 'commitsBetween' | 'mergeBase' | 'mergeTree' | 'treeId'>,
  { base, head, commits }: Pick<PullFacts, 'base' | 'head' | 'commits'>,
  asked: MergeAsked,
): Promise<MergeAsked> {
  if (asked.carried !== true || asked.head === head.sha) return asked
  const parentsOf = new Map(
    (await repository.commitsBetween(base.sha, head.sha)).map(({ sha, parents }) => [sha, parents]),
  )
  const isOfGitHub = new Set(
    commits.filter(({ committer }) => committer !== null && isWebFlow(committer.login)).map(({ sha }) => sha),
  )
  let at = head.sha
  for (let count = 0; count < mostUpdates; count++) {
    const [before, merged, ...more] = parentsOf.get(at) ?? []
    if (before === undefined || merged === undefined || more.length > 0 || !isOfGitHub.has(at)) return asked
    if ((await repository.mergeBase(merged, base.sha)) !== merged) return asked
    if ((await repository.treeId(at)) !== (await repository.mergeTree(before, merged))) return asked
    if (before === asked.head) return { ...asked, head: head.sha }
    at = before
  }
  return asked
}
