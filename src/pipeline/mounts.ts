import type { FileEntry, FileTree } from '../core/targets/file-tree.ts'
import { remoteKey, type RemoteBase } from '../core/targets/remote-base.ts'
import { isMounted, mountFolder, mountPath, mountTree, type Mount } from '../core/targets/remote-mount.ts'
import type { FileLookup } from '../core/targets/close-inputs.ts'
import type { GraphRemotes } from '../core/targets/read-graph.ts'
import { AppError } from '../errors.ts'
import type { RemoteFiles, Remotes } from '../ports/remotes.ts'
import type { Files } from '../ports/repository.ts'
import { readContents, type Contents } from './read-contents.ts'

/** Repositories at commits that one tree takes bases from, those of its bases included: the end of every chain. */
const mostRemotes = 32

/** One commit's own files together with the repositories elsewhere that its targets name, each below a directory of its own. */
export class Mounts implements GraphRemotes, FileLookup {
  readonly files = {
    get: (path: string): FileEntry | undefined => (this.#rootOf(path)?.tree ?? this.#own).files.get(path),
  }
  readonly #own: FileTree
  readonly #files: Files
  readonly #remotes: Remotes | undefined
  readonly #mounts = new Map<string, Mount>()
  /** By the directory at which a tree begins. */
  readonly #opened = new Map<string, { readonly tree: FileTree; readonly files: RemoteFiles }>()
  #isIncomplete = false

  constructor(own: FileTree, files: Files, remotes: Remotes | undefined) {
    this.#own = own
    this.#files = files
    this.#remotes = remotes
  }

  /** Something could not be had: another attempt may find it. */
  get isIncomplete(): boolean {
    return this.#isIncomplete
  }

  get allowed(): Remotes['allowed'] {
    return this.#remotes?.allowed ?? []
  }

  find(base: RemoteBase): Mount | undefined {
    return this.#mounts.get(remoteKey(base))
  }

  treeOf(path: string): FileTree | undefined {
    return this.#rootOf(path)?.tree
  }

  /** Fetches what is not there yet. What fails is found as a failure. */
  async mount(bases: readonly RemoteBase[]): Promise<void> {
    for (const base of bases) {
      const key = remoteKey(base)
      if (!this.#mounts.has(key)) this.#mounts.set(key, await this.#open(base))
    }
  }

  /** Reads files by their path, this repository's own and those from elsewhere. */
  async read(paths: readonly string[], contents: Contents): Promise<void> {
    const own = paths.filter((path) => this.#rootOf(path) === undefined)
    await readContents(this.#files, this.#own, own, contents)
    for (const [root, { tree, files }] of this.#opened) {
      const within = paths.filter((path) => path.startsWith(`${root}/`))
      if (within.length > 0) await readContents(files, tree, within, contents)
    }
  }

  async #open(base: RemoteBase): Promise<Mount> {
    if (this.#remotes === undefined) throw new AppError('bug', `${base.url} is allowed by nobody`)
    if (this.#own.directories.has(mountFolder) || this.#own.files.has(mountFolder))
      return refuse(
        `this repository has a directory ${mountFolder} of its own, where bases are put; rename it`,
      )
    if (this.#opened.size >= mostRemotes)
      return refuse(`at most ${mostRemotes} repositories from elsewhere are read for one commit`)
    try {
      const files = await this.#remotes.open(base)
      const at = mountPath(base)
      const tree = mountTree(files.tree.values(), at)
      this.#opened.set(at, { tree, files })
      return { ok: true, tree }
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown
      if (thrown.code === 'input-refused') return refuse(thrown.message)
      if (thrown.code !== 'remote-unavailable') throw thrown
      this.#isIncomplete = true
      return { ok: false, code: 'remote-unavailable', message: thrown.message }
    }
  }

  #rootOf(path: string): { readonly tree: FileTree; readonly files: RemoteFiles } | undefined {
    if (this.#opened.size === 0 || !isMounted(path)) return undefined
    for (const [root, opened] of this.#opened) if (path === root || path.startsWith(`${root}/`)) return opened
    return undefined
  }
}

function refuse(message: string): Mount {
  return { ok: false, code: 'input-refused', message }
}
