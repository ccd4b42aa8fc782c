import type { FileChange } from '../git/parse-changes.ts'
import { mergeBlockers, requiredCheckNames } from '../rules/merge-gate.ts'
import type { Pull } from '../world/model.ts'
import type { World } from '../world/world.ts'
import { resultsAt } from './results-at.ts'

/** What an empty tree is called in every repository. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** The commit that the pull request is compared with: the base's tip while it is open, what it was merged into afterwards. */
export const comparedBase = (pull: Pull): string =>
  pull.state === 'open' ? (pull.repository.git.branch(pull.baseRef) ?? pull.baseSha) : pull.baseSha

/** Commits and files of a pull request, both against the merge base, as GitHub shows them. */
export async function comparedCommits(
  pull: Pull,
): Promise<{ commits: readonly string[]; changes: readonly FileChange[]; mergeBase: string | null }> {
  const { git } = pull.repository
  const base = comparedBase(pull)
  const mergeBase = await git.mergeBase(base, pull.headSha)
  const [commits, changes] = await Promise.all([
    git.between(base, pull.headSha),
    git.changes(mergeBase ?? emptyTree, pull.headSha),
  ])
  return { commits, changes, mergeBase }
}

export interface Mergeability {
  readonly mergeable: boolean
  /** REST's `mergeable_state`. */
  readonly state: 'clean' | 'dirty' | 'draft' | 'blocked' | 'behind' | 'unstable' | 'unknown'
}

/** Whether it merges, by git and by the rules of its base branch; keeps `refs/pull/N/merge` in step. */
export async function judgeMergeability(world: World, pull: Pull): Promise<Mergeability> {
  if (pull.state === 'closed') return { mergeable: false, state: 'unknown' }
  const { git } = pull.repository
  const base = comparedBase(pull)
  const tree = await git.mergeTree(base, pull.headSha)
  await keepMergeRef(world, pull, base, tree)
  if (tree === null) return { mergeable: false, state: 'dirty' }
  if (pull.draft) return { mergeable: true, state: 'draft' }
  const blockers = await mergeBlockers(world, pull, { kind: 'anonymous' })
  if (blockers.some((blocker) => blocker.kind !== 'behind')) return { mergeable: true, state: 'blocked' }
  if (blockers.length > 0) return { mergeable: true, state: 'behind' }
  const required = requiredCheckNames(pull.repository, pull.baseRef)
  const unstable = resultsAt(pull.repository, pull.headSha).some(
    (result) => !required.has(result.name) && result.outcome !== 'success',
  )
  return { mergeable: true, state: unstable ? 'unstable' : 'clean' }
}

async function keepMergeRef(world: World, pull: Pull, base: string, tree: string | null): Promise<void> {
  const { git } = pull.repository
  const name = `refs/pull/${pull.number}/merge`
  const current = git.refs.get(name)
  if (tree === null) {
    if (current !== undefined) await git.updateRef(name, null)
    pull.mergeCommitSha = null
    return
  }
  if (current !== undefined) {
    const [first, second] = (await git.commit(current)).parents
    if (first === base && second === pull.headSha) return
  }
  const robot = { name: 'GitHub', email: 'noreply@github.com', date: world.now() }
  const message = `Merge ${pull.headSha} into ${base}`
  const merge = await git.commitTree({
    tree,
    parents: [base, pull.headSha],
    message,
    author: robot,
    committer: robot,
  })
  await git.updateRef(name, merge)
  pull.mergeCommitSha = merge
}
