import type { HistoryEntry } from '../core/simulate/find-merged.ts'

/** A file or symlink in a tree of git. */
export interface TreeEntry {
  /** Relative to the root of the repository, `/` as separator. */
  readonly path: string
  readonly mode: '100644' | '100755' | '120000' | '160000'
  /** Object id of the blob (of the commit, for a submodule). */
  readonly blob: string
}

/** The whole tree of a commit, by path. */
export type Tree = ReadonlyMap<string, TreeEntry>

/** Files by their ids: all that finding and rendering targets needs. A directory on disk can serve as one. */
export type Files = Pick<Repository, 'tree' | 'blobs'>

/**
 * A git repository whose objects can be read. Never a checkout; nothing in it is executed.
 * Methods throw AppError `unknown-commit` for a revision that is not there and `git-failed` for anything else.
 */
export interface Repository {
  /** Full commit id of a revision (`HEAD~1`, a branch, an id). */
  resolve(revision: string): Promise<string>
  /** Best common ancestor; undefined when the histories share none. */
  mergeBase(a: string, b: string): Promise<string | undefined>
  /** Every file of the commit's (or tree's) tree. Cached by tree id. */
  tree(treeish: string): Promise<Tree>
  /** Contents of blobs by id, in one batch. Throws `input-refused` where one is larger than `limit` bytes. */
  blobs(ids: readonly string[], limit?: number): Promise<ReadonlyMap<string, Buffer>>
  /** Content of one file at a revision, as UTF-8; undefined when there is none. */
  file(treeish: string, path: string): Promise<string | undefined>
  /** Paths that differ between two trees; a rename gives both names. */
  changedFiles(a: string, b: string): Promise<readonly string[]>
  /** Commits reachable from `head` and not from `base`, through all parents, oldest first. */
  commitsBetween(
    base: string,
    head: string,
  ): Promise<readonly { readonly sha: string; readonly parents: readonly string[] }[]>
  /** First-parent history of a branch, newest first, of what was committed since a time (ISO 8601). */
  history(tip: string, since: string): Promise<readonly HistoryEntry[]>
  /** Tree id of merging `head` into `base` as git would; undefined when they conflict. */
  mergeTree(base: string, head: string): Promise<string | undefined>
  /** Tree id of `tip` without what was done between `before` and `after`, as `git revert` would make it; undefined when that conflicts. */
  revertTree(
    tip: string,
    done: { readonly before: string; readonly after: string },
  ): Promise<string | undefined>
  /** Tree id of a commit. */
  treeId(revision: string): Promise<string>
}

/** Where a mirror keeps what `HEAD` of the repository was when it was fetched: a mirror has a HEAD of its own. */
export const fetchedHead = 'refs/countersign/HEAD'

/** Bare mirrors of GitHub repositories on this machine. */
export interface Mirrors {
  /**
   * The mirror of a repository with the given refs fetched (`refs/heads/main`, `refs/pull/7/head`, `HEAD`, a commit id). Objects once
   * fetched stay. The token is handed to git outside its arguments and never stored. Throws `git-failed`.
   */
  fetch(request: {
    readonly url: string
    readonly repository: string
    readonly token?: string | undefined
    readonly refs: readonly string[]
  }): Promise<Repository>
}
