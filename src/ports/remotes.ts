import type { AllowedRemote } from '../core/targets/allowed-remotes.ts'
import type { Files, Tree } from './repository.ts'

/** Repositories elsewhere that targets name, each at a commit. */
export interface Remotes {
  /** From the operator; never from what is judged. */
  readonly allowed: readonly AllowedRemote[]
  /**
   * Fetches a repository at a commit, without credentials, unless it was fetched before. Throws AppError: `remote-unavailable` when it
   * cannot be had now, `input-refused` when it is beyond a limit or not well-formed.
   */
  open(remote: { readonly url: string; readonly commit: string }): Promise<RemoteFiles>
}

export interface RemoteFiles {
  readonly tree: Tree
  /** As `Files.blobs`; what was evicted since is fetched again. */
  readonly blobs: Files['blobs']
}
