import type { CommitObject, Signature } from '../git/parse-commit.ts'
import { noreply } from '../views/accounts.ts'
import type { Account, Pull } from '../world/model.ts'
import type { World } from '../world/world.ts'

export type MergeMethod = 'merge' | 'squash' | 'rebase'

export const webFlow = (world: World): Signature => ({
  name: 'GitHub',
  email: 'noreply@github.com',
  date: world.now(),
})

/** How GitHub signs a commit that it makes for somebody. */
export const signatureOf = (world: World, account: Account): Signature => ({
  name: account.name ?? account.login,
  email: [...account.emails].find((email) => !email.includes('noreply')) ?? noreply(account),
  date: world.now(),
})

interface Wanted {
  readonly method: MergeMethod
  readonly title?: string | undefined
  readonly message?: string | undefined
}

/** The commit that merging gives on top of `base`; null when it conflicts. Committed by GitHub itself (web-flow). */
export async function makeMerge(
  world: World,
  pull: Pull,
  base: string,
  by: Account,
  wanted: Wanted,
): Promise<string | null> {
  const { git } = pull.repository
  const commits = await git.commits(await git.between(base, pull.headSha))
  if (wanted.method === 'rebase') return replay(world, pull, base, commits)
  const tree = await git.mergeTree(base, pull.headSha)
  if (tree === null) return null
  const committer = webFlow(world)
  if (wanted.method === 'squash') {
    const message = `${wanted.title ?? `${pull.title} (#${pull.number})`}\n\n${wanted.message ?? squashedMessages(commits)}`
    const author = signatureOf(world, pull.user)
    return git.commitTree({
      tree,
      parents: [base],
      message: withCoAuthors(message, commits, author),
      author,
      committer,
    })
  }
  const title =
    wanted.title ??
    `Merge pull request #${pull.number} from ${pull.headRepository?.owner.login ?? 'unknown'}/${pull.headRef}`
  const message = `${title}\n\n${wanted.message ?? pull.title}`.trimEnd()
  return git.commitTree({
    tree,
    parents: [base, pull.headSha],
    message,
    author: signatureOf(world, by),
    committer,
  })
}

const squashedMessages = (commits: readonly CommitObject[]): string =>
  commits.length === 1
    ? (commits[0]?.message.split('\n').slice(1).join('\n').trim() ?? '')
    : commits.map((commit) => `* ${commit.message}`).join('\n\n')

/** Names the other authors in trailers, so that a squash hides nobody. */
function withCoAuthors(message: string, commits: readonly CommitObject[], author: Signature): string {
  const others = new Map(commits.map(({ author: other }) => [other.email.toLowerCase(), other]))
  others.delete(author.email.toLowerCase())
  const lines = [...others.values()]
    .map((other) => `Co-authored-by: ${other.name} <${other.email}>`)
    .filter((line) => !message.includes(line))
  return lines.length === 0 ? message.trimEnd() : `${message.trimEnd()}\n\n${lines.join('\n')}`
}

/**
 * Each commit on top of the one before, as `git rebase` would. A commit's change is merged with a stand-in: our tree, with the
 * commit's own parent as its parent, so that git takes that parent as the merge base.
 */
async function replay(
  world: World,
  pull: Pull,
  base: string,
  commits: readonly CommitObject[],
): Promise<string | null> {
  const { git } = pull.repository
  const committer = webFlow(world)
  let tip = base
  for (const commit of commits) {
    const [parent, second] = commit.parents
    if (parent === undefined || second !== undefined) return null // a merge commit cannot be rebased
    const { tree: ours } = await git.commit(tip)
    const standIn = await git.commitTree({
      tree: ours,
      parents: [parent],
      message: 'ours',
      author: committer,
      committer,
    })
    const tree = await git.mergeTree(standIn, commit.sha)
    if (tree === null) return null
    tip = await git.commitTree({
      tree,
      parents: [tip],
      message: commit.message,
      author: commit.author,
      committer,
    })
  }
  return tip
}
