import { createHash } from 'node:crypto'
import { indexTree, type FileEntry, type FileTree } from './file-tree.ts'
import type { AllowedRemote } from './allowed-remotes.ts'
import type { RemoteBase } from './remote-base.ts'

/** Below it the trees of other repositories are laid out, beside the files of this one. */
export const mountFolder = '.countersign-remotes'

/** A repository elsewhere at a commit, as a part of this tree; or why it is not there. */
export type Mount =
  | { readonly ok: true; readonly tree: FileTree }
  | { readonly ok: false; readonly code: 'remote-unavailable' | 'input-refused'; readonly message: string }

/** What a tree may take from elsewhere. */
export interface RemoteMounts {
  readonly allowed: readonly AllowedRemote[]
  /** Undefined: not asked for yet; ask, and describe again. */
  find(base: RemoteBase): Mount | undefined
}

/** Directory of a repository elsewhere; the commit is part of it, and so of every digest of inputs. */
export function mountPath({ host, repository, url, commit }: Omit<RemoteBase, 'path'>): string {
  const unique = createHash('sha256').update(url).digest('hex').slice(0, 8)
  return `${mountFolder}/${host.replace(':', '_')}/${repository}-${unique}@${commit}`
}

/** The files of a repository elsewhere as they are laid out here. What lies in it is read as if there was nothing else. */
export function mountTree(files: Iterable<FileEntry>, at: string): FileTree {
  const placed = [...files].map((entry) => ({ ...entry, path: `${at}/${entry.path}` }))
  return { ...indexTree(new Map(placed.map((entry) => [entry.path, entry]))), root: at }
}

export function isMounted(path: string): boolean {
  return path === mountFolder || path.startsWith(`${mountFolder}/`)
}
