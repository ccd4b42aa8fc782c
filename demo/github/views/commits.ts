import type { CommitObject } from '../git/parse-commit.ts'
import type { FileChange } from '../git/parse-changes.ts'
import type { Repository } from '../world/model.ts'
import type { World } from '../world/world.ts'
import { viewAccount } from './accounts.ts'
import { repositoryPage, repositoryUrl } from './repositories.ts'

const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null }
const unverified = { ...unsigned, verified_at: null }

export const viewCommit = (
  world: World,
  repository: Repository,
  commit: CommitObject,
): Record<string, unknown> => {
  const url = `${repositoryUrl(world, repository)}/commits/${commit.sha}`
  const author = world.accountOfEmail(commit.author.email)
  const committer = world.accountOfEmail(commit.committer.email)
  return {
    sha: commit.sha,
    node_id: `C_${repository.id}_${commit.sha}`,
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${repositoryUrl(world, repository)}/git/trees/${commit.tree}` },
      url: `${repositoryUrl(world, repository)}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unverified,
    },
    url,
    html_url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: author === null ? null : viewAccount(world, author),
    committer: committer === null ? null : viewAccount(world, committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repositoryUrl(world, repository)}/commits/${sha}`,
      html_url: `${repositoryPage(world, repository)}/commit/${sha}`,
    })),
  }
}

/** Strict: the commit of a `status` webhook, which knows no date of verification. */
export function viewHookCommit(
  world: World,
  repository: Repository,
  commit: CommitObject,
): Record<string, unknown> {
  const view = viewCommit(world, repository, commit)
  return { ...view, commit: { ...(view.commit as object), verification: unsigned } }
}

export const viewGitCommit = (
  world: World,
  repository: Repository,
  commit: CommitObject,
): Record<string, unknown> => ({
  sha: commit.sha,
  node_id: `C_${repository.id}_${commit.sha}`,
  url: `${repositoryUrl(world, repository)}/git/commits/${commit.sha}`,
  html_url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
  author: commit.author,
  committer: commit.committer,
  tree: { sha: commit.tree, url: `${repositoryUrl(world, repository)}/git/trees/${commit.tree}` },
  message: commit.message,
  parents: commit.parents.map((sha) => ({
    sha,
    url: `${repositoryUrl(world, repository)}/git/commits/${sha}`,
    html_url: `${repositoryPage(world, repository)}/commit/${sha}`,
  })),
  verification: unverified,
})

export function viewFile(
  world: World,
  repository: Repository,
  commit: string,
  change: FileChange,
  patch: string | undefined,
): Record<string, unknown> {
  const path = change.path.split('/').map(encodeURIComponent).join('/')
  return {
    sha: change.sha,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${repositoryPage(world, repository)}/blob/${commit}/${path}`,
    raw_url: `${repositoryPage(world, repository)}/raw/${commit}/${path}`,
    contents_url: `${repositoryUrl(world, repository)}/contents/${path}?ref=${commit}`,
    ...(change.previousPath === null ? {} : { previous_filename: change.previousPath }),
    ...(patch === undefined || patch === '' ? {} : { patch }),
  }
}

/** The files between two commits as REST lists them: 3,000 at most. */
export async function viewFiles(
  world: World,
  repository: Repository,
  before: string,
  after: string,
): Promise<unknown[]> {
  const changes = (await repository.git.changes(before, after)).slice(0, 3000)
  const patches = await repository.git.patches(before, after)
  return changes.map((change, index) => viewFile(world, repository, after, change, patches[index]))
}
