/** One commit of a branch's first-parent history. */
export interface HistoryEntry {
  readonly sha: string
  readonly parents: readonly string[]
  /** ISO 8601: when it was committed. */
  readonly at: string
  readonly subject: string
}

/** A pull request as the history of a branch shows it. */
export interface MergedInHistory {
  readonly number: number
  readonly title: string
  /** ISO 8601. */
  readonly mergedAt: string
  /** The commit by which it came to the branch. */
  readonly commit: string
  /** The branch before that. */
  readonly before: string
  /** What was merged: the second parent of a merge commit, or a squashed commit itself. */
  readonly head: string
}

/**
 * Pull requests that a history shows, in its order: merge commits as GitHub titles them, and commits whose subject ends in `(#12)`, which
 * is how a squash is titled. What was rebased leaves no trace. A merge of several branches at once is none that GitHub makes.
 */
export function findMerged(history: readonly HistoryEntry[]): readonly MergedInHistory[] {
  return history.flatMap(({ sha, parents, at, subject }) => {
    const [before, second, ...more] = parents
    if (before === undefined || more.length > 0) return []
    const merge = second === undefined ? null : /^Merge pull request #(\d{1,9}) from (\S+)/.exec(subject)
    const titled = /^(.*?)\s*\(#(\d{1,9})\)$/.exec(subject)
    const number = merge?.[1] ?? titled?.[2]
    if (number === undefined) return []
    const title = merge?.[2] ?? titled?.[1] ?? subject
    return [{ number: Number(number), title, mergedAt: at, commit: sha, before, head: second ?? sha }]
  })
}
