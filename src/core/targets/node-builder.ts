import type { FileTree } from './file-tree.ts'
import { filesBelow } from './file-tree.ts'
import { nodeKey, type InputNode, type NodeName } from './node.ts'
import type { RemoteMounts } from './remote-mount.ts'
import { remoteHost, withoutCredentials } from './remote-reference.ts'
import { resolvePath, type ReadContent, type Resolution } from './resolve-path.ts'
import type { RenderFailure } from './target.ts'

/** Where a reference is written, for the words of a refusal. */
export interface Place {
  readonly file: string
  /** Content of the file, to find the line. */
  readonly text: string
}

/** Collects what one node names while its files are read. */
export class NodeBuilder {
  readonly tree: FileTree
  readonly name: NodeName
  readonly read: ReadContent
  readonly remotes: RemoteMounts | undefined
  component = false
  charts = false
  transforms = false
  readonly #inputs = new Set<string>()
  readonly #beside: string[] = []
  readonly #children = new Map<string, NodeName>()
  readonly #failures: RenderFailure[] = []
  readonly #missing: RenderFailure[] = []
  readonly #mounted: { readonly name: string; readonly path: string }[] = []

  constructor(tree: FileTree, name: NodeName, read: ReadContent, remotes?: RemoteMounts) {
    this.tree = tree
    this.name = name
    this.read = read
    this.remotes = remotes
  }

  /** A path below the node's directory. */
  pathOf(name: string): string {
    return this.name.path === '.' ? name : `${this.name.path}/${name}`
  }

  /** Follows a reference; adds the symlinks on the way; refusals and dead ends are noted. */
  resolve(reference: string, place: Place): Resolution | undefined {
    const found = resolvePath(this.tree, this.name.path, reference, this.read)
    if (found.kind === 'missing' || found.kind === 'outside') {
      const host = remoteHost(reference)
      if (host !== undefined) {
        this.fail(
          'remote-refused',
          `${withoutCredentials(reference)} would be fetched from ${host}; files are not fetched: copy it into the repository`,
          place,
          reference,
        )
        return undefined
      }
    }
    for (const link of found.via) this.#inputs.add(link)
    switch (found.kind) {
      case 'file':
      case 'directory':
        return found
      case 'unread':
        return undefined
      case 'missing':
        this.#missing.push(this.failure('render-failed', `${reference} does not exist`, place, reference))
        return undefined
      case 'outside':
        this.fail(
          'input-refused',
          reference.startsWith('/')
            ? `${reference} is an absolute path; name files relative to this one`
            : `${reference} leads out of the repository; nothing outside it is read`,
          place,
          reference,
        )
        return undefined
      case 'loop':
        this.fail('input-refused', `${reference} is a symlink that leads back to itself`, place, reference)
        return undefined
      case 'submodule':
        this.fail(
          'input-refused',
          `${reference} lies in the git submodule ${found.path}; submodules are not read`,
          place,
          reference,
        )
        return undefined
    }
  }

  /** A directory of a repository elsewhere, under the name by which the kustomization calls it. */
  addMounted(name: string, path: string): void {
    this.#mounted.push({ name, path })
    this.addChild({ kind: 'kustomize', path })
  }

  /** A file that the node reads, as its real path; undefined where there is none. */
  addFile(reference: string, place: Place): string | undefined {
    const found = this.resolve(reference, place)
    if (found?.kind !== 'file') return undefined
    this.#inputs.add(found.path)
    return found.path
  }

  addInput(path: string): void {
    this.#inputs.add(path)
  }

  addChild(child: NodeName): void {
    this.#children.set(nodeKey(child), child)
  }

  /** Every file below a directory; symlinks in it are followed. */
  addDirectory(directory: string, place: Place): void {
    for (const { path, mode } of filesBelow(this.tree, directory)) {
      this.#inputs.add(path)
      if (mode !== '120000') continue
      const found = resolvePath(this.tree, '.', path, this.read)
      for (const link of found.via) this.#inputs.add(link)
      if (found.kind === 'file') this.#inputs.add(found.path)
      else if (found.kind === 'directory')
        for (const file of filesBelow(this.tree, found.path)) this.#inputs.add(file.path)
      else if (found.kind === 'outside')
        this.fail(
          'input-refused',
          `${path} is a symlink that leads out of the repository; nothing outside it is read`,
          place,
          path,
        )
    }
  }

  /** Everything below a directory that is not an input yet. */
  addBeside(directory: string): void {
    for (const { path } of filesBelow(this.tree, directory))
      if (!this.#inputs.has(path)) {
        this.#beside.push(path)
        this.#inputs.add(path)
      }
  }

  fail(code: string, message: string, place: Place, near: string): void {
    this.#failures.push(this.failure(code, message, place, near))
  }

  failAt(code: string, message: string, file: string, line: number): void {
    this.#failures.push({ code, message, file, line })
  }

  build(): InputNode {
    return {
      ...this.name,
      inputs: [...this.#inputs],
      children: [...this.#children.values()],
      failures: this.#failures,
      beside: this.#beside,
      missing: this.#missing,
      ...(this.#mounted.length === 0 ? {} : { remotes: this.#mounted }),
      component: this.component,
      charts: this.charts,
      transforms: this.transforms,
    }
  }

  private failure(code: string, message: string, place: Place, near: string): RenderFailure {
    return { code, message, file: place.file, line: lineOf(place.text, near) }
  }
}

/** 1-based line of the first mention; 1 when it is not written there as such. */
function lineOf(text: string, near: string): number {
  const at = text.indexOf(near)
  return at < 0 ? 1 : text.slice(0, at).split('\n').length
}
