import type { Account, Repository } from '../world/model.ts'
import type { World } from '../world/world.ts'
import { signatureOf, webFlow } from './make-merge.ts'

export interface Writing {
  readonly by: Account
  readonly message: string
  /** The default branch, when absent. */
  readonly branch?: string
  /** Start a branch here when it does not exist; else the default branch. */
  readonly from?: string
  readonly coAuthors?: readonly Account[]
  /** Who wrote it; `by`, when absent. */
  readonly author?: Account
  /** Who committed it; GitHub itself, as on its pages, when absent. */
  readonly committer?: Account
}

/** One commit that writes (or, with null, removes) files on a branch. Moves the ref only: announcing is up to the caller. */
export async function writeFiles(
  world: World,
  repository: Repository,
  files: Readonly<Record<string, string | Buffer | null>>,
  writing: Writing,
): Promise<{ before: string | null; after: string; branch: string }> {
  const { git } = repository
  const branch = writing.branch ?? repository.defaultBranch
  const existing = git.branch(branch)
  const parent = existing ?? git.branch(writing.from ?? repository.defaultBranch)
  const entries = await Promise.all(
    Object.entries(files).map(async ([path, content]) => ({
      path,
      mode: '100644',
      sha: content === null ? null : await git.writeBlob(Buffer.from(content)),
    })),
  )
  const tree = await git.writeTree(parent ?? null, entries)
  const trailers = (writing.coAuthors ?? []).map((account) => {
    const { name, email } = signatureOf(world, account)
    return `Co-authored-by: ${name} <${email}>`
  })
  const after = await git.commitTree({
    tree,
    parents: parent === undefined ? [] : [parent],
    message: trailers.length === 0 ? writing.message : `${writing.message}\n\n${trailers.join('\n')}`,
    author: signatureOf(world, writing.author ?? writing.by),
    committer: writing.committer === undefined ? webFlow(world) : signatureOf(world, writing.committer),
  })
  await git.updateRef(`refs/heads/${branch}`, after)
  return { before: existing ?? null, after, branch }
}
