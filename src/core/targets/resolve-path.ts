import { isWithin, joinPath, parentOf, type FileTree } from './file-tree.ts'

/** Content of a file by path; undefined means: not read yet, ask for it and call again. */
export type ReadContent = (path: string) => string | undefined

/** Where a reference leads, following symlinks. `via` are the symlinks on the way: inputs as well. */
export type Resolution =
  | { readonly kind: 'file' | 'directory'; readonly path: string; readonly via: readonly string[] }
  | { readonly kind: 'missing'; readonly path: string; readonly via: readonly string[] }
  | {
      readonly kind: 'outside' | 'loop' | 'submodule'
      readonly path: string
      readonly via: readonly string[]
    }
  | { readonly kind: 'unread'; readonly path: string; readonly via: readonly string[] }

const mostLinks = 40

/** Follows a reference from a directory. Symlinks inside the repository are followed, out of it refused. */
export function resolvePath(
  tree: FileTree,
  directory: string,
  reference: string,
  read: ReadContent,
): Resolution {
  const start = joinPath(directory, reference)
  if (start === undefined || !isWithin(tree, start)) return { kind: 'outside', path: reference, via: [] }
  const via: string[] = []
  let waiting = start === '.' ? [] : start.split('/')
  let done = '.'
  while (waiting.length > 0) {
    const [name = '', ...rest] = waiting
    const next = done === '.' ? name : `${done}/${name}`
    const entry = tree.files.get(next)
    if (entry === undefined && !tree.directories.has(next)) return { kind: 'missing', path: start, via }
    if (entry?.mode === '160000') return { kind: 'submodule', path: next, via }
    if (entry?.mode === '120000') {
      if (via.push(next) > mostLinks) return { kind: 'loop', path: start, via }
      const link = read(next)
      if (link === undefined) return { kind: 'unread', path: next, via }
      const aim = joinPath(parentOf(next), link)
      if (aim === undefined || !isWithin(tree, aim)) return { kind: 'outside', path: next, via }
      waiting = [...(aim === '.' ? [] : aim.split('/')), ...rest]
      done = '.'
      continue
    }
    if (entry !== undefined && rest.length > 0) return { kind: 'missing', path: start, via }
    if (entry !== undefined) return { kind: 'file', path: next, via }
    done = next
    waiting = rest
  }
  return { kind: 'directory', path: done, via }
}
